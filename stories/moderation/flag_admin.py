"""Flags in the admin: what readers say is wrong, and one decision about all flags on a thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from staff.admin_pages import ModelPages
from staff.admin_rights import ModeratorsToo, ReadOnly
from staff.text import as_id
from stories.fields import Line
from stories.models import Flag, Status, Story, TransitionRefused
from stories.models.afterwards import MOST_REASON
from stories.models.flag import FlagQuerySet
from stories.templatetags.look import said

from .sidebar import DefaultFilter

OPEN, DECIDED = "open", "decided"
MOST_SHOWN = 50
WAYS = {
    Flag.Decision.KEPT: gettext_lazy("Keep it as it is"),
    Flag.Decision.CHANGED: gettext_lazy("I have changed it"),
    Flag.Decision.TAKEN_DOWN: gettext_lazy("Take it down"),
}


class OpenFilter(DefaultFilter):
    """What waits, unless what was decided is asked for."""

    title = gettext_lazy("decided")
    parameter_name = "decided"
    default = OPEN

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [(OPEN, gettext_lazy("Not yet")), (DECIDED, gettext_lazy("Decided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Of what is open each thing once; of what was decided each flag, the newest first."""
        if self.value() == DECIDED:
            return queryset.filter(decided_at__isnull=False)
        return queryset.filter(pk__in=Flag.objects.open().first_of_each().values("pk"))


class DecisionForm(forms.ModelForm):
    """What becomes of the thing that is flagged, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What now?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what becomes of it.")},
    )
    because = Line(
        label=gettext_lazy("Because"),
        max_length=MOST_REASON,
        help_text=gettext_lazy(
            "Whoever flagged it reads this by e-mail, and whose story comes down. It is kept in the"
            " record."
        ),
        widget=forms.TextInput(attrs={"size": 60}),
        error_messages={"required": gettext_lazy("Write down why, for whoever flagged it.")},
    )

    class Meta:
        model = Flag
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "outcome" in self.fields:
            choice = self.fields["outcome"]
            choice.choices = [(way, WAYS[way]) for way in self.instance.ways]  # type: ignore[attr-defined]

    def clean_outcome(self) -> str:
        try:
            self.instance.require(self.cleaned_data["outcome"])
        except TransitionRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return self.cleaned_data["outcome"]


@admin.register(Flag)
class FlagAdmin(ReadOnly, ModeratorsToo, ModelPages):
    """Read and decide. A flag is never changed, and goes once its time is up."""

    actions = None
    form = DecisionForm
    list_display = ("thing", "why", "flagged", "outcome")
    list_filter = (OpenFilter,)
    list_per_page = 50
    list_select_related = ("story", "note", "reader")
    search_fields = ("words", "story__title", "story__line", "note__text")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was decided is decided."""
        return self.may_change(request) and (obj is None or obj.decided_at is None)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        """The flag; the one that is held, if it is to be decided about."""
        held = getattr(request, "flag_held", None)
        return held or super().get_object(request, object_id, from_field)

    def get_queryset(self, request: HttpRequest) -> FlagQuerySet:
        """With the number of open flags on the same thing, of the stories that may be read."""
        stories = Story.objects.visible_to(request.user).exclude(status=Status.DRAFT)
        flags: Any = super().get_queryset(request).filter(story__in=stories)
        return flags.select_related("story", "note__author", "reader").annotate(
            on_story=_number(note=None, story=OuterRef("story")),
            on_note=_number(note=OuterRef("note")),
        )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-decided_at", "-pk") if request.GET.get("decided") else ("flagged_at", "pk")

    def get_fields(self, request: HttpRequest, obj: Flag | None = None) -> tuple[str, ...]:
        shown = ("thing", "text", "flags")
        if obj is not None and self.has_change_permission(request, obj):
            return (*shown, "outcome", "because")
        return (*shown, "decided")

    def get_readonly_fields(self, request: HttpRequest, obj: Flag | None = None):
        return ("thing", "text", "flags", "decided")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page; what somebody else decided meanwhile stands."""
        try:
            with transaction.atomic():
                if request.method == "POST" and self.may_change(request):
                    self._hold(request, object_id)
                return super().change_view(request, object_id, form_url, extra_context)
        except TransitionRefused as refused:
            messages.error(request, str(refused))
            return redirect(_address(object_id))

    def _hold(self, request: HttpRequest, object_id: str) -> None:
        """The flag that is to be decided about, with those that wait next; of two who decide at
        once, the second waits here, and is told."""
        waiting = Flag.objects.open().first_of_each()[:2]
        flag = self.get_queryset(request).filter(pk=as_id(object_id) or 0).hold(waiting)
        if flag is None:
            raise Http404
        flag.require_open()
        flags = flag.hold()
        request.flag_held = flag if flag in flags else None  # type: ignore[attr-defined]
        following = (one for one in waiting if one not in flags)
        request.flag_following = next(following, None)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Flag, form: DecisionForm, change: bool) -> None:
        asked = form.cleaned_data
        obj.decide(asked["outcome"], by=request.user, reason=asked["because"])

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add=False):
        return form.instance.get_decision_display()

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        answer = super().render_change_form(request, context, *args, **kwargs)
        answer.context_data["title"] = _("Flagged")
        return answer

    def response_change(self, request: HttpRequest, obj: Flag) -> HttpResponse:
        """On to what waits next."""
        messages.success(request, _("Decided: %(what)s.") % {"what": obj.get_decision_display()})
        following = request.flag_following  # type: ignore[attr-defined]
        if following is None:
            messages.info(request, _("That was the last one. Nothing else is flagged."))
            return redirect(self.list_address())
        return redirect(_address(following.pk))

    @admin.display(description=gettext_lazy("what"))
    def thing(self, flag: Flag) -> str:
        """The story, or the note under it; on its own page with the way to it."""
        name = Truncator(str(flag.story)).chars(70)
        if flag.note is not None:
            name = _("A note under “%(story)s”") % {"story": name}
        return format_html('<span dir="auto">{}</span>', name)

    @admin.display(description=gettext_lazy("why"))
    def why(self, flag: Flag) -> str:
        more = (flag.on_note if flag.note_id else flag.on_story) - 1  # type: ignore[attr-defined]
        words = flag.get_reason_display()
        if more > 0 and flag.decided_at is None:
            others = ngettext("and %(n)d more flag", "and %(n)d more flags", more) % {"n": more}
            return f"{words}, {others}"
        return words

    @admin.display(description=gettext_lazy("flagged"), ordering="flagged_at")
    def flagged(self, flag: Flag) -> str:
        return said(flag.flagged_at)

    @admin.display(description=gettext_lazy("decision"), ordering="decided_at")
    def outcome(self, flag: Flag) -> str:
        return flag.get_decision_display() or "–"

    @admin.display(description=gettext_lazy("the words"))
    def text(self, flag: Flag) -> str:
        """What is flagged, and the way to where it can be changed."""
        if flag.note is None:
            text, label = flag.story.body, _("Open the story")
            address = reverse("admin:stories_story_change", args=[flag.story_id])
        else:
            text, label = f"“{flag.note.text}” – {flag.note.author}", _("Open the note")
            address = reverse("admin:stories_note_change", args=[flag.note_id])
        row = '<span class="flagged" dir="auto">{}</span> <a href="{}">{}</a>'
        return format_html(row, text, address, label)

    @admin.display(description=gettext_lazy("what readers say"))
    def flags(self, flag: Flag) -> str:
        """Every flag that is decided about together; of what was decided, this one."""
        together = [flag] if flag.decided_at else flag.on_same.select_related("reader")[:MOST_SHOWN]
        rows = (
            (each.get_reason_display(), each.words, each.reader, said(each.flagged_at))
            for each in together
        )
        row = '<span class="flagged" dir="auto"><b>{}</b>\n{} <i>{}, {}</i></span>'
        return format_html_join("", row, rows)

    @admin.display(description=gettext_lazy("decided"))
    def decided(self, flag: Flag) -> str:
        """What, when, by whom and why."""
        if flag.decided_at is None:
            return "–"
        words = _("%(what)s, %(when)s, by %(who)s") % {
            "what": flag.get_decision_display(),
            "when": said(flag.decided_at),
            "who": flag.decided_by_name or _("somebody"),
        }
        return format_html("{}: {}", words, flag.decided_for)


def _address(pk: object) -> str:
    return reverse("admin:stories_flag_change", args=[pk])


def _number(**same: Any) -> Coalesce:
    """How many open flags there are on the same thing."""
    flags = Flag.objects.open().filter(**same).order_by().values("decision")
    counted = flags.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
