"""What hangs on rows that somebody may delete in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db.models import CASCADE, PROTECT, RESTRICT, Model, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete

from retold.together import together

# Of other rows nothing is shown: they stay, and only lead to it no longer.
LOOKED_THROUGH = (CASCADE, PROTECT, RESTRICT)


class HangingOn(NestedObjects):
    """Django's own search, with one question for all that hangs on rows of a model, where it has
    one for each relation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[tuple[Any, tuple[Any, ...]], QuerySet] = {}

    def related_objects(
        self, related_model: type[Model], related_fields: Iterable[Any], objs: Any
    ) -> QuerySet:
        (field,), keys = related_fields, tuple(one.pk for one in objs)
        if field.remote_field.on_delete not in LOOKED_THROUGH:
            return super().related_objects(related_model, related_fields, objs)
        if (field, keys) not in self._found:
            self._ask(type(objs[0]), objs, keys)
        return self._found[field, keys]

    def _ask(self, kind: type[Model], objs: Any, keys: tuple[Any, ...]) -> None:
        relations: Iterable[Any] = get_candidate_relations_to_delete(kind._meta)
        fields = [relation.field for relation in relations]
        asked = {
            (field, keys): super(HangingOn, self).related_objects(field.model, [field], objs)
            for field in fields
            if field.remote_field.on_delete in LOOKED_THROUGH
        }
        together(*asked.values())
        self._found |= asked
