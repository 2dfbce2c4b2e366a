"""What a moderator may write: the story itself, a note to its teller, its readers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retold.together import together
from staff.choosing import in_regions
from staff.models import Employee, Team
from staff.text import clean_text
from stories.fields import Day, Line, SaidLine, Title, Words
from stories.models import Setting, Story, StoryTrait, Trait
from stories.models.content import FACTS, Credited
from stories.models.record import MOST_WHY
from stories.models.story import MOST_PEOPLE, MOST_SHORT, MOST_TRAITS
from stories.models.trait import MOST_EVIDENCE
from stories.models.vocabulary import TookMoney, TookPermission, TookTime

from . import page, people

MOST_NOTE = MOST_WHY
SPARE_ROWS = 2
PUBLIC_ID = re.compile(r"([A-Za-z0-9]{8,16})/?(?:[?#].*)?$")

TOOK = {"took_time": TookTime, "took_money": TookMoney, "took_permission": TookPermission}
CONTENT = tuple(name for name in FACTS if name != "inspired_by_id")


class TraitRow(forms.Form):
    """One trait of the story and the words that show it; an empty row says nothing."""

    evidence = Words(
        label=gettext_lazy("words that show it"),
        required=False,
        max_length=MOST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, choices: list[tuple], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trait"] = forms.TypedChoiceField(
            label=gettext_lazy("trait"), choices=choices, coerce=int, required=False
        )


class PersonRow(forms.Form):
    """Somebody the story is credited to: an employee by their label, or a name as told."""

    who = Line(
        label=gettext_lazy("who"),
        required=False,
        max_length=MOST_SHORT,
        widget=forms.TextInput(attrs={"data-complete": "people", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, labels: people.Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = labels

    def clean_who(self) -> Employee | str:
        return self.labels.employee(self.cleaned_data["who"]) or self.cleaned_data["who"]


TraitRows = forms.formset_factory(
    TraitRow, extra=SPARE_ROWS, max_num=MOST_TRAITS, validate_max=True, absolute_max=MOST_TRAITS
)
PersonRows = forms.formset_factory(
    PersonRow, extra=SPARE_ROWS, max_num=MOST_PEOPLE, validate_max=True, absolute_max=MOST_PEOPLE
)


class Beside:
    """What the form needs beside its story: the teams and the vocabulary, and whom and what the
    texts that were typed mean."""

    def __init__(self, typed: Mapping[str, Any]) -> None:
        self.teams = Team.objects.order_by("name").only("name", "parent")
        self.vocabulary = Trait.objects.curated()
        who = (typed.get(f"people-{row}-who") for row in range(MOST_PEOPLE))
        self.labels = people.Labels(map(clean_text, who))
        self.inspiring = _at_address(clean_text(typed.get("inspired")))

    @property
    def questions(self) -> tuple[QuerySet, ...]:
        return self.teams, self.vocabulary, self.inspiring, *self.labels.questions

    @classmethod
    def held(cls, stories: QuerySet[Story], pk: int, typed: Mapping[str, Any]) -> Story | None:
        """The one of these that is to be edited, as `page.held` has it, and this beside it."""
        beside = cls(typed)
        story = page.held(stories, pk, beside.labels.people, *beside.questions)
        if story is not None:
            vars(story)["beside"] = beside
        return story

    @classmethod
    def of(cls, story: Story, typed: Mapping[str, Any]) -> Beside:
        """What was fetched beside a story, or is now."""
        beside: Beside | None = vars(story).pop("beside", None)
        if beside is None:
            beside = cls(typed)
            together(*beside.questions)
        return beside


class StoryForm(forms.ModelForm):
    """All that a story says; where it stands is changed by decisions alone.

    `opened_at` is the version the page was opened at: if somebody saved since, the form comes
    back with what was written and says so; saving it again is then a choice.
    """

    opened_at = forms.IntegerField(widget=forms.HiddenInput)
    inspired = Line(
        label=gettext_lazy("Inspired by"),
        required=False,
        max_length=MOST_SHORT,
        help_text=gettext_lazy("The address of the story that inspired it."),
    )

    class Meta:
        model = Story
        fields = CONTENT
        field_classes = {
            "body": Words,
            "happened_on": Day,
            "line": SaidLine,
            "title": Title,
            **dict.fromkeys(("place", "organisation", "went_wrong"), Line),
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 14}),
            "line": forms.TextInput(attrs={"size": 60}),
            "happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        beside = Beside.of(self.instance, self.data)
        self.teams, self.vocabulary = list(beside.teams), list(beside.vocabulary)
        self._inspiring = beside.inspiring
        self.fields["team"] = forms.TypedChoiceField(
            label=gettext_lazy("Whole team"),
            choices=[("", "—"), *in_regions(self.teams, lambda team: team.pk)],
            coerce=int,
            empty_value=None,
            required=False,
        )
        for name, answers in TOOK.items():
            asked = cast(forms.ChoiceField, self.fields[name])
            asked.choices = [("", _("Not said")), *answers.choices]
        self.initial = {**self.initial, **self._initial()}
        data = self.data if self.is_bound else None
        self.trait_rows = TraitRows(
            data,
            prefix="traits",
            initial=self._trait_initial(),
            form_kwargs={"choices": self._trait_choices},
        )
        self.person_rows = PersonRows(
            data,
            prefix="people",
            initial=self._person_initial(),
            form_kwargs={"labels": beside.labels},
        )

    def _initial(self) -> dict[str, Any]:
        story = self.instance
        whole = next((credit for credit in story.credits.all() if credit.is_whole_team), None)
        return {
            "opened_at": story.version,
            "team": whole.team_id if whole else None,
            "inspired": story.inspired_by.public_id if story.inspired_by else "",
        }

    def _trait_initial(self) -> list[dict]:
        held = self.instance.story_traits.all()
        return [{"trait": tagging.tag_id, "evidence": tagging.evidence} for tagging in held]

    def _person_initial(self) -> list[dict]:
        credits = [credit for credit in self.instance.credits.all() if not credit.is_whole_team]
        return [
            {"who": people.label(credit.employee) if credit.employee else credit.name_text}
            for credit in credits
        ]

    @cached_property
    def _traits(self) -> dict[int, Trait]:
        """The vocabulary, and what the story carries beside it: proposed words, retired traits."""
        held: list[StoryTrait] = list(self.instance.story_traits.all())
        return {trait.pk: trait for trait in [*self.vocabulary, *(each.tag for each in held)]}

    @cached_property
    def _trait_choices(self) -> list[tuple]:
        return [("", "—")] + [
            (
                trait.pk,
                trait.name
                if trait.standing == Trait.Standing.CURATED
                else f"{trait.name} ({trait.get_standing_display().lower()})",
            )
            for trait in self._traits.values()
        ]

    def clean_inspired(self) -> Story | None:
        if not self.cleaned_data["inspired"].strip():
            return None
        story = next(iter(self._inspiring), None)
        if story is None or story.pk == self.instance.pk:
            raise ValidationError(_("There is no other published story at this address."))
        return story

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if "inspired" in data:
            self.instance.inspired_by = data["inspired"]
        if data.get("setting") == Setting.HERE and data.get("organisation"):
            self.add_error("organisation", _("Only a story seen elsewhere names whose people."))
        if data.get("went_wrong") and not data.get("recovery"):
            self.add_error("recovery", _("Tick this too, or leave out what went wrong."))
        self._check_rows(data.get("body", ""))
        self._check_version(data.get("opened_at"))
        return data

    def _check_rows(self, body: str) -> None:
        for row in self.trait_rows:
            words = row.cleaned_data.get("evidence", "") if row.is_valid() else ""
            if words and not row.cleaned_data.get("trait"):
                row.add_error("trait", _("Which trait do these words show?"))
            elif words and words not in body:
                row.add_error("evidence", _("The story does not say this, word for word."))
        if not self.trait_rows.is_valid() or any(row.errors for row in self.trait_rows):
            self.add_error(None, _("Look at the traits again, below."))
        if not self.person_rows.is_valid():
            self.add_error(None, _("Look at the people again, below."))

    def _check_version(self, version: int | None) -> None:
        if version == self.instance.version:
            return
        # With the version of now, saving what was written once more stores it.
        again = cast(QueryDict, self.data).copy()
        again["opened_at"] = str(self.instance.version)
        self.data = again
        event = self.instance.events.select_related("actor__employee").first()
        raise ValidationError(
            _(
                "%(who)s changed this story while you were writing. What you wrote is kept below "
                "and not saved yet. Read the story again, then save to store your words over it."
            )
            % {"who": event.done_by() if event else _("Somebody")},
            code="stale",
        )

    @property
    def chosen_traits(self) -> list[tuple[Trait, str]]:
        rows = (row.cleaned_data for row in self.trait_rows)
        return [
            (self._traits[row["trait"]], row.get("evidence", ""))
            for row in rows
            if row.get("trait")
        ]

    @property
    def credited(self) -> Credited:
        who = [row.cleaned_data.get("who") for row in self.person_rows]
        team = self.cleaned_data["team"]
        return Credited(
            people=[person for person in who if isinstance(person, Employee)],
            names=[name for name in who if name and isinstance(name, str)],
            team=next((each for each in self.teams if each.pk == team), None),
        )


def _at_address(text: str) -> QuerySet[Story]:
    """The published story at the address that somebody typed, if it is one."""
    found = PUBLIC_ID.search(" ".join(text[:MOST_SHORT].split()))
    return Story.objects.published().filter(public_id__in=[found[1]] if found else [])


class NoteForm(forms.Form):
    """What the teller is told with a decision."""

    note = Words(
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the teller a sentence or two.")},
    )
