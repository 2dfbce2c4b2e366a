"""Names as told, and the employees they belong to: several at once, or one on a story's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.models import Credit, Employee
from staff.models.agreed import FIELDS
from staff.text import as_id, clean_text
from stories.models import Entry, Setting, Status, Story, StoryEvent

from . import people

A_PAGE = 25
MOST_EMPLOYEES = 2000


@dataclass(frozen=True)
class Row:
    credit: Credit
    story: Story
    suggestions: list[people.Suggestion]


def to_be_matched() -> QuerySet[Credit]:
    """Names told of our own people, of every story that is past its draft, oldest first."""
    return (
        Credit.objects.to_be_matched()
        .filter(story__setting=Setting.HERE)
        .exclude(story__status__in=(Status.DRAFT, Status.REJECTED, Status.WITHDRAWN))
        .select_related("story__teller")
        .order_by("story__submitted_at", "pk")
    )


@require_http_methods(["GET", "POST"])
def match_page(request: HttpRequest) -> HttpResponse:
    """The list of names with suggestions; what was chosen is matched, the rest stays."""
    if request.method == "POST":
        _match_chosen(request)
        return redirect(_back(request))
    shown = Paginator(to_be_matched(), A_PAGE).get_page(request.GET.get("p"))
    credits = list(shown.object_list)
    wanted = people.wanted(credit.name_text for credit in credits)
    staff = (
        list(Employee.objects.active().filter(wanted).with_team_today()[:MOST_EMPLOYEES])
        if wanted
        else []
    )
    context = {
        **admin.site.each_context(request),
        "title": _("People to match"),
        "opts": Story._meta,
        "page": shown,
        "rows": [
            Row(credit, credit.story, people.suggest(credit.name_text, staff)) for credit in credits
        ],
        "media": "",
    }
    return TemplateResponse(request, "admin/stories/story/names.html", context)


def _match_chosen(request: HttpRequest) -> None:
    """Each field `match-<id>` holds an employee's id, each `other-<id>` a label; `told-<id>` is the
    name that was read, as by an edit of its story it may be another's now."""
    matched = []
    for name in list(request.POST):
        kind, _dash, number = name.partition("-")
        pk = as_id(number)
        words = clean_text(request.POST[name])
        if kind not in ("match", "other") or pk is None or not words:
            continue
        if kind == "match" and clean_text(request.POST.get(f"other-{pk}")):
            continue
        person = _meant(kind, words)
        if person is None:
            said = _("“%(name)s” is nobody in the directory, or several. Choose from the list.")
            messages.error(request, said % {"name": words[:80]})
            continue
        told = request.POST.get(f"told-{pk}", "")
        if match(pk, person, told=told, by=request.user):
            matched.append(f"“{told}” → {person.full_name}")
        else:
            messages.info(request, _("One of the names had been matched already, or changed."))
    if matched:
        said = _("Matched: %(names)s.")
        messages.success(request, said % {"names": get_text_list(matched, _("and"))})


def _meant(kind: str, text: str) -> Employee | None:
    if kind == "other":
        return people.meant(text)
    return Employee.objects.filter(pk=as_id(text) or 0).first()


@transaction.atomic
def match(credit_id: int, person: Employee, *, told: str, by) -> bool:
    """Give a name as told to an employee, on the record; False if it was gone.

    Somebody found in a story that is on the wall already hears of it now.
    """
    story = (
        Story.objects.select_for_update()
        .filter(credits=credit_id)
        .exclude(status=Status.DRAFT)
        .first()
    )
    credit = Credit.objects.to_be_matched().filter(pk=credit_id, story=story).first()
    if story is None or credit is None or credit.name_text != told:
        return False
    before = story.content()
    credit.story = story
    credit.match_to(person)
    if credit.pk:
        story.as_agreed([credit])
        credit.save(update_fields=FIELDS.values())
    after = story.content()
    # Without a writer, so that a form opened before is told of it whosever it is.
    story.version, story.writer = story.version + 1, None
    story.save(update_fields=["version", "writer", "updated_at"])
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    story.record(StoryEvent.Action.EDITED, by, changes=changes)
    if story.is_published:
        Entry.objects.follow([story.pk])
        story.tell_credited([person.pk])
    return True


def _back(request: HttpRequest) -> str:
    """To the page the names were matched on."""
    goal = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()})
    return goal if goal and safe else reverse("admin:stories_story_names")
