"""Beginning to follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.audiences import ORGANISATION
from staff.models import User
from staff.naming import Naming
from stories.fields import MOST_IN_AN_ADDRESS
from stories.filtering.filters import FilterForm
from stories.models import Follow
from stories.models.follow import MOST_FOLLOWED, MOST_QUERY


class FollowForm(forms.Form):
    """How often to be told of new stories in one filter of the wall."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Follow.Rhythm.choices,
        initial=Follow.Rhythm.DAILY,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how often."),
            "invalid_choice": gettext_lazy("Choose how often."),
        },
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day?"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a day of the week.")},
    )
    query = forms.CharField(max_length=MOST_IN_AN_ADDRESS, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        asked = str(self.data.get("query", "")) if self.is_bound else query
        asked = asked[:MOST_IN_AN_ADDRESS]
        self.filter = FilterForm(QueryDict(asked), Naming(ORGANISATION), path=reverse("wall"))
        if not self.is_bound:
            self.initial = {"weekday": timezone.localdate().weekday(), **self._as_followed()}

    def _as_followed(self) -> dict[str, Any]:
        """How this filter is followed already, if it is."""
        followed = Follow.objects.filter(account=self.user, query=self.plain_query, ended_at=None)
        return dict(followed.values("rhythm", "weekday").first() or {})

    @property
    def plain_query(self) -> str:
        """What of the wall's address says which stories, always in the same order."""
        return self.filter.address(sort=None, view=None).partition("?")[2]

    def clean_query(self) -> str:
        if len(self.plain_query) > MOST_QUERY:
            raise ValidationError(_("That is too much to follow at once. Search for less."))
        return self.plain_query

    def clean_weekday(self) -> int:
        chosen = self.cleaned_data["weekday"]
        return timezone.localdate().weekday() if chosen == "" else chosen

    def clean(self) -> dict[str, Any]:
        others = Follow.objects.filter(account=self.user, ended_at=None)
        others = others.exclude(query=self.plain_query)
        if others.count() >= MOST_FOLLOWED:
            raise ValidationError(
                _("You follow %(most)s filters already. End one of them first.")
                % {"most": MOST_FOLLOWED}
            )
        return self.cleaned_data

    def save(self) -> Follow:
        chosen = self.cleaned_data
        return Follow.begin(
            self.user, chosen["query"], rhythm=chosen["rhythm"], weekday=chosen["weekday"]
        )
