"""Keeping a view, and changing what is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.audiences import ORGANISATION
from staff.models import User
from staff.naming import Naming
from stories.fields import MOST_IN_AN_ADDRESS, Line
from stories.filtering.asked import Reader
from stories.filtering.stored import stored
from stories.models import SavedView
from stories.models.saved_view import MOST_KEPT, MOST_NAME, MOST_QUERY

from .row import query_of


class ViewForm(forms.Form):
    """The name of a view, and where it stands."""

    name = Line(
        label=gettext_lazy("What do you call it?"),
        max_length=MOST_NAME,
        error_messages={"required": gettext_lazy("Give it a name, so that you find it again.")},
    )
    pinned = forms.BooleanField(
        label=gettext_lazy("Pin it: it stands before the others over the wall"), required=False
    )
    opens = forms.BooleanField(label=gettext_lazy("Open the wall with it"), required=False)

    def __init__(self, *args: Any, user: User, view: SavedView | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.owner = user.person
        self.view = view
        self.taken: SavedView | None = None

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = SavedView.objects.filter(owner=self.owner)
        if self.view:
            others = others.exclude(pk=self.view.pk)
        same = (view for view in others if view.called.casefold() == name.casefold())
        self.taken = next(same, None)
        if self.taken and not self.replaces:
            raise ValidationError(
                _("You have a view called “%s” already. Choose another name.") % name
            )
        return name

    @property
    def replaces(self) -> bool:
        """Whether the view that has this name already is to show something else."""
        return False

    def stored_once(self) -> SavedView | None:
        """What is stored; None if another tab took the name at the same moment."""
        try:
            with transaction.atomic():
                return self.save()
        except IntegrityError:
            self.add_error("name", _("You have a view of that name already. Choose another name."))
            return None

    def save(self) -> SavedView:
        raise NotImplementedError


class KeepForm(ViewForm):
    """Keeping what the wall shows; under a name one has already, that view may show it instead."""

    query = forms.CharField(max_length=MOST_IN_AN_ADDRESS, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: Reader, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = str(self.data.get("query", "")) if self.is_bound else query
        asked = asked[:MOST_IN_AN_ADDRESS]
        self.stored = stored(asked, Naming(ORGANISATION), reader=reader)
        if not self.is_bound and not self.initial.get("name"):
            words = " · ".join(chip.name for chip in self.stored.form.chips)
            self.initial["name"] = Truncator(words).chars(MOST_NAME)

    @property
    def replaces(self) -> bool:
        return bool(self.data.get("replace")) and self.taken is not None and self.may_replace

    @property
    def may_replace(self) -> bool:
        """Whether the view of that name is of a filter: one's own team stays what it is."""
        return self.taken is not None and not self.taken.own_team

    @property
    def plain_query(self) -> str:
        return query_of(self.stored.form)

    def clean_query(self) -> str:
        if len(self.plain_query) > MOST_QUERY:
            raise ValidationError(_("That is too much to keep at once. Search for less."))
        return self.plain_query

    def clean(self) -> dict[str, Any]:
        if not self.replaces and SavedView.objects.filter(owner=self.owner).count() >= MOST_KEPT:
            raise ValidationError(
                _("You keep %(most)s views already. Delete one of them first.")
                % {"most": MOST_KEPT}
            )
        return self.cleaned_data

    def save(self) -> SavedView:
        chosen = self.cleaned_data
        if self.taken is None:
            return SavedView.keep(
                self.owner,
                chosen["name"],
                chosen["query"],
                pinned=chosen["pinned"],
                opens=chosen["opens"],
            )
        self.taken.query = chosen["query"]
        self.taken.save(update_fields=["query"])
        return self.taken


class ChangeForm(ViewForm):
    """Another name for a view, and another place."""

    view: SavedView

    def __init__(self, *args: Any, view: SavedView, shown_name: str, **kwargs: Any) -> None:
        now = {"name": shown_name, "pinned": view.pinned, "opens": view.opens}
        super().__init__(*args, view=view, initial=now, **kwargs)
        self.shown_name = shown_name

    def save(self) -> SavedView:
        chosen = self.cleaned_data
        # A name that could not be shown as it was given is not written over by the words instead.
        if chosen["name"] != self.shown_name:
            self.view.name = chosen["name"]
            self.view.save(update_fields=["name"])
        self.view.pin(chosen["pinned"])
        if chosen["opens"] != self.view.opens:
            self.view.open_with(chosen["opens"])
        return self.view
