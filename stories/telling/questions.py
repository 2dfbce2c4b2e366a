"""What the tell form asks: its fields and the words around them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.days import EARLIEST
from stories.fields import Day, Line, SaidLine, Title, Words
from stories.models import Initiative, Served, Setting, TookMoney, TookPermission, TookTime
from stories.models.story import MOST_BODY, MOST_LINE, MOST_SHORT, MOST_TITLE

from .fields import Choice, Several

MOST_PROPOSED = 40


class Questions(forms.Form):
    """Only the first is required; `TellForm` says which answers make sense."""

    body = Words(
        required=False,
        max_length=MOST_BODY,
        label=_("What happened?"),
        widget=forms.Textarea({"class": "words", "rows": 7, "dir": "auto", "required": True}),
    )
    line = SaidLine(
        required=False,
        max_length=MOST_LINE,
        label=_("The line"),
        help_text=_("The sentence people will repeat. The poster puts the quotation marks."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    title = Title(
        required=False,
        max_length=MOST_TITLE,
        label=_("Title"),
        widget=forms.TextInput({"dir": "auto"}),
    )
    happened_on = Day(
        required=False,
        label=_("When"),
        error_messages={"invalid": _("Choose the day, or write it like this: 2026-03-02.")},
        widget=forms.DateInput({"type": "date", "min": EARLIEST.isoformat()}, format="%Y-%m-%d"),
    )
    place = Line(
        required=False,
        max_length=MOST_SHORT,
        label=_("Where"),
        widget=forms.TextInput({"dir": "auto"}),
    )
    setting = Choice(
        choices=Setting.choices,
        empty=Setting.HERE,
        label=_("Our own people, or somebody else’s?"),
        widget=forms.RadioSelect,
    )
    organisation = Line(
        required=False,
        max_length=MOST_SHORT,
        label=_("Whose people, if it was elsewhere"),
        help_text=_("A shop, a clinic, a railway: as you would say it."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    served = Choice(
        choices=Served.choices,
        empty=Served.CUSTOMER,
        label=_("Who was it done for?"),
        widget=forms.RadioSelect,
    )
    recovery = forms.BooleanField(required=False, label=_("It went wrong first and was put right"))
    went_wrong = Line(
        required=False,
        max_length=MOST_SHORT,
        label=_("What went wrong first"),
        widget=forms.TextInput({"dir": "auto"}),
    )
    initiative = Choice(
        choices=Initiative.choices,
        empty=Initiative.UNKNOWN,
        label=_("How was it decided?"),
        widget=forms.RadioSelect,
    )
    took_time = Choice(choices=[("", ""), *TookTime.choices], label=_("Time"))
    took_money = Choice(choices=[("", ""), *TookMoney.choices], label=_("Money"))
    took_permission = Choice(choices=[("", ""), *TookPermission.choices], label=_("Permission"))
    traits = Several(label=_("What made it memorable?"))
    leading = Line(required=False, max_length=100)
    trait_proposed = Line(
        required=False,
        max_length=MOST_PROPOSED,
        label=_("Another word for it"),
        help_text=_("Missing one? A moderator takes it in, or finds the one you mean."),
        widget=forms.TextInput({"dir": "auto", "autocapitalize": "none"}),
    )
    people = Several(label=_("Who did it"))
    people_text = Line(
        required=False,
        max_length=1_200,
        label=_("Not in the directory, or you don’t know the name"),
        help_text=_("As you would say it: Roberta, the night porter. Commas between them."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    team = Line(required=False, max_length=120, label=_("The whole team"), widget=forms.Select)
    anonymous = forms.BooleanField(
        required=False,
        label=_("Tell it without my name"),
        help_text=_("Only moderators see who told it."),
    )
    may_show_outside = forms.BooleanField(
        required=False, label=_("It may be shown outside our organisation")
    )
    customer_agreed = forms.BooleanField(
        required=False, label=_("The customer knows, and agreed to that")
    )
    inspired_by = Line(required=False, max_length=40)
