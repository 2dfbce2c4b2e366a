"""The form of an employee in the admin, which takes people and accounts in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .admin_teams import TeamField
from .models import Employee, Team, User
from .models.former import Name


class KeyField(forms.CharField):
    """Somebody or something named in words, as no list of a hundred thousand could be chosen from.

    `find` takes what was typed and gives what it means, or None.
    """

    def __init__(self, *, find: Any, said: Any, unknown: Any, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=254, **kwargs)
        self.find, self.said, self.unknown = find, said, unknown

    def prepare_value(self, value: Any) -> str:
        return self.said(value) if isinstance(value, int) else (value or "")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.find(text)
        if found is None:
            raise forms.ValidationError(self.unknown % {"text": text})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != (data or "").strip()


class NamesField(forms.MultipleChoiceField):
    """Some of the names that somebody had."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self._names: dict[str, Name] = {}

    def offer(self, names: Iterable[Name]) -> None:
        """What there is to choose from, known by its words: others may come meanwhile."""
        self._names = {said(name): name for name in names}
        self.choices = [(words, words) for words in self._names]

    def clean(self, value: Any) -> list[Name]:
        return [self._names[words] for words in super().clean(value)]


def said(name: Name) -> str:
    """A name in a line, with what colleagues called them in brackets."""
    first_name, last_name, known_as = name
    whole = f"{first_name} {last_name}".strip()
    return f"{whole} ({known_as})" if known_as else whole


def find_employee(text: str) -> Employee | None:
    """The one employee of this number, e-mail or full name."""
    number = text.rpartition("(")[2].removesuffix(")").strip()
    if found := Employee.objects.filter(number=number).first():
        return found
    first, _space, last = text.partition(" ")
    people = list(
        Employee.objects.filter(
            Q(email__iexact=text) | Q(first_name__iexact=first, last_name__iexact=last)
        )[:2]
    )
    return people[0] if len(people) == 1 else None


def employee_said(pk: int) -> str:
    person = Employee.objects.filter(pk=pk).first()
    if person is None:
        return ""
    key = person.number or person.email
    return f"{person.full_name} ({key})" if person.number else (key or person.full_name)


def find_account(text: str) -> User | None:
    return User.objects.filter(username__iexact=text).first()


def account_said(pk: int) -> str:
    return User.objects.filter(pk=pk).values_list("username", flat=True).first() or ""


class EmployeeForm(forms.ModelForm):
    """An employee, and the team to move to."""

    manager = KeyField(
        label=gettext_lazy("Manager"),
        help_text=gettext_lazy("Their staff number, e-mail or full name."),
        find=find_employee,
        said=employee_said,
        unknown=gettext_lazy("“%(text)s” is not one person in the directory."),
    )
    account = KeyField(
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("The user name they sign in with."),
        find=find_account,
        said=account_said,
        unknown=gettext_lazy("There is no account “%(text)s”."),
    )
    team = TeamField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("No team yet"),
        help_text=gettext_lazy("Old stories stay with the team somebody was in on that day."),
    )
    since = forms.DateField(
        label=gettext_lazy("In this team since"),
        required=False,
        help_text=gettext_lazy("When the team changes; today if empty."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    leads = forms.BooleanField(label=gettext_lazy("Leads the team"), required=False)
    let_go = NamesField(
        label=gettext_lazy("Were never theirs"),
        help_text=gettext_lazy(
            "Whoever asks not to be named is withheld by every name they had. Tick one that only "
            "was a slip of the pen."
        ),
    )

    class Meta:
        model = Employee
        fields = (
            "number", "first_name", "last_name", "known_as", "job_title", "email",
            "manager", "account", "unnamed", "active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = None
        if self.instance.pk:
            self.membership = self.instance.memberships.filter(until__isnull=True).first()
        if self.membership:
            self.initial["team"] = self.membership.team_id
            self.initial["leads"] = self.membership.leads
        let_go: Any = self.fields["let_go"]
        let_go.offer(self.instance.earlier)

    def clean_manager(self) -> Employee | None:
        manager = above = self.cleaned_data["manager"]
        seen = set()
        while above and self.instance.pk and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(
                    _("%(name)s is below this person, or is this person.") % {"name": manager}
                )
            seen.add(above.pk)
            above = above.manager
        return manager

    def clean_account(self) -> User | None:
        account = self.cleaned_data["account"]
        other = account and Employee.objects.filter(account=account).exclude(pk=self.instance.pk)
        if other and (person := other.first()):
            raise forms.ValidationError(_("This account belongs to %s.") % person.full_name)
        return account

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        team, since, now = cleaned.get("team"), cleaned.get("since"), self.membership
        if now and not team and "team" in cleaned:
            self.add_error("team", _("Choose the team they move to, or say that they left."))
        if since and since > timezone.localdate():
            # Where somebody is today is told by the team they have not left.
            self.add_error("since", _("That day has not come yet."))
        if now and team and team != now.team and since and since < now.since:
            day = date_format(now.since, "j F Y")
            self.add_error("since", _("They came to the present team on %s.") % day)
        left = None if now or not self.instance.pk else self.instance.left_last_team_on()
        if left and team and (since or timezone.localdate()) < left:
            day = date_format(left, "j F Y")
            self.add_error("since", _("They were in another team until %s.") % day)
        return cleaned
