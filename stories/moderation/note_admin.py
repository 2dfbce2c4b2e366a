"""Notes of thanks in the admin: read, and taken off the page with a word why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from staff.admin_pages import ModelPages
from staff.admin_rights import ModeratorsToo, ReadOnly
from stories.fields import Line
from stories.models import Note
from stories.models.afterwards import MOST_REASON
from stories.templatetags import look

from .asking import ASKED, ask, asked_of_many

MOST_AT_ONCE = 100
WORDS = {
    "title": gettext_lazy("Take off the page"),
    "ask": gettext_lazy("Why, if you care to say"),
    "help": gettext_lazy("For the record that moderators read. The note itself is kept."),
    "button": gettext_lazy("Take off the page"),
}


class RemovalForm(forms.Form):
    """Why a note is taken off its page."""

    reason = Line(required=False, max_length=MOST_REASON)


class RemovedFilter(admin.SimpleListFilter):
    title = gettext_lazy("shown")
    parameter_name = "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [("no", gettext_lazy("On the page")), ("yes", gettext_lazy("Taken off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(removed_at__isnull=self.value() == "no")
        return queryset


@admin.action(description=gettext_lazy("Take off the page…"))
def remove(
    model_admin: NoteAdmin, request: HttpRequest, chosen: QuerySet[Note]
) -> HttpResponse | None:
    """Ask why; then readers see the notes no more. They are kept, and so is who removed them."""
    form = RemovalForm(request.POST if ASKED in request.POST else None)
    if form.is_valid():
        keys = list(chosen.values_list("pk", flat=True)[:MOST_AT_ONCE])
        model_admin.take_off(request, keys, form.cleaned_data["reason"])
        return None
    notes = list(chosen.filter(removed_at__isnull=True)[:MOST_AT_ONCE])
    if not notes:
        model_admin.say_what_went(request, [])
        return None
    return ask(request, Note, form, WORDS, _words(notes), **asked_of_many(request, "remove", notes))


def _words(notes: Iterable[Note]) -> list[tuple[str, object]]:
    return [(Truncator(note.text).chars(160), note.author) for note in notes]


@admin.register(Note)
class NoteAdmin(ReadOnly, ModeratorsToo, ModelPages):
    """Notes are taken off a page, never changed and never deleted."""

    actions = [remove]
    change_form_template = "admin/stories/note/change_form.html"
    fields = ("text", "author", "story", "created_at", "taken_off")
    list_display = ("said", "author", "story", "created_at", "taken_off")
    list_filter = (RemovedFilter,)
    list_per_page = 50
    list_select_related = ("author", "story", "removed_by")
    ordering = ("-created_at", "-pk")
    search_fields = ("text", "author__first_name", "author__last_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        return super().get_queryset(request).select_related("author", "story")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.remove_view)
        return [path("<int:pk>/remove/", view, name="stories_note_remove"), *super().get_urls()]

    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why this one note is taken off; then it is."""
        note = get_object_or_404(self.get_queryset(request), pk=pk)
        back = reverse("admin:stories_note_change", args=[pk])
        form = RemovalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self.take_off(request, [note.pk], form.cleaned_data["reason"])
        elif note.removed_at is None:
            return ask(request, Note, form, WORDS, _words([note]), about=note, back=back)
        return redirect(back)

    def take_off(self, request: HttpRequest, keys: Iterable[int], reason: str) -> None:
        """Take these notes off their pages, and say how many were there still."""
        done = Note.objects.filter(pk__in=keys).remove(by=request.user, reason=reason)
        by: Any = request.user.pk
        LogEntry.objects.log_actions(by, done, CHANGE, change_message=_("Taken off the page."))
        self.say_what_went(request, done)

    def say_what_went(self, request: HttpRequest, done: Sequence[Note]) -> None:
        words = ngettext("%(n)d note is off the page.", "%(n)d notes are off the page.", len(done))
        if done:
            messages.success(request, words % {"n": len(done)})
        else:
            messages.info(request, _("They had been taken off already."))

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        answer = super().render_change_form(request, context, *args, **kwargs)
        answer.context_data["title"] = _("Note of thanks")
        return answer

    @admin.display(description=gettext_lazy("note"))
    def said(self, note: Note) -> str:
        return Truncator(note.text).chars(160)

    @admin.display(description=gettext_lazy("taken off"), ordering="removed_at")
    def taken_off(self, note: Note) -> str:
        """When, by whom and why; the author needs no reason."""
        if note.removed_at is None:
            return "–"
        who = note.removed_by_name or _("somebody")
        if note.removed_by_id and note.removed_by_id == note.author.account_id:
            who = _("its author")
        words = _("%(when)s, by %(who)s") % {"when": look.said(note.removed_at), "who": who}
        return format_html("{}: {}", words, note.removed_for) if note.removed_for else words
