"""What is changed of several stories at once: the form that asks, and the change of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stories.models import (
    Initiative,
    Served,
    Setting,
    Status,
    Story,
    StoryTrait,
    Trait,
    TransitionRefused,
)
from stories.models.content import fetch_contents
from stories.models.story import MOST_TRAITS

AS_IT_IS = ("", gettext_lazy("Leave as it is"))
RECOVERY = {
    "yes": gettext_lazy("It went wrong first and was put right"),
    "no": gettext_lazy("It did not go wrong first"),
}
FACTS = ("setting", "served", "initiative", "recovery")
# What is with its teller, or was turned down, is changed on its own page alone.
CHANGED_TOGETHER = (Status.PENDING, Status.PUBLISHED)

WORDS = {
    "title": gettext_lazy("Change what is said about them"),
    "button": gettext_lazy("Change them"),
    "template": "admin/stories/story/ask_what.html",
}


class SomeTraits(forms.TypedMultipleChoiceField):
    """Any number of the traits that are offered."""

    widget = forms.CheckboxSelectMultiple
    # What was retired or merged while the page was open; Django would say its number.
    default_error_messages = {
        "invalid_choice": gettext_lazy("One of the traits you chose is no longer in use.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, **kwargs)


class ChangeForm(forms.Form):
    """Traits to add and to take away, and facts; whatever is not chosen stays as it is.

    What can be taken away besides the vocabulary are proposed and retired traits of the stories
    with the keys in `about`.
    """

    add = SomeTraits(label=gettext_lazy("Traits to add"))
    take = SomeTraits(
        label=gettext_lazy("Traits to take away"),
        help_text=gettext_lazy("The words that show such a trait go with it."),
    )
    setting = forms.ChoiceField(
        label=gettext_lazy("Setting"), choices=[AS_IT_IS, *Setting.choices], required=False
    )
    served = forms.ChoiceField(
        label=gettext_lazy("Served"), choices=[AS_IT_IS, *Served.choices], required=False
    )
    initiative = forms.ChoiceField(
        label=gettext_lazy("How it was decided"),
        choices=[AS_IT_IS, *Initiative.choices],
        required=False,
    )
    recovery = forms.TypedChoiceField(
        label=gettext_lazy("Recovery"),
        choices=[AS_IT_IS, *RECOVERY.items()],
        coerce=lambda answer: answer == "yes",
        required=False,
    )

    def __init__(self, *args: Any, about: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_them = StoryTrait.objects.filter(content_object__in=about).values("tag")
        offered = Trait.objects.filter(Q(standing=Trait.Standing.CURATED) | Q(pk__in=on_them))
        self.traits = {trait.pk: trait for trait in offered}
        in_use = [trait for trait in offered if trait.standing == Trait.Standing.CURATED]
        for name, traits in (("add", in_use), ("take", offered)):
            choices = [(trait.pk, trait.name) for trait in traits]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_add(self) -> list[int]:
        chosen = self.cleaned_data["add"]
        if len(chosen) > MOST_TRAITS:
            raise ValidationError(
                _("Choose up to %(most)s; the strongest say most.") % {"most": MOST_TRAITS}
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        take = data.get("take", [])
        if both := [self.traits[pk].name for pk in data.get("add", []) if pk in take]:
            said = _("Either add or take away, not both: %(traits)s.")
            self.add_error("take", said % {"traits": get_text_list(both, _("and"))})
        if not self.errors and not any(value not in ("", []) for value in data.values()):
            raise ValidationError(_("Choose what to change."), code="nothing")
        return data

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            add=[self.traits[pk] for pk in data["add"]],
            take=frozenset(data["take"]),
            facts={name: data[name] for name in FACTS if data[name] != ""},
        )


@dataclass
class Wanted:
    """What is to be so of each of the stories; `facts` by the names of their fields."""

    add: list[Trait]
    take: frozenset[int]
    facts: dict[str, Any]
    # Which of the traits to add are in use, once that was looked at.
    in_use: Collection[int] = ()

    def look_at(self, stories: Sequence[Story]) -> None:
        """Fetch what it takes to change these, which were read and are kept from others."""
        # Whoever looks after the vocabulary goes on while stories are changed.
        in_use = Trait.objects.curated().filter(pk__in=[trait.pk for trait in self.add])
        fetch_contents(stories, in_use)
        self.in_use = {trait.pk for trait in in_use}
        for story in stories:
            story.is_held_to_be_edited()

    def make_so(self, story: Story, *, by) -> bool:
        """Change one of those that were looked at; False if it is so already.

        Raises TransitionRefused where an edit of this story alone would be refused too.
        """
        if story.status not in CHANGED_TOGETHER:
            said = _(
                "It is not changed together with others where it stands now (%(status)s). "
                "Open it and change it there."
            )
            raise TransitionRefused(said % {"status": story.get_status_display().lower()})
        for name, value in self.facts.items():
            setattr(story, name, value)
        if story.setting == Setting.HERE and story.organisation:
            raise TransitionRefused(_("Only a story seen elsewhere names whose people."))
        if story.went_wrong and not story.recovery:
            raise TransitionRefused(_("What went wrong is told only of what was put right."))
        return story.save_content(by=by, traits=self._traits(story))

    def _traits(self, story: Story) -> list[tuple[Trait, str]] | None:
        """All that the story is to carry, with evidence, what is new last; None if that is as it
        is."""
        if not self.add and not self.take:
            return None
        held = story.story_traits.all()
        before = [tagging.tag_id for tagging in held]
        kept = [(each.tag, each.evidence) for each in held if each.tag_id not in self.take]
        new = [trait for trait in self.add if trait.pk not in before]
        if gone := [trait.name for trait in new if trait.pk not in self.in_use]:
            said = _("No longer in use: %(traits)s.")
            raise TransitionRefused(said % {"traits": get_text_list(gone, _("and"))})
        if new and len(kept) + len(new) > MOST_TRAITS:
            said = _("It would have %(number)d traits, and at most %(most)d fit.")
            number = len(kept) + len(new)
            raise TransitionRefused(said % {"number": number, "most": MOST_TRAITS})
        if not new and len(kept) == len(before):
            return None
        return [*kept, *((trait, "") for trait in new)]
