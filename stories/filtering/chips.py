"""What a wall was asked for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from stories.models import Initiative, Served, Setting, TookMoney, TookPermission, TookTime

from .understood import day_in_words

if TYPE_CHECKING:
    from .filters import FilterForm


class Chip(NamedTuple):
    """One thing that was asked for, and the address of the wall without it."""

    key: str
    name: str
    url: str
    hue: str = ""


def chips(form: FilterForm) -> list[Chip]:
    """A chip for each thing that was asked for, in the order of the address."""
    return [_chip(form, key) for key in form.conditions]


def _chip(form: FilterForm, key: str) -> Chip:
    name, _colon, slug = key.partition(":")
    if name == "trait":
        trait = form.vocabulary[slug.removeprefix("-")]
        said = _("Without %s") % trait.name if slug.startswith("-") else trait.name
        return Chip(key, said, form.without_trait(trait), trait.hue)
    if name == "q":
        asked = form.search.asks[key]
        return Chip(key, asked.name, form.address(q=asked.rest or None), asked.hue)
    return Chip(key, _in_words(name, form), form.address(**{name: None}))


def _in_words(name: str, form: FilterForm) -> str:
    value = form.cleaned_data[name]
    words = {
        "team": lambda: value.name,
        "person": lambda: form.naming.name(value),
        "served": lambda: _("For %s") % _lower(str(Served(value).label)),
        "setting": lambda: str(Setting(value).label),
        "initiative": lambda: _decided(Initiative(value)),
        "took_time": lambda: _("It took %s") % _lower(str(TookTime(value).label)),
        "took_money": lambda: _("It cost %s") % _lower(str(TookMoney(value).label)),
        "took_permission": lambda: str(TookPermission(value).label),
        "recovery": lambda: _("Went wrong first"),
        "gold": lambda: _("Gold standard"),
        "photo": lambda: _("With photos"),
        "mine": lambda: _("Told by me"),
        "new": lambda: _("New since my last visit"),
        "year": lambda: value,
        "month": lambda: day_in_words(value),
    }
    return words[name]()


def _decided(how: Initiative) -> str:
    if how is Initiative.UNKNOWN:
        return _("Not known how it was decided")
    return _("Decided %s") % _lower(str(how.label))


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
