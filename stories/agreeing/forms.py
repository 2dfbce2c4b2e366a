"""What somebody may say about being in a story."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.audiences import Audience, NamedAs
from staff.models import Credit
from stories.fields import Words
from stories.models.consent import MOST_SAID

LABELS = {
    Audience.TEAM: _("My team, on the page of the story"),
    Audience.ORGANISATION: _("Everyone here"),
    Audience.SCREENS: _("Screens and posters"),
    Audience.PUBLIC: _("Picture cards, and whoever is not one of us"),
}


class AudiencesForm(forms.Form):
    """How somebody is named to each audience, where it is not to all alike."""

    def __init__(self, data=None, *, credit: Credit) -> None:
        super().__init__(data, initial={str(whom): named for whom, named in credit.agreed.items()})
        for audience, label in LABELS.items():
            self.fields[audience] = forms.ChoiceField(label=label, choices=NamedAs.choices)

    @property
    def chosen(self) -> dict[Audience, NamedAs]:
        return {audience: NamedAs(self.cleaned_data[audience]) for audience in Audience}


class CorrectionForm(forms.Form):
    """A word to the moderators."""

    said = Words(
        label=_("What is told wrongly about me"),
        max_length=MOST_SAID,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A moderator reads it beside the story. Nobody else does."),
        error_messages={"required": _("Write what is wrong, in a sentence.")},
    )
