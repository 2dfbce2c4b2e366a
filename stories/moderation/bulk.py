"""Decisions about several stories at once; each is decided and reported on its own."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.text import as_id
from stories import hints
from stories.models import Status, Story, TransitionRefused, Visibility

from . import changing
from .asking import ASKED, ask, asked_of_many
from .decisions import WORDS, name_of, refusal, show_unused
from .forms import NoteForm

MOST_AT_ONCE = 100


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

    _each(request, chosen, act, _("On the wall: %(names)s."))


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
    _each(request, chosen, lambda story: story.set_gold(True, by=request.user), done)


@admin.action(description=gettext_lazy("No longer gold standard"))
def unmark_gold(model_admin, request: HttpRequest, chosen: QuerySet[Story]) -> None:
    done = _("No longer gold standard: %(names)s.")
    _each(request, chosen, lambda story: story.set_gold(False, by=request.user), done)


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
    stories = list(chosen.select_related("teller")[: MOST_AT_ONCE + 1])
    # What was decided meanwhile can be changed as before; of many there may be more than are shown.
    stories += _gone(request, list(chosen.filter(pk__in=_ticked(request))))
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

    _each(request, chosen, act, _("Changed: %(names)s."))
    if inside:
        said = _("No longer shown outside, as not everybody agrees: %(names)s.")
        messages.warning(request, said % {"names": get_text_list(inside, _("and"))})


def _show_to(
    visibility: Visibility, request: HttpRequest, chosen: QuerySet[Story], done: str
) -> None:
    _each(request, chosen, lambda story: story.set_visibility(visibility, by=request.user), done)


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
        if not _each(request, chosen, lambda story: act(story, note), done):
            show_unused(request, note, _ticked(request))
        return None
    stories = list(chosen.select_related("teller")[: MOST_AT_ONCE + 1])
    if _are_too_many(request, stories):
        return None
    # Of many there may be more than are shown.
    for story in _gone(request, list(chosen.filter(pk__in=_ticked(request)))):
        messages.error(request, f"“{name_of(story)}”: {story.refusal(request.user)}")
    if not stories:
        return None
    return ask(
        request,
        Story,
        form,
        WORDS[decision],
        [(story, story.teller) for story in stories],
        **asked_of_many(request, decision, stories),
    )


def _ticked(request: HttpRequest) -> list[int]:
    """The keys of what was ticked, and of one more than may be."""
    ticked = [pk for one in request.POST.getlist(ACTION_CHECKBOX_NAME) if (pk := as_id(one))]
    return ticked[: MOST_AT_ONCE + 1]


def _gone(request: HttpRequest, stories: list[Story]) -> list[Story]:
    """Stories that were ticked and have left the list since: somebody else decided meanwhile."""
    missing = set(_ticked(request)).difference(story.pk for story in stories)
    theirs = Story.objects.visible_to(request.user).exclude(status=Status.DRAFT)
    theirs = theirs.filter(pk__in=missing).select_related("teller")
    return list(theirs.order_by("submitted_at", "pk"))


def _are_too_many(request: HttpRequest, stories: list[Story]) -> bool:
    if len(stories) <= MOST_AT_ONCE:
        return False
    limit = _("Choose at most %(most)d stories at once.") % {"most": MOST_AT_ONCE}
    messages.error(request, limit)
    return True


def _each(
    request: HttpRequest, chosen: QuerySet[Story], act: Callable[[Story], object], done: str
) -> bool:
    """Decide story by story; one that refuses, or fails, does not keep the others from it.

    False if nothing came of any. Where `act` says False, the story was so already.

    Each is read again, and locked, when its turn comes: its teller may have changed it meanwhile.
    """
    stories = list(chosen[: MOST_AT_ONCE + 1])
    stories += _gone(request, stories)
    if _are_too_many(request, stories):
        return False
    decided: list[str] = []
    same: list[str] = []
    for story in stories:
        try:
            with transaction.atomic():
                fresh = Story.objects.select_for_update(of=("self",)).select_related("teller")
                is_new = act(fresh.get(pk=story.pk)) is not False
        except (TransitionRefused, ValidationError, ValueError) as error:
            messages.error(request, f"“{name_of(story)}”: {refusal(error)}")
        except DatabaseError:
            messages.error(
                request,
                _("“%(story)s” was left as it is: the database was busy.")
                % {"story": name_of(story)},
            )
        else:
            (decided if is_new else same).append(f"“{name_of(story)}”")
    if same:
        said = _("Left as it was, it is so already: %(names)s.")
        messages.info(request, said % {"names": get_text_list(same, _("and"))})
    if decided:
        messages.success(request, done % {"names": get_text_list(decided, _("and"))})
    return bool(decided)
