"""Names as told, and the employees they belong to: several at once, or one on a story's page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.paginator import Paginator
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
from staff.text import as_id, clean_text
from stories.models import Setting, Status, Story
from stories.models.at_once import at_once
from stories.models.matched import look_at_credits

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


@dataclass(frozen=True)
class Chosen:
    """Who is said to be meant by a name that was read: a label, or a whole name."""

    told: str
    words: str


def _match_chosen(request: HttpRequest) -> None:
    """Match what was chosen, and say what came of it."""
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, _("Nobody was chosen, so the names stay as they were told."))
        return
    meant, done = match(chosen, by=request.user)
    matched = []
    for pk, one in chosen.items():
        if (person := meant[pk]) is None:
            said = _("“%(name)s” is nobody in the directory, or several. Choose from the list.")
            messages.error(request, said % {"name": one.words[:80]})
        elif pk in done:
            matched.append(f"“{one.told}” → {person.full_name}")
        else:
            messages.info(request, _("One of the names had been matched already, or changed."))
    if matched:
        said = _("Matched: %(names)s.")
        messages.success(request, said % {"names": get_text_list(matched, _("and"))})


def _chosen(request: HttpRequest) -> dict[int, Chosen]:
    """By the key of the credit, as many as a page shows: each field `match-<id>` holds an
    employee's id, each `other-<id>`, which counts for more, a label; `told-<id>` is the name that
    was read, as by an edit of its story it may be another's now."""
    chosen = {}
    for name in request.POST:
        kind, _dash, number = name.partition("-")
        pk, words = as_id(number), clean_text(request.POST[name])
        if kind not in ("match", "other") or pk is None or not words:
            continue
        if kind == "match":
            if clean_text(request.POST.get(f"other-{pk}")):
                continue
            words = people.label_of_key(as_id(words) or 0)
        chosen[pk] = Chosen(request.POST.get(f"told-{pk}", ""), words)
    return dict(list(chosen.items())[:A_PAGE])


def match(
    chosen: Mapping[int, Chosen], *, by
) -> tuple[dict[int, Employee | None], Collection[int]]:
    """Give names as told, by the keys of their credits, to the employees who are meant, on the
    record; who is, and which were given. The others were matched before, or are gone."""
    meant = people.Meant(one.words for one in chosen.values())
    of_these = Credit.objects.filter(pk__in=chosen).values("story")
    stories = Story.objects.exclude(status=Status.DRAFT).filter(pk__in=of_these)
    done: set[int] = set()
    with at_once(stories, *meant.questions, by=by) as them:
        found = {pk: meant.employee(one.words) for pk, one in chosen.items()}
        look_at_credits(them.stories, filter(None, found.values()))
        for story in them.stories:
            theirs = {
                credit.pk: person
                for credit in story.credits.all()
                if (person := found.get(credit.pk)) and _is_still(credit, chosen[credit.pk])
            }
            if theirs:
                with them.of(story):
                    story.match_names(theirs, by=by)
                done |= theirs.keys()
    return found, done


def _is_still(credit: Credit, chosen: Chosen) -> bool:
    """Whether it is the name that was read, and nobody has matched it."""
    return credit.employee_id is None and credit.name_text == chosen.told != ""


def _back(request: HttpRequest) -> str:
    """To the page the names were matched on."""
    goal = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()})
    return goal if goal and safe else reverse("admin:stories_story_names")
