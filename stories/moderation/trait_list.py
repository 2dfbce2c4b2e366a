"""Where traits stand among the others, typed in their list and stored at once."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import HttpRequest

from staff.models import User
from stories.models import Trait


class RowField(forms.ModelChoiceField):
    """The key of a row that was read already, and is not looked for again."""

    def __init__(self, row: Trait, **kwargs: Any) -> None:
        super().__init__(Trait.objects.all(), **kwargs)
        self.row = row

    def to_python(self, value: Any) -> Any:
        return self.row if value == str(self.row.pk) else super().to_python(value)


class Positions(forms.BaseModelFormSet):
    """A row for each trait on the page."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        usual = form.fields["id"]
        about = {name: getattr(usual, name) for name in ("initial", "required", "widget")}
        form.fields["id"] = RowField(form.instance, **about)


class MovedTogether(admin.ModelAdmin):
    """However many are moved in the list, they are stored, and logged, as one is."""

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=Positions, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        moved: dict[Trait, Any] = {}
        request.moved = moved  # type: ignore[attr-defined]
        with transaction.atomic():
            answer = super().changelist_view(request, extra_context)
            Trait.objects.move(*moved)
            if moved:
                # Of each of them the same is said.
                by, said = cast("User", request.user), next(iter(moved.values()))
                LogEntry.objects.log_actions(by.pk, list(moved), CHANGE, said)
        return answer

    def is_moved(self, request: HttpRequest) -> bool:
        """Whether a row is changed in the list, and is stored with the others."""
        return hasattr(request, "moved")

    def log_change(self, request: HttpRequest, obj: Trait, message: Any) -> Any:
        """Of those moved in the list, once all are known."""
        if self.is_moved(request):
            request.moved[obj] = message  # type: ignore[attr-defined]
            return None
        return super().log_change(request, obj, message)
