"""Names as told: the employees they belong to, or that they are left so; several at once, or one on
a story's page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

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

from retold.together import fetch_beside
from staff.audiences import ORGANISATION
from staff.models import Credit, Employee
from staff.naming import Naming
from staff.text import as_id, clean_text
from stories.models import Setting, Status, Story
from stories.models.at_once import at_once
from stories.models.matched import look_at_credits
from stories.models.near import CREDITS, teller_team

from . import people
from .spoken_of import Spoken, spoken_of

A_PAGE = 25
# What is chosen of a name instead of somebody.
AS_TOLD = "as-told"
MOST_EMPLOYEES = 2000


@dataclass(frozen=True)
class Row:
    credit: Credit
    story: Story
    spoken: Spoken
    suggestions: list[people.Suggestion]


def to_be_matched() -> QuerySet[Credit]:
    """Names told of our own people, of every story that is past its draft, oldest first."""
    return _ours(Credit.objects.to_be_matched()).order_by("story__submitted_at", "pk")


def left_as_told() -> QuerySet[Credit]:
    """Those of these names that stay as they were told, the last that was left so first."""
    return _ours(Credit.objects.left_as_told()).order_by("-as_told_at", "-pk")


def _ours(credits: QuerySet[Credit]) -> QuerySet[Credit]:
    past = (Status.DRAFT, Status.REJECTED, Status.WITHDRAWN)
    return credits.filter(story__setting=Setting.HERE).exclude(story__status__in=past)


@require_http_methods(["GET", "POST"])
def match_page(request: HttpRequest) -> HttpResponse:
    """The list of names with suggestions: what is chosen is matched or left as told, the rest
    stays. With `left`, the names that were left as told, each to be taken up again."""
    if request.method == "POST":
        _settle_chosen(request)
        return redirect(_back(request))
    left = "left" in request.GET
    names = (left_as_told() if left else to_be_matched()).select_related("story__teller")
    shown = Paginator(names.annotate(told_in=teller_team("story__")), A_PAGE).get_page(
        request.GET.get("p")
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Names left as told") if left else _("People to match"),
        "opts": Story._meta,
        "page": shown,
        "left": left,
        "rows": _rows(list(shown.object_list), left=left),
        "media": "",
    }
    return TemplateResponse(request, "admin/stories/story/names.html", context)


def _rows(credits: list[Any], *, left: bool) -> list[Row]:
    """Names with what their stories say of them, and who is likely meant unless they are left."""
    stories = {credit.story_id: credit.story for credit in credits}
    for credit in credits:
        credit.story = stories[credit.story_id]
        credit.story.teller_team = credit.told_in
    wanted = None if left else people.wanted(credit.name_text for credit in credits)
    staff = Employee.objects.active().filter(wanted) if wanted else Employee.objects.none()
    staff = staff.with_team_today()[:MOST_EMPLOYEES]
    naming = Naming(ORGANISATION)
    fetch_beside(stories.values(), naming.question, staff, credits=CREDITS.all())
    return [
        Row(
            credit,
            credit.story,
            spoken_of(credit.name_text, credit.story, naming),
            people.suggest(credit.name_text, staff),
        )
        for credit in credits
    ]


@dataclass(frozen=True)
class Chosen:
    """What is said of a name that was read: who is meant by it, as a label or a whole name, or
    that it is left as it was told, or looked for again."""

    told: str
    words: str = ""
    leave: bool = False
    again: bool = False


def _settle_chosen(request: HttpRequest) -> None:
    """Do what was chosen, and say what came of it."""
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, _("Nothing was chosen, so the names still wait."))
        return
    meant, done = settle(chosen, by=request.user)
    matched = []
    for pk, one in chosen.items():
        if one.words and (person := meant[pk]) is None:
            said = _("“%(name)s” is nobody in the directory, or several. Choose from the list.")
            messages.error(request, said % {"name": one.words[:80]})
        elif pk not in done:
            messages.info(request, _("One of the names had been settled already, or changed."))
        elif one.words and person:
            matched.append(f"“{one.told}” → {person.full_name}")
    here = [one for pk, one in chosen.items() if pk in done]
    _say(request, _("Matched: %(names)s."), matched)
    _say(request, _("Left as told: %(names)s."), [f"“{one.told}”" for one in here if one.leave])
    _say(
        request,
        _("To be matched again: %(names)s."),
        [f"“{one.told}”" for one in here if one.again],
    )


def _say(request: HttpRequest, said: str, names: list[str]) -> None:
    if names:
        messages.success(request, said % {"names": get_text_list(names, _("and"))})


def _chosen(request: HttpRequest) -> dict[int, Chosen]:
    """By the key of the credit, as many as a page shows: each field `match-<id>` holds an
    employee's id or that the name is left as told, each `other-<id>`, which counts for more, a
    label; `again-<id>` looks for one anew. `told-<id>` is the name that was read, as by an edit of
    its story it may be another's now."""
    chosen = {}
    for name in request.POST:
        kind, _dash, number = name.partition("-")
        pk, words = as_id(number), clean_text(request.POST[name])
        if kind not in ("match", "other", "again") or pk is None or not words:
            continue
        told = request.POST.get(f"told-{pk}", "")
        if kind == "again":
            chosen[pk] = Chosen(told, again=True)
        elif kind == "other":
            chosen[pk] = Chosen(told, words)
        elif not clean_text(request.POST.get(f"other-{pk}")):
            leave = words == AS_TOLD
            label = "" if leave else people.label_of_key(as_id(words) or 0)
            chosen[pk] = Chosen(told, label, leave)
    return dict(list(chosen.items())[:A_PAGE])


def settle(
    chosen: Mapping[int, Chosen], *, by
) -> tuple[dict[int, Employee | None], Collection[int]]:
    """Give names as told, by the keys of their credits, to the employees who are meant, leave them
    as told or look for them again, on the record; who is meant, and of which it was done. Of the
    others somebody had decided before, or they are gone."""
    meant = people.Meant(one.words for one in chosen.values() if one.words)
    of_these = Credit.objects.filter(pk__in=chosen).values("story")
    stories = Story.objects.exclude(status=Status.DRAFT).filter(pk__in=of_these)
    done: set[int] = set()
    with at_once(stories, *meant.questions, by=by) as them:
        found = {pk: meant.employee(one.words) for pk, one in chosen.items() if one.words}
        look_at_credits(them.stories, filter(None, found.values()))
        for story in them.stories:
            still = {
                credit.pk: chosen[credit.pk]
                for credit in story.credits.all()
                if credit.pk in chosen and _is_still(credit, chosen[credit.pk])
            }
            left = {pk for pk, one in still.items() if one.leave}
            again = {pk for pk, one in still.items() if one.again}
            theirs = {pk: person for pk in still if (person := found.get(pk))}
            with them.of(story):
                if left:
                    story.leave_as_told(left, by=by)
                if again:
                    story.look_for_again(again, by=by)
                if theirs:
                    story.match_names(theirs, by=by)
            done |= left | again | theirs.keys()
    return found, done


def _is_still(credit: Credit, one: Chosen) -> bool:
    """Whether it is the name that was read, and nobody has decided about it since."""
    told = credit.employee_id is None and credit.name_text == one.told != ""
    return told and (credit.as_told_at is not None) == one.again


def _back(request: HttpRequest) -> str:
    """To the page the names were matched on."""
    goal = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()})
    return goal if goal and safe else reverse("admin:stories_story_names")
