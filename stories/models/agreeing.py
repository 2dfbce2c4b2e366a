"""What the people in a story agree to: said once, in the ledger, and true from the next page on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Set
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.acting import acting
from staff.audiences import ORGANISATION, PUBLIC, Audience, NamedAs
from staff.models import Credit, History
from staff.models.agreed import FIELDS, narrowing

from .consent import Consent, agreed_by
from .transitions import Action, TransitionRefused, collect_cards
from .vocabulary import WITHDRAWABLE, Status, Visibility

MOST_CORRECTIONS = 10
# Of everybody in a story: all that waits is shown at once, as all of it is settled at once.
MOST_WAITING = 100
# Answers a day after which nobody is named more fully in a story. What names them less needs no
# bound of its own: there are a few steps down, and then somebody has to go up again.
MOST_A_DAY = 20
A_DAY = datetime.timedelta(days=1)
What, How = Consent.What, Consent.How


class OnlyLess(TransitionRefused):
    """By the address in an e-mail nobody is named more fully than they said themselves."""


class Agreeing(models.Model):
    # What Story has of its own.
    credits: Any
    consents: Any
    _lock: Any
    _follow: Any
    _forget: Any
    withdraw: Any
    record: Any
    is_held: Any
    customer_agreed: bool
    status: str
    teller_id: int
    public_id: str
    visibility: str
    version: int
    # Whom it was asked beforehand how they want to be named here, and what they said.
    _asked: tuple[Iterable[Any], Iterable[Any]] = ((), ())

    class Meta:
        abstract = True

    @transaction.atomic
    def name_as(
        self, person: Any, chosen: Mapping[Audience, NamedAs], *, by: Any, how: str
    ) -> bool:
        """Name an employee in this story as they choose, to some audiences or to all of them.

        No audience hears more than one that is closer. It holds from the next page on; False if
        they had said so before. Raises Credit.DoesNotExist for somebody who is not credited, and
        TransitionRefused for what they may not say, or not any more today.
        """
        self._lock()
        answers = self.consents.answers().filter(employee=person)
        credits = self.credits.select_for_update(of=("self",)).annotate(
            answered=Exists(answers), on_own_page=Exists(answers.filter(how=How.OWN_PAGE))
        )
        credit = credits.get(employee=person)
        before, after = credit.agreed, narrowing({**credit.agreed, **chosen})
        if any(after[whom].extent < held.extent for whom, held in before.items()):
            _require_may_widen(person, answers, credit.on_own_page, how)
        # What was said by e-mail counts for more once it is said again on their own page.
        said_before = credit.answered if how != How.OWN_PAGE else credit.on_own_page
        if said_before and before == after:
            return False
        held = {} if before == after or not credit.answered else before
        self._write_down(person, held, after, by=by, how=how)
        if before != after:
            credit.agreed = after
            credit.save(update_fields=FIELDS.values())
            self._forget("credits")
            self._follow()
            # Cards that were drawn with the name go at once.
            transaction.on_commit(partial(collect_cards, self.public_id), robust=True)
        return True

    def _write_down(self, person, before: Mapping, after: Mapping, *, by, how: str) -> None:
        """One row for what is said to all alike, or else one for each audience it is new for."""
        if len(set(after.values())) == 1:
            said = {"": after[ORGANISATION]}
        else:
            said = {whom: named for whom, named in after.items() if named != before.get(whom)}
        rows = []
        for whom, named in said.items():
            held = [before[each] for each in ([whom] if whom else before) if each in before]
            less = any(named.extent > each.extent for each in held)
            what = What.WITHDRAWN if less else What.AGREED
            rows.append(self._row(what, by, how, employee=person, audience=whom, agreed=named))
        Consent.objects.bulk_create(rows)

    def asked(self, person: Any) -> None:
        """Somebody was asked by e-mail how they want to be named here."""
        self._row(What.ASKED, None, How.EMAIL, employee=person).save()

    @transaction.atomic
    def ask_for_correction(self, person: Any, words: str, *, by: Any, how: str) -> bool:
        """A word to the moderators on how somebody is spoken of; False where there are enough.

        Raises TransitionRefused where so much waits that they have to read first.
        """
        self._lock()
        asked = self.consents.filter(employee=person, what=What.CORRECTION)
        if asked.count() >= MOST_CORRECTIONS:
            return False
        if self.consents.open_corrections().count() >= MOST_WAITING:
            raise TransitionRefused(
                _("Much waits to be read about this story. Write again in a few days.")
            )
        self._row(What.CORRECTION, by, how, employee=person, said=words).save()
        return True

    @transaction.atomic
    def settle_corrections(self, *, seen: int | None, by: Any) -> bool:
        """All that was asked to be put right so far has been; False where nothing waits.

        `seen` is the newest that was read. Raises TransitionRefused where it is not the newest any
        more; none can come before this is written down, as who asks locks the story too.
        """
        self._lock()
        waiting = self.consents.open_corrections().order_by("-pk")
        newest = waiting.values_list("pk", flat=True).first()
        if newest is None:
            return False
        if newest != seen:
            raise TransitionRefused(
                _("Somebody asked for something more meanwhile. Read it first.")
            )
        self._row(What.SETTLED, by, How.ADMIN).save()
        return True

    @transaction.atomic
    def customer_says(self, audience: Audience, agreed: bool, *, by: Any, how: str) -> None:
        """The customer wants their story told here, or outside; or no longer.

        A story that may not be told here comes down; one that may not be shown outside stays in.
        """
        stored = self._lock()
        self.customer_agreed, self.version = stored.customer_agreed, stored.version
        comes_down = not agreed and audience != PUBLIC and self.status in WITHDRAWABLE
        outside = agreed if audience == PUBLIC else agreed and self.customer_agreed
        what = What.AGREED if agreed else What.WITHDRAWN
        changed: list[str] = []
        with acting(by=by), History.objects.together():
            self._row(what, by, how, audience=audience).save()
            if outside != self.customer_agreed:
                self.customer_agreed = outside
                changed = ["customer_agreed", *self._go_inside(by)]
            if comes_down:
                # Nothing was set that it does not store.
                self.is_held()
                reason = _("The customer does not want it told.")
                self.withdraw(by=by, reason=reason, also=changed)
            elif changed:
                # A new version, so that no page opened before says the old word again unawares.
                self.version += 1
                changed += ["version", "updated_at"]
                self.save(update_fields=changed)
                self._follow()

    def _go_inside(self, by: Any) -> list[str]:
        """Be shown outside no more, if the customer does not agree; what that sets."""
        if self.customer_agreed or self.visibility != Visibility.PUBLIC:
            return []
        changes = {"visibility": [self.visibility, Visibility.ORGANISATION]}
        self.record(Action.VISIBILITY, by, changes=changes)
        self.visibility = Visibility.ORGANISATION
        return ["visibility"]

    def customer_agreed_by_teller(self, *, by: Any) -> None:
        """What the form says of the customer, in the ledger; drafts are nobody's word yet."""
        what = What.AGREED if self.customer_agreed else What.WITHDRAWN
        self._row(what, by, How.TELLER, audience=PUBLIC).save()

    def as_agreed(self, credits: Iterable[Credit]) -> None:
        """Let people who are credited anew be named as they have said before.

        Whoever tells a story of their own is in it by their own word.
        """
        credited = {credit.employee_id: credit for credit in credits if credit.employee_id}
        if own := credited.get(self.teller_id):
            own.agreed = dict.fromkeys(Audience, NamedAs.FULL)
        if not credited or self.status == Status.DRAFT:
            return
        held = agreed_by(self._said_by(credited.keys()))
        for person, credit in credited.items():
            credit.agreed = held.get(person, {})

    def what_they_said(self, people: Iterable[Any]) -> models.QuerySet:
        """What these employees, whom it may credit next, said of being named here: fetched beside
        a story that is kept from others, it need not be asked for then."""
        said = self.consents.said_by(people)
        self.was_asked_for(people, said)
        return said

    def was_asked_for(self, people: Iterable[Any], said: Iterable[Any]) -> None:
        """Say that this is what these have said of it, asked now that it is kept from others."""
        self._asked = people, said

    def _said_by(self, people: Set[int]) -> Iterable[tuple[int, str, str]]:
        (asked, said), self._asked = self._asked, ((), ())
        if people <= {person.pk for person in asked}:
            return said
        return self.consents.said_by(people)

    def _row(self, what: str, by: Any, how: str, **about: Any) -> Consent:
        name = str(by) if by else ""
        return Consent(story_id=self.pk, what=what, how=how, by=by, by_name=name, **about)


def _require_may_widen(person: Any, answers: Any, on_own_page: bool, how: str) -> None:
    """An address can be forwarded: once they spoke for themselves, it takes nothing of that back.

    Any answer on their own page counts, not only the last: else the address would first name them
    less still, and then more.
    """
    if how == How.EMAIL and (on_own_page or person.unnamed or not person.active):
        raise OnlyLess(_("By this address you can only say less of your name, not more."))
    if answers.filter(at__gt=timezone.now() - A_DAY).count() >= MOST_A_DAY:
        raise TransitionRefused(
            _("You have changed this many times today. You can say more of your name tomorrow.")
        )
