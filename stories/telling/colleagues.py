"""Colleagues who are offered to whoever tells: by a part of a name, or by a text that says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from retold.together import together
from staff.audiences import ORGANISATION
from staff.models import Employee, Membership
from staff.naming import Naming
from staff.text import clean_text
from stories.models.story import MOST_BODY

MOST_OFFERED, MOST_SOUGHT = 8, 100


class Sought:
    """Up to eight colleagues by a part of their name; never one who asked not to be named. Its
    `questions` are to be asked together, and maybe with others."""

    def __init__(self, words: str) -> None:
        self.words = clean_text(words)[:MOST_SOUGHT]
        matching = Employee.objects.active().nameable().matching(self.words)
        self._people = matching[:MOST_OFFERED] if self.words else Employee.objects.none()
        theirs = Membership.objects.filter(employee__in=self._people.values("pk"))
        self._memberships = theirs.filter(until__isnull=True).select_related("team")

    @property
    def questions(self) -> list[QuerySet]:
        return [self._people, self._memberships] if self.words else []

    def offers(self, naming: Naming) -> list[dict[str, Any]]:
        """Those who were found, as a list offers them."""
        teams = defaultdict(list)
        for membership in self._memberships:
            teams[membership.employee_id].append(membership)
        for person in self._people:
            person.current_memberships = teams[person.pk]
        return offers(self._people, naming)


def people_found(words: str) -> list[dict[str, Any]]:
    """Those whom a part of their name finds."""
    sought = Sought(words)
    together(*sought.questions)
    return sought.offers(Naming(ORGANISATION))


def people_in(body: str) -> list[dict[str, Any]]:
    """Up to four colleagues whose first name stands in the text with a capital."""
    words = {word.strip(".,;:!?…’'”\"") for word in clean_text(body)[:MOST_BODY].split()}
    names = sorted(word for word in words if word[:1].isupper() and len(word) > 2)[:200]
    if not names:
        return []
    named = Q(first_name__in=names) | Q(known_as__in=names)
    return offers(Employee.objects.active().nameable().filter(named).with_team_today()[:4])


def offers(people: Iterable[Employee], naming: Naming | None = None) -> list[dict[str, Any]]:
    """Colleagues as a list offers them: name, job and team, so that the right one is thanked."""
    naming = naming or Naming(ORGANISATION)
    return [_offered(person, naming) for person in people]


def _offered(person: Employee, naming: Naming) -> dict[str, Any]:
    teams = [membership.team.name for membership in getattr(person, "current_memberships", [])]
    # A job may be that of somebody’s assistant.
    where = ", ".join(part for part in (naming.text(person.job_title), *teams) if part)
    return {"id": person.pk, "name": person.full_name, "where": where}
