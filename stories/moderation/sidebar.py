"""What the filters beside the admin's lists share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList


class DefaultFilter(admin.SimpleListFilter):
    """A filter that always asks for something: for `default` until another choice is made."""

    parameter_name: str
    default: str

    def value(self) -> str:
        return super().value() or self.default

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            first = value == self.default
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string(
                    {} if first else {self.parameter_name: value},
                    [self.parameter_name] if first else None,
                ),
                "display": label,
            }
