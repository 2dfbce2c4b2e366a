"""A row of the history as people read it: fields by their names, keys by what they stand for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .differences import Piece, replaced
from .models import Employee, History, Team

SETTINGS = "settings"
# What a story is credited to is kept as one, by key.
TO_PEOPLE, TO_A_TEAM = "people", "team"


class Shown(NamedTuple):
    """One field that changed."""

    label: str
    pieces: list[Piece]


def kind_of(kind: str) -> str:
    """What a kind of thing is called."""
    if kind == SETTINGS:
        return _("settings")
    model = _model(kind)
    return str(model._meta.verbose_name) if model else kind


def page_of(row: History) -> str:
    """Where the thing itself is seen in the admin; '' if it is gone, or shown nowhere."""
    model = _model(row.kind)
    if model is None or not model._base_manager.filter(pk=row.number).exists():
        return ""
    try:
        return reverse(f"admin:{row.kind.replace('.', '_')}_change", args=[row.number])
    except NoReverseMatch:
        return ""


def fields_of(row: History) -> str:
    """The fields that changed, by their names."""
    model = _model(row.kind)
    return ", ".join(_label(model, name) for name in row.fields.split(", ") if name)


def read(row: History) -> list[Shown]:
    """Every field that changed, with the words marked; a few questions however many there are."""
    model = _model(row.kind)
    names = _names(model, row)
    return [
        Shown(
            capfirst(_label(model, name)),
            replaced(_said(model, name, before, names), _said(model, name, after, names)),
        )
        for name, (before, after) in row.changes.items()
    ]


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model: type[Model] | None, name: str) -> str:
    # Settings are named as they are written.
    words = name.replace("_", " ") if model else name
    return str(getattr(_field(model, name), "verbose_name", None) or words)


def _points_to(model: type[Model] | None, name: str) -> type[Model] | None:
    """The model that keys under this name belong to."""
    if name == TO_PEOPLE:
        return Employee
    field = _field(model, name)
    if field is None or not field.is_relation:
        return Team if name == TO_A_TEAM else None
    return None if field.many_to_many else field.related_model


def _names(model: type[Model] | None, row: History) -> dict[tuple, str]:
    """What the keys in a row stand for, as far as it is there still."""
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for name, both in row.changes.items():
        if other := _points_to(model, name):
            sides = [one for side in both for one in (side if isinstance(side, list) else [side])]
            wanted[other] |= {one for one in sides if isinstance(one, int)}
    return {
        (other, found.pk): str(found)
        for other, keys in wanted.items()
        for found in other._base_manager.filter(pk__in=keys)
    }


def _said(model: type[Model] | None, name: str, value: Any, names: dict[tuple, str]) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    other = _points_to(model, name)

    def one(key: Any) -> str:
        # Under the name of a relation a story also says what became of it, in a word.
        gone = f"№ {key}" if isinstance(key, int) else str(key).replace("_", " ")
        return names.get((other, key), gone)

    if isinstance(value, list):
        return ", ".join(one(each) if other else _item(each) for each in value)
    if other is not None:
        return one(value)
    choices = dict(getattr(_field(model, name), "flatchoices", None) or ())
    return str(choices.get(value, value))


def _item(value: Any) -> str:
    """One of several: a trait stands with the words that show it, a name in its parts."""
    if isinstance(value, list) and len(value) == 2:
        first, words = value
        return f"{first} (“{words}”)" if words else str(first)
    if isinstance(value, list):
        return " ".join(str(part) for part in value if part)
    return str(value)
