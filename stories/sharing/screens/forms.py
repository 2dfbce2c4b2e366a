"""Making a screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staff import roles
from staff.audiences import ORGANISATION
from staff.models import Team, User
from staff.naming import Naming
from stories.fields import Line
from stories.filtering.filters import FilterForm
from stories.models import Screen
from stories.models.screen import MOST_QUERY

SECONDS = [(10, _("10 seconds")), (20, _("20 seconds")), (40, _("40 seconds")), (60, _("A minute"))]
NAMES = [("1", _("Yes, as on the wall")), ("0", _("No, nobody is named"))]


class ScreenForm(forms.Form):
    """Where it hangs, what it shows, and how; managers choose one of their own teams."""

    name = Line(
        label=_("Where does it hang?"),
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("Staff room, second floor")}),
        error_messages={"required": _("Say where it hangs, so that you find it again.")},
    )
    # Which teams there are to choose from is for the account to say.
    team = forms.Field()
    names = forms.TypedChoiceField(
        label=_("Say who did it?"),
        choices=NAMES,
        coerce=lambda chosen: chosen == "1",
        initial="1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    seconds = forms.TypedChoiceField(
        label=_("How long does each story stay?"),
        choices=SECONDS,
        coerce=int,
        initial=20,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose how long a story stays.")},
    )
    clock = forms.BooleanField(label=_("Show the time"), required=False)
    query = forms.CharField(max_length=MOST_QUERY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["team"] = _whose_stories(user)
        asked = query if not self.is_bound else str(self.data.get("query", ""))[:MOST_QUERY]
        self.filter = FilterForm(QueryDict(asked), Naming(ORGANISATION), path=reverse("wall"))
        self.initial["query"] = self.plain_query
        if chosen := self.filter.team_chosen:
            self.initial.setdefault("team", chosen.pk)

    @property
    def plain_query(self) -> str:
        """What of the address says which stories; the team is asked for by itself."""
        address = self.filter.address(team=None, sort=None, view=None)
        return address.partition("?")[2]

    def clean_query(self) -> str:
        return self.plain_query

    def save(self) -> Screen:
        return Screen.objects.create(made_by=self.user, **self.cleaned_data)


def _whose_stories(user: User) -> forms.ModelChoiceField:
    """Moderators may show everyone's stories, managers those of a team of theirs."""
    everyone = roles.is_moderator(user)
    teams = Team.objects.order_by("name")
    if not everyone:
        teams = teams.filter(pk__in=roles.managed_team_ids(user))
    message = _("Choose one of your teams.")
    return forms.ModelChoiceField(
        label=_("Whose stories?"),
        queryset=teams,
        required=not everyone,
        empty_label=_("Everyone’s") if everyone else _("Choose a team"),
        error_messages={"required": message, "invalid_choice": message},
    )
