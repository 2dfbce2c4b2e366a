"""Decisions about several stories at once; each is checked and reported on its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sized
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.admin_pages import is_about_all
from staff.text import as_id
from stories import hints
from stories.models import Status, Story, TransitionRefused, Visibility
from stories.models.access import StoryQuerySet
from stories.models.at_once import at_once, know_decisions

from . import changing
from .asking import ASKED, ask, asked_of_many
from .decisions import WORDS, name_of, refusal, show_unused
from .forms import NoteForm

MOST_AT_ONCE = 100
logger = logging.getLogger(__name__)


@admin.action(description=gettext_lazy("Approve"))
def approve(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    """Whatever holds a number or an address of somebody waits for eyes of its own."""

    def act(story: Story) -> None:
        found = hints.reaching(story) if story.status == Status.PENDING else []
        if found:
            raise TransitionRefused(
                _("It still waits. Open it, look at this and approve it there: %(what)s.")
                % {"what": ", ".join(found)}
            )
        story.publish(by=request.user)

    _each(request, chosen, Decision(act, _("On the wall: %(names)s."), going_up=True))


@admin.action(description=gettext_lazy("Send back with a note…"))
def send_back(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> HttpResponse | None:
    def act(story: Story, note: str) -> None:
        story.send_back(by=request.user, note=note)

    return _with_note(request, chosen, "send_back", act, _("Sent back: %(names)s."))


@admin.action(description=gettext_lazy("Reject with a reason…"))
def reject(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> HttpResponse | None:
    def act(story: Story, note: str) -> None:
        story.reject(by=request.user, reason=note)

    return _with_note(request, chosen, "reject", act, _("Rejected: %(names)s."))


@admin.action(description=gettext_lazy("Mark as gold standard"))
def mark_gold(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    done = _("Gold standard: %(names)s.")
    _each(request, chosen, Decision(lambda story: story.set_gold(True, by=request.user), done))


@admin.action(description=gettext_lazy("No longer gold standard"))
def unmark_gold(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    done = _("No longer gold standard: %(names)s.")
    _each(request, chosen, Decision(lambda story: story.set_gold(False, by=request.user), done))


@admin.action(description=gettext_lazy("Show outside too"))
def show_outside(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    """Those of whom not everybody agreed stay inside, each with the reason."""
    _show_to(Visibility.PUBLIC, request, chosen, _("May be seen outside too: %(names)s."))


@admin.action(description=gettext_lazy("Show to everyone here only"))
def show_inside(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    _show_to(Visibility.ORGANISATION, request, chosen, _("For everyone here only: %(names)s."))


@admin.action(description=gettext_lazy("Change what is said about them…"))
def change(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> HttpResponse | None:
    """A page that lists the stories and asks what is to change; with an answer, the changes."""
    answer = request.POST if ASKED in request.POST else None
    form = changing.ChangeForm(answer, about=_ticked(request))
    if form.is_valid():
        _change_each(request, chosen, form.wanted)
        return None
    # What was decided meanwhile can be changed as before.
    stories = _chosen(request, chosen)
    if not stories or _are_too_many(request, stories):
        return None
    return ask(
        request,
        Story,
        form,
        changing.WORDS,
        [(story, story.teller) for story in stories],
        **asked_of_many(request, "change", stories),
    )


ACTIONS = [
    approve,
    send_back,
    reject,
    change,
    mark_gold,
    unmark_gold,
    show_outside,
    show_inside,
]


def _change_each(request: HttpRequest, chosen: QuerySet[Story], wanted: changing.Wanted) -> None:
    inside = []

    def act(story: Story) -> bool:
        before = story.visibility
        changed = wanted.make_so(story, by=request.user)
        if story.visibility != before:
            inside.append(f"“{name_of(story)}”")
        return changed

    decision = Decision(act, _("Changed: %(names)s."), look=wanted.look_at)
    if _each(request, chosen, decision) and inside:
        said = _("No longer shown outside, as not everybody agrees: %(names)s.")
        messages.warning(request, said % {"names": get_text_list(inside, _("and"))})


def _show_to(
    visibility: Visibility, request: HttpRequest, chosen: QuerySet[Story], done: str
) -> None:
    def act(story: Story) -> None:
        story.set_visibility(visibility, by=request.user)

    _each(request, chosen, Decision(act, done))


def _with_note(
    request: HttpRequest,
    chosen: QuerySet[Story],
    decision: str,
    act: Callable[[Story, str], None],
    done: str,
) -> HttpResponse | None:
    """A page that asks for the note and lists the stories; with the note, the decisions."""
    form = NoteForm(request.POST if ASKED in request.POST else None)
    if form.is_valid():
        note = form.cleaned_data["note"]
        if not _each(request, chosen, Decision(lambda story: act(story, note), done)):
            show_unused(request, note, _ticked(request))
        return None
    stories = _chosen(request, chosen)
    if _are_too_many(request, stories):
        return None
    gone = [story for story in stories if story.status != Status.PENDING]
    know_decisions(gone)
    for story in gone:
        messages.error(request, f"“{name_of(story)}”: {story.refusal(request.user)}")
    if not (stories := [story for story in stories if story not in gone]):
        return None
    return ask(
        request,
        Story,
        form,
        WORDS[decision],
        [(story, story.teller) for story in stories],
        **asked_of_many(request, decision, stories),
    )


def _keys(request: HttpRequest, chosen: QuerySet[Story]) -> list[int]:
    """The keys of those it is about, in the order of the list, and of one more than may be.

    What was ticked and has left the list since is among them: somebody else decided meanwhile.
    """
    if is_about_all(request):
        return list(chosen.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    return _ticked(request)


def _ticked(request: HttpRequest) -> list[int]:
    ticked = [pk for one in request.POST.getlist(ACTION_CHECKBOX_NAME) if (pk := as_id(one))]
    return list(dict.fromkeys(ticked))[: MOST_AT_ONCE + 1]


def _theirs(request: HttpRequest) -> StoryQuerySet:
    """Whatever a moderator may decide about, wherever it stands now."""
    return Story.objects.visible_to(request.user).exclude(status=Status.DRAFT)


def _chosen(request: HttpRequest, chosen: QuerySet[Story]) -> list[Story]:
    """Those it is about, in the order of the list, to be asked about."""
    keys = _keys(request, chosen)
    found = _theirs(request).select_related("teller").in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]


def _are_too_many(request: HttpRequest, chosen: Sized) -> bool:
    if len(chosen) <= MOST_AT_ONCE:
        return False
    limit = _("Choose at most %(most)d stories at once.") % {"most": MOST_AT_ONCE}
    messages.error(request, limit)
    return True


@dataclass(frozen=True)
class Decision:
    """What is done to each of several stories; False if it was so already.

    `done` is said of those to which it was done. `look` fetches what it takes of all of them.
    """

    act: Callable[[Story], object]
    done: str
    look: Callable[[list[Story]], object] | None = None
    going_up: bool = False


@dataclass
class Outcome:
    """What came of it, by the names of the stories, and why some refused."""

    decided: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[tuple[Story, Exception]] = field(default_factory=list)


def _each(request: HttpRequest, chosen: QuerySet[Story], decision: Decision) -> bool:
    """Decide about all of them, and say what came of it; False if nothing came of any."""
    keys = _keys(request, chosen)
    if _are_too_many(request, keys):
        return False
    try:
        outcome = _decided(request, keys, decision)
    except OperationalError:
        logger.warning("Nothing was decided about %d stories", len(keys), exc_info=True)
        messages.error(request, _("Nothing was decided, as the database was busy. Try again."))
        return False
    for story, error in outcome.refused:
        messages.error(request, f"“{name_of(story)}”: {refusal(error)}")
    if outcome.same:
        said = _("Left as it was, it is so already: %(names)s.")
        messages.info(request, said % {"names": get_text_list(outcome.same, _("and"))})
    if outcome.decided:
        names = get_text_list(outcome.decided, _("and"))
        messages.success(request, decision.done % {"names": names})
    return bool(outcome.decided)


def _decided(request: HttpRequest, keys: list[int], decision: Decision) -> Outcome:
    """Act on each; one that refuses does not keep the others from it.

    They are read again, and held, all together: their tellers may have changed them meanwhile. A
    database that fails leaves all as they were.
    """
    outcome, chosen = Outcome(), _theirs(request).filter(pk__in=keys)
    with at_once(chosen, by=request.user, going_up=decision.going_up) as them:
        if decision.look:
            decision.look(them.stories)
        for story in sorted(them.stories, key=lambda story: keys.index(story.pk)):
            try:
                with them.of(story):
                    is_new = decision.act(story) is not False
            except (TransitionRefused, ValidationError, ValueError) as error:
                outcome.refused.append((story, error))
            else:
                (outcome.decided if is_new else outcome.same).append(f"“{name_of(story)}”")
    return outcome
