"""The pages of a model in the admin: Django's own, in our words."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ChangeList
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import roles
from .hanging_on import HangingOn
from .models.recorded import is_in_history
from .text import as_id, clean_text

MOST_SEARCHED = 200
MOST_NAME = 60


def _ticked(request: HttpRequest) -> list[str]:
    ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return [one for one in ticked if as_id(one) is not None]


def is_acting(request: HttpRequest) -> bool:
    """Whether something is done with rows that are ticked: the list itself is not shown then."""
    ticked = ACTION_CHECKBOX_NAME in request.POST
    return request.method == "POST" and ticked and "_save" not in request.POST


def is_about_all(request: HttpRequest) -> bool:
    """Whether something is done with all rows of the list, on whatever page they are."""
    return request.POST.get("select_across", "0") not in ("", "0", "false", "False")


def _counted(rows: Counter) -> list[str]:
    """“3 stories”, “1 note of thanks”; what only ties two tables together is left out."""
    return [
        f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"
        for model, number in rows.items()
        if number > 0 and not model._meta.auto_created
    ]


class Plain(forms.CharField):
    """A text made fit to store, and then measured, as everybody else's is."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(clean_text(value))


def say_in_our_words(field: Any) -> None:
    """What is wrong with a field, wherever nothing more particular is to be said of it."""
    field.error_messages["required"] = _("This can’t be empty.")
    if isinstance(field, forms.EmailField):
        field.error_messages["invalid"] = _("This is no e-mail address.")
    if isinstance(field, forms.IntegerField):
        for code in ("required", "invalid", "min_value"):
            field.error_messages[code] = _("Give a whole number, 0 or more.")
        field.error_messages["max_value"] = _("This number is too large.")


class Listed(ChangeList):
    """Rows as they are listed; none are fetched for whoever does something with those ticked."""

    def get_results(self, request: HttpRequest) -> None:
        if is_acting(request):
            self.queryset = self.queryset.none()
        super().get_results(request)


class Ticked(ActionForm):
    """What to do with the rows that are ticked."""

    action = forms.ChoiceField(label=gettext_lazy("With those ticked"))


class ModelPages(admin.ModelAdmin):
    """What all our models in the admin share. Who may do what comes from `staff.admin_rights`."""

    action_form = Ticked
    formfield_overrides = {
        models.CharField: {"form_class": Plain},
        models.TextField: {"form_class": Plain},
        models.SlugField: {"form_class": forms.SlugField},
    }
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Whether a row, which is Recorded, is kept from others while it is changed.
    holds = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            say_in_our_words(field)
        return field

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        """The row; 404 for one that is not there, or not there for this account."""
        if self.holds and request.method == "POST" and connection.in_atomic_block:
            rows: Any = self.get_queryset(request).select_for_update(of=("self",), no_key=True)
            if found := rows.filter(pk=as_id(object_id) or 0).first():
                found.is_held()
        else:
            found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        """Nobody searches for a whole page; each word would be a condition of its own."""
        return super().get_search_results(request, queryset, search_term[:MOST_SEARCHED])

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Listed

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = None
    ) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", _("Choose…"))])

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A tick that can be no row's number is none; a row without anything to do is said."""
        posted = request.POST.copy()
        posted.setlist(ACTION_CHECKBOX_NAME, _ticked(request))
        request.POST = posted  # type: ignore[assignment]  # Django reads it from here again
        if not posted.get("action"):
            messages.warning(request, _("Choose what to do with them."))
            return redirect(request.get_full_path())
        return super().response_action(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        acting = "index" in request.POST and "_save" not in request.POST
        if acting and not _ticked(request) and self.has_view_or_change_permission(request):
            messages.warning(request, _("Tick one or more of them first."))
            return redirect(request.get_full_path())
        return super().changelist_view(request, title | (extra_context or {}))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        about = {"title": _("What was done in the admin"), "all_changes": ""}
        if roles.is_admin(request.user) and is_in_history(self.model):
            about["all_changes"] = self.changes_address(object_id)
        return super().history_view(request, object_id, about | (extra_context or {}))

    def changes_address(self, key: str | int) -> str:
        """Where admins read all that was ever changed of one row."""
        thing = urlencode({"kind": self.opts.label_lower, "number": key})
        return f"{reverse('admin:staff_history_changelist')}?{thing}"

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any):
        """Its own name is the heading, and labels go without a colon."""
        context["adminform"].form.label_suffix = ""
        for formset in context["inline_admin_formsets"]:
            for form in formset.formset.forms:
                form.label_suffix = ""
        if (obj := kwargs.get("obj")) is not None:
            context |= {"title": Truncator(str(obj)).chars(MOST_NAME), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes along and what keeps it here, counted: it may be somebody's draft."""
        found = HangingOn(using=DEFAULT_DB_ALIAS)
        found.collect(objs)
        gone: Counter[Any] = Counter({model: len(rows) for model, rows in found.model_objs.items()})
        gone[self.model] -= len(objs)
        kept: Counter[Any] = Counter(type(row) for row in found.protected)
        return _counted(gone), {}, set(), _counted(kept)

    def do_instead(self, obj: Any) -> str:
        """What to do with a row that can’t be deleted, in words for its page."""
        return ""

    def render_delete_form(self, request: HttpRequest, context: dict) -> HttpResponse:
        name = Truncator(str(context["object"])).chars(MOST_NAME)
        title = _("“%(name)s” stays") if context["protected"] else _("Delete “%(name)s”?")
        context["title"] = title % {"name": name}
        if context["protected"]:
            context["instead"] = self.do_instead(context["object"])
        return super().render_delete_form(request, context)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._to_the_list(request, _("“%(name)s” is added."), obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_the_list(request, _("“%(name)s” is saved."), obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        return self._to_the_list(request, _("“%(name)s” is deleted."), obj_display)

    def _to_the_list(self, request: HttpRequest, words: str, name: object) -> HttpResponse:
        """Say so, and go back to the list as it was searched and filtered."""
        messages.success(request, words % {"name": Truncator(str(name)).chars(MOST_NAME)})
        as_it_was: Any = {
            "preserved_filters": self.get_preserved_filters(request),
            "opts": self.opts,
        }
        return redirect(add_preserved_filters(as_it_was, self.list_address()))

    def list_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
