"""Stories in the admin: the queue, the moderation page, the edit form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from staff.admin_pages import ModelPages
from staff.admin_rights import ModeratorsToo
from staff.models import History
from staff.roles import is_admin
from staff.text import as_id
from stories.models import Status, Story, TransitionRefused
from stories.models.access import StoryQuerySet
from stories.models.near import teller_team
from stories.templatetags.look import said

from . import agreed, bulk, decisions, lists, matching, page, people, photos, queue
from .forms import Beside, StoryForm


@admin.register(Story)
class StoryAdmin(ModeratorsToo, ModelPages):
    """Read, decide, edit. Stories come from tellers and are never deleted, only withdrawn."""

    form = StoryForm
    actions = bulk.ACTIONS
    change_form_template = "admin/stories/story/change_form.html"
    list_display = ("story", "age", "teller_name", "where_it_stands")
    list_filter = (
        lists.StatusFilter,
        "setting",
        "served",
        lists.TraitFilter,
        "gold",
        "visibility",
    )
    list_per_page = 25
    list_select_related = ("teller",)
    search_fields = ("title", "line", "body", "teller__first_name", "teller__last_name")
    search_help_text = gettext_lazy("Words of the story, or the name of its teller")
    fieldsets = (
        (None, {"fields": ("body", "line", "title")}),
        (
            gettext_lazy("When and where"),
            {"fields": (("happened_on", "place"), ("setting", "organisation"))},
        ),
        (
            gettext_lazy("How"),
            {
                "fields": (
                    ("served", "initiative"),
                    ("recovery", "went_wrong"),
                    ("took_time", "took_money", "took_permission"),
                )
            },
        ),
        (
            gettext_lazy("Who sees it"),
            {"fields": (("anonymous", "may_show_outside", "customer_agreed"), "inspired")},
        ),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> StoryQuerySet:
        """All but drafts: those are their tellers' own."""
        return Story.objects.visible_to(request.user).exclude(status=Status.DRAFT)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What waits longest comes first; of the rest, the newest."""
        if lists.is_queue(request):
            return ("submitted_at", "pk")
        return ("-submitted_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """In the queue, what to look at twice; elsewhere, where a story stands."""
        if lists.is_queue(request):
            return ("story", "age", "teller_name", "look_at")
        return self.list_display

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return lists.StoryList

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        """Where only those that wait are listed, the heading says so."""
        title = {"title": Status.PENDING.label} if lists.is_queue(request) else {}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("people/", wrap(find_people), name="stories_story_people"),
            path("names/", wrap(matching.match_page), name="stories_story_names"),
            *decisions.urls(wrap),
            *agreed.urls(wrap),
            *photos.urls(wrap),
            *super().get_urls(),
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        """The story with all that its page needs; to be edited, with what its form needs, and kept
        from others.

        Another's draft is not there, and neither is a story that never was.
        """
        pk = as_id(object_id) or 0
        if request.method != "POST":
            return self._to_show(request, pk)
        if story := Beside.held(queue.with_next(self._to_read(request)), pk, request.POST):
            return story
        raise Http404

    def _to_show(self, request: HttpRequest, pk: int) -> Story:
        """The story as it is stored and where it stands in the queue, all in one question."""
        stories = queue.with_place(self._to_read(request)).filter(pk=pk)
        if story := page.found(stories):
            return story
        raise Http404

    def _to_read(self, request: HttpRequest) -> StoryQuerySet:
        stories = self.get_queryset(request).select_related("teller", "inspired_by")
        return stories.annotate(teller_team=teller_team())  # type: ignore[no-redef]  # fills it

    def save_model(self, request: HttpRequest, obj: Story, form: StoryForm, change: bool) -> None:
        """Content, traits and credits together, with their record, if anything is new; and on the
        wall with the same stroke, if that was asked for."""
        credited = form.credited if {"team", "people"} & self._changed(form) else None
        traits = form.chosen_traits if "traits" in self._changed(form) else None
        version, visibility = form.cleaned_data["opened_at"], obj.visibility
        was_up, before = obj.is_published, {credit.employee_id for credit in obj.credits.all()}
        # Edited and approved by one press of a button is one change.
        with obj.written_together(), History.objects.together():
            obj.save_content(by=request.user, traits=traits, credited=credited, version=version)
            if "_approve" in request.POST:
                self._publish(request, obj)
        if obj.visibility != visibility:
            messages.warning(request, _("It is no longer shown outside: not everybody agrees."))
        if was_up and credited is not None:
            obj.tell_credited({person.pk for person in credited.people} - before)

    def _publish(self, request: HttpRequest, story: Story) -> None:
        """Where another has decided meanwhile, what was written is kept all the same."""
        try:
            story.publish(by=request.user)
        except TransitionRefused as refused:
            request.refused = refused  # type: ignore[attr-defined]

    def log_change(self, request: HttpRequest, obj: Story, message: Any) -> Any:
        """The record of the story says who changed what, and what it was before."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """What was done to it stands on its page; admins read all of it in the history."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        story = get_object_or_404(self.get_queryset(request), pk=as_id(object_id) or 0)
        if is_admin(request.user):
            return redirect(self.changes_address(story.pk))
        return redirect(f"{decisions.address(story)}#record")

    def _changed(self, form: StoryForm) -> set[str]:
        changed = set(form.changed_data)
        changed |= {"traits"} if form.trait_rows.has_changed() else set()
        return changed | ({"people"} if form.person_rows.has_changed() else set())

    def response_change(self, request: HttpRequest, obj: Story) -> HttpResponse:
        """Stay on the page, or go on to the next where what was saved is approved as well."""
        if "_approve" not in request.POST:
            messages.success(request, _("Saved. This is how readers will see it."))
            return redirect(decisions.address(obj))
        if refused := getattr(request, "refused", None):
            messages.error(request, f"{_('Your changes are saved.')} {refused}")
            return redirect(decisions.address(obj))
        done = _("“%(story)s” is saved and on the wall.")
        messages.success(request, done % {"story": decisions.name_of(obj)})
        return redirect(decisions.next_address(request, obj))

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs):
        form: StoryForm = context["adminform"].form
        story = kwargs["obj"]
        if form.is_bound:
            # What is shown is what is stored, not what could not be saved.
            story = self._to_show(request, story.pk)
        context |= page.moderation_page(story, form.teams, form.vocabulary)
        context |= {"words": decisions.WORDS}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("story"))
    def story(self, story: Story) -> str:
        line = format_html("<q>{}</q>", story.line) if story.line else ""
        title = story.title or ("" if story.line else Truncator(story.body).chars(90))
        return format_html('<span class="told">{} <span>{}</span></span>', line, title)

    @admin.display(description=gettext_lazy("sent in"), ordering="submitted_at")
    def age(self, story: Story) -> str:
        if story.status != Status.PENDING:
            return said(story.submitted_at)
        words = queue.age(story.submitted_at)
        late = queue.is_late(story.submitted_at)
        return format_html('<b class="late">{}</b>', words) if late else words

    @admin.display(description=gettext_lazy("teller"))
    def teller_name(self, story: Story) -> str:
        if story.anonymous:
            return _("%(name)s, anonymously") % {"name": story.teller.full_name}
        return story.teller.full_name

    @admin.display(description=gettext_lazy("look twice"))
    def look_at(self, story: Story) -> str:
        found, twins = getattr(story, lists.MARKS, ([], []))
        marks = []
        if count := len(found):
            marks.append(ngettext("%(n)d hint", "%(n)d hints", count) % {"n": count})
        if twins:
            marks.append(_("told before?"))
        return format_html('<span class="look">{}</span>', ", ".join(marks)) if marks else "–"

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def where_it_stands(self, story: Story) -> str:
        return (
            f"{story.get_status_display()}, {_('gold')}"
            if story.gold
            else str(story.get_status_display())
        )


@require_safe
def find_people(request: HttpRequest) -> JsonResponse:
    """Employees whose names hold what was typed, for fields that complete it."""
    found = people.find(request.GET.get("q", "")[:100]) if request.GET.get("q") else []
    shown = [people.suggestion(person) for person in found]
    return JsonResponse({"people": [{"label": each.label, "about": each.about} for each in shown]})
