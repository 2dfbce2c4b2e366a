"""Decisions about one story: each a form of its own on the moderation page, and an address."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from staff.text import as_id, clean_text
from stories.models import Status, Story, StoryEvent, TransitionRefused, Visibility
from stories.models.access import StoryQuerySet

from . import queue
from .asking import ask
from .forms import MOST_NOTE, NoteForm

WORDS = {
    "send_back": {
        "title": gettext_lazy("Send back"),
        "ask": gettext_lazy("What would make it better?"),
        "help": gettext_lazy(
            "The teller reads this by e-mail, changes the story and sends it in again."
        ),
        "button": gettext_lazy("Send back with this note"),
        "done": gettext_lazy("“%(story)s” went back to its teller."),
    },
    "reject": {
        "title": gettext_lazy("Reject"),
        "ask": gettext_lazy("Why can it not be published?"),
        "help": gettext_lazy(
            "The teller reads this by e-mail. The story stays with them, unpublished."
        ),
        "button": gettext_lazy("Reject for this reason"),
        "done": gettext_lazy("“%(story)s” will not be published; its teller has been told why."),
    },
}


def urls(wrap: Callable) -> list:
    """The addresses, below the list of stories; `wrap` is the admin site's `admin_view`."""
    views = {
        "approve": approve,
        "send_back": send_back,
        "reject": reject,
        "gold": gold,
        "visibility": visibility,
        "withdraw": withdraw,
    }
    return [
        path(f"<int:pk>/{name.replace('_', '-')}/", wrap(view), name=f"stories_story_{name}")
        for name, view in views.items()
    ]


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the story and open the next one that waits."""
    words = _("“%(story)s” is on the wall.")
    story, done = _decide(request, pk, lambda fresh: fresh.publish(by=request.user), words)
    return redirect(next_address(request, story) if done else address(story))


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_note(
        request, pk, "send_back", lambda story, note: story.send_back(by=request.user, note=note)
    )


@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_note(
        request, pk, "reject", lambda story, note: story.reject(by=request.user, reason=note)
    )


@require_POST
def gold(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the story up as the example, or no longer."""
    wanted = request.POST.get("gold") == "1"
    done = (
        _("“%(story)s” is the gold standard.") if wanted else _("“%(story)s” is one of many again.")
    )
    story, _done = _decide(request, pk, lambda fresh: fresh.set_gold(wanted, by=request.user), done)
    return redirect(address(story))


@require_POST
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may see it: everyone here, or anyone outside too."""
    wanted = request.POST.get("visibility", "")
    if wanted not in Visibility.values:
        return redirect(address(story_to_read(request, pk)))
    done = {
        Visibility.PUBLIC: _("“%(story)s” may be seen outside too."),
        Visibility.ORGANISATION: _("“%(story)s” is for everyone here only."),
    }[Visibility(wanted)]
    story, _done = _decide(
        request, pk, lambda fresh: fresh.set_visibility(wanted, by=request.user), done
    )
    return redirect(address(story))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published story off every page; nothing is deleted."""
    reason = clean_text(request.POST.get("reason"))[:MOST_NOTE]
    if not reason:
        story = story_to_read(request, pk)
        messages.error(request, _("Write down why, for its teller and the record."))
        return redirect(address(story))
    done = _("“%(story)s” is off the wall.")
    story, _done = _decide(
        request, pk, lambda fresh: fresh.withdraw(by=request.user, reason=reason), done
    )
    return redirect(address(story))


def address(story: Story) -> str:
    return reverse("admin:stories_story_change", args=[story.pk])


def next_address(request: HttpRequest, story: Story) -> str:
    """Where to go after a decision: to the next story that waits, or back to the list.

    Which one that is was read with the story (`queue.with_next`).
    """
    if story.following:
        return reverse("admin:stories_story_change", args=[story.following])
    messages.info(request, _("That was the last one. Nothing else waits."))
    return reverse("admin:stories_story_changelist")


def name_of(story: Story) -> str:
    return Truncator(str(story)).chars(60)


def refusal(error: Exception) -> str:
    """What to say of a move that was not possible."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def show_unused(request: HttpRequest, note: str, stories: list[int]) -> None:
    """Show what somebody wrote for decisions that another made before; nothing typed is lost.

    Whoever sent the same twice was heard the first time.
    """
    decided = StoryEvent.objects.filter(story__in=stories, actor=request.user.pk, reason=note)
    if not decided.exists():
        messages.info(request, _("What you wrote went to nobody: “%(note)s”") % {"note": note})


def story_to_read(request: HttpRequest, pk: int) -> Story:
    """The story, unless it is a draft: that is its teller's own."""
    return get_object_or_404(_stories_to_read(request), pk=pk)


def story_to_move(request: HttpRequest, pk: int) -> Story:
    """The same, kept from others until the transaction ends, with `.following`."""
    story = queue.with_next(_stories_to_read(request).filter(pk=pk)).hold()
    if story is None:
        raise Http404
    return story


def _stories_to_read(request: HttpRequest) -> StoryQuerySet:
    return Story.objects.visible_to(request.user).exclude(status=Status.DRAFT)


def _with_note(
    request: HttpRequest, pk: int, decision: str, act: Callable[[Story, str], None]
) -> HttpResponse:
    """Ask for the note if it is missing; otherwise decide and open the next story."""
    form = NoteForm(request.POST or None)
    words = WORDS[decision]
    if request.method != "POST" or not form.is_valid():
        story = story_to_read(request, pk)
    else:
        note = form.cleaned_data["note"]
        story, done = _decide(request, pk, lambda fresh: act(fresh, note), str(words["done"]))
        if done:
            return redirect(next_address(request, story))
        if story.status != Status.PENDING:
            show_unused(request, note, [story.pk])
            return redirect(address(story))
    return ask(
        request,
        Story,
        form,
        words,
        [(story, story.teller)],
        about=story,
        back=address(story),
        hidden=[("version", request.POST.get("version", story.version))],
    )


def _decide(
    request: HttpRequest, pk: int, act: Callable[[Story], None], done: str
) -> tuple[Story, bool]:
    """Act on the story as it is now, and say what came of it: the story, and whether it was done.

    A page that shows an earlier version decides nothing: nobody publishes what they have not read.
    """
    try:
        with transaction.atomic():
            story = story_to_move(request, pk)
            read = as_id(request.POST.get("version", ""))
            if read is not None and read != story.version and _still_waits(story):
                raise TransitionRefused(
                    _("The story was changed while you were reading. Read it again.")
                )
            act(story)
    except (TransitionRefused, ValidationError, ValueError) as error:
        messages.error(request, refusal(error))
        return story, False
    messages.success(request, done % {"story": name_of(story)})
    return story, True


def _still_waits(story: Story) -> bool:
    """Otherwise the message of the move itself says more: who decided what, and when."""
    return story.status == Status.PENDING
