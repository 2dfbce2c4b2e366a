"""What a reader may send from a story's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from staff.models import Employee
from stories.fields import Words
from stories.models import BY_READERS, Flag, Note, Retelling, Story, ToldTo
from stories.models.afterwards import MOST_HEADS
from stories.models.flag import MOST_WORDS

MOST_NOTE = 1000


class Choices(forms.RadioSelect):
    """Radio buttons: where they are to have the focus, it is the first of them."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if option["index"] != "0":
            option["attrs"].pop("autofocus", None)
        return option


class ReadersForm(forms.Form):
    """A form that puts the reader where something is to be put right."""

    def full_clean(self) -> None:
        super().full_clean()
        for name in list(self.errors)[:1]:
            self.fields[name].widget.attrs["autofocus"] = True


class NoteForm(ReadersForm):
    """A note of thanks under a story."""

    text = Words(
        label=_("Write a note of thanks"),
        max_length=MOST_NOTE,
        widget=forms.Textarea(
            attrs={"rows": 1, "dir": "auto", "placeholder": _("Write a note of thanks")}
        ),
        error_messages={"required": _("Write a word or two first.")},
    )

    @transaction.atomic
    def save(self, story: Story, author: Employee) -> Note:
        """Store the note, once, however often the same words are sent."""
        # Holding the story makes the second of two posts at once wait for the first.
        Story.objects.select_for_update().only("pk").get(pk=story.pk)
        text = self.cleaned_data["text"]
        notes = story.notes.shown().filter(author=author, text=text)
        return notes.first() or story.notes.create(author=author, text=text)


class RetellForm(ReadersForm):
    """'I told this on': to whom, and to how many if the reader cares to say."""

    told_to = forms.ChoiceField(
        label=_("To whom?"),
        choices=[(told_to.value, told_to.label) for told_to in BY_READERS],
        initial=ToldTo.TEAM,
        widget=Choices,
        error_messages={
            "required": _("Choose whom you told."),
            "invalid_choice": _("Choose whom you told."),
        },
    )
    heads = forms.IntegerField(
        label=_("How many heard it?"),
        help_text=_("If you like"),
        required=False,
        min_value=1,
        max_value=MOST_HEADS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": MOST_HEADS}),
        error_messages={
            "invalid": _("Write a number, or leave it empty."),
            "min_value": _("Write a number from 1 to 500, or leave it empty."),
            "max_value": _("Write a number from 1 to 500, or leave it empty."),
        },
    )

    def save(self, story: Story, reader: Employee) -> Retelling:
        return story.retell(by=reader, **self.cleaned_data)


class FlagForm(ReadersForm):
    """What is wrong with a story or a note, for the moderators alone."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Flag.Reason.choices,
        widget=Choices,
        error_messages={
            "required": _("Choose what comes nearest."),
            "invalid_choice": _("Choose what comes nearest."),
        },
    )
    words = Words(
        label=_("In your own words"),
        help_text=_("If you like"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("reason") == Flag.Reason.OTHER and data.get("words") == "":
            self.add_error("words", _("Say in a few words what it is."))
        return data

    def save(self, story: Story, note: Note | None, reader: Employee) -> Flag:
        return Flag.begin(story, note=note, by=reader, **self.cleaned_data)
