"""The form of an employee in the admin, which takes people and accounts in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retold.together import together

from .admin_pages import Plain
from .admin_person_words import LONGEST, Found, Typed, employee_said
from .admin_teams import TeamField
from .models import Employee, Membership, Team, User
from .models.former import Name
from .models.membership import take_away
from .text import as_id


class TeamTyped(TeamField):
    """The number of a team, which the form looks for together with all that is typed."""

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if (key := as_id(str(value))) is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"])
        return key


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


class EmployeeForm(forms.ModelForm):
    """An employee, and the team to move to."""

    # People and accounts are named in words, as no list of a hundred thousand could be chosen from.
    manager = Plain(
        label=gettext_lazy("Manager"),
        help_text=gettext_lazy("Their staff number, e-mail or full name."),
        required=False,
        max_length=LONGEST,
    )
    account = Plain(
        label=gettext_lazy("Account"),
        help_text=gettext_lazy("The user name they sign in with."),
        required=False,
        max_length=LONGEST,
    )
    team = TeamTyped(
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
        person = self.instance
        held = person.memberships.all() if person.pk else []
        self.membership = next((one for one in held if one.until is None), None)
        if self.membership:
            self.initial["team"] = self.membership.team_id
            self.initial["leads"] = self.membership.leads
        self.initial["manager"] = employee_said(person.manager)
        self.initial["account"] = person.account.username if person.account else ""
        let_go: Any = self.fields["let_go"]
        let_go.offer(self.instance.earlier)

    def _get_validation_exclusions(self) -> set[str]:
        """What is told by what the form has found."""
        usual: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*usual, "number", "email", "manager", "account"}

    def _found(self, typed: Typed) -> Found:
        found = getattr(self.instance, "found", None)
        if found is None or found.typed != typed:
            found = Found(self.instance.pk, typed)
            together(*found.asked)
        return found

    def _check_shared(self, found: Found) -> None:
        said = {
            "number": _("Somebody else has this number."),
            "email": _("Somebody else has this e-mail address."),
        }
        for name in found.shared():
            self.add_error(name, said[name])

    def _manager(self, text: str, found: Found) -> Employee | None:
        manager: Any = found.manager() if text else None
        if text and manager is None:
            said = _("“%(text)s” is not one person in the directory.") % {"text": text}
            self.add_error("manager", said)
        # Who was their manager before stays it, whoever was put above whom meanwhile.
        elif manager and manager != self.instance.manager and manager.is_below:
            said = _("%(name)s is below this person, or is this person.") % {"name": manager}
            self.add_error("manager", said)
        return manager

    def _account(self, text: str, found: Found) -> User | None:
        account = found.account() if text else None
        if text and account is None:
            self.add_error("account", _("There is no account “%(text)s”.") % {"text": text})
        elif text and (holder := found.holder()):
            self.add_error("account", _("This account belongs to %s.") % holder.full_name)
        return account

    def clean_unnamed(self) -> bool:
        unnamed: bool = self.cleaned_data["unnamed"]
        if self.initial.get("unnamed") and not unnamed and self.instance.is_being_erased:
            raise forms.ValidationError(_("They are being erased, and are not named again."))
        return unnamed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = self._found(Typed.of(cleaned))
        self._check_shared(found)
        for name, meant in (("manager", self._manager), ("account", self._account)):
            if name in cleaned:
                cleaned[name] = meant(cleaned[name], found)
        if cleaned.get("team"):
            cleaned["team"] = found.team()
            if cleaned["team"] is None:
                self.add_error("team", self.fields["team"].error_messages["invalid_choice"])
        self._check_move(cleaned)
        return cleaned

    def moves(self) -> bool:
        """Whether they come to another team, or lead theirs from now on or no longer."""
        now, data = self.membership, self.cleaned_data
        return now is None or (now.team, now.leads) != (data["team"], data["leads"])

    def _check_move(self, cleaned: dict[str, Any]) -> None:
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


class RowField(forms.Field):
    """One of the rows that are at hand, by its key."""

    widget = forms.HiddenInput

    def __init__(self, row: Membership) -> None:
        super().__init__(initial=row.pk)
        self._row = row

    def clean(self, value: Any) -> Membership:
        if as_id(str(value)) != self._row.pk:
            raise forms.ValidationError(_("This row is another one by now."))
        return self._row

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class MembershipRows(forms.BaseInlineFormSet):
    """The rows of somebody who was fetched with them, of which none is asked for once more."""

    _pk_field: Any

    @cached_property
    def _rows(self) -> list[Membership]:
        return [*self.instance.memberships.all()] if self.instance.pk else []

    def get_queryset(self) -> Any:
        return self._rows

    def save_existing_objects(self, commit: bool = True) -> Any:
        saved = super().save_existing_objects(commit)
        if commit and self.deleted_objects:
            take_away(self.deleted_objects)
        return saved

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """It goes with the others, once all are known."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk:
            form.fields[self._pk_field.name] = RowField(form.instance)
