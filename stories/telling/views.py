"""Telling a story, finishing it, and what is said once it is sent."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, Q, When
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from retold.together import Whole
from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.text import as_id, clean_text
from stories.cards import card
from stories.models import StaleVersion, Status, Story, TransitionRefused
from stories.models.access import StoryQuerySet
from stories.models.near import teller_team

from . import kept
from .days import day_of, read_by
from .forms import TellForm, inspiring, submission_in
from .page import SET_LARGE, show, suggested
from .photos import Sent
from .saving import keep_photos, save

# How long after a story was stored its words, sent from a new page, mean the same one.
GOES_BACK = datetime.timedelta(hours=1)
STILL_OPEN = (Status.DRAFT, Status.PENDING)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: SignedInRequest) -> HttpResponse:
    """The tell page; what is posted is kept as a draft or sent to the moderators.

    Open to visitors only so that a form sent after signing out is caught, not dropped.
    """
    if not request.user.is_authenticated:
        return kept.ask_to_sign_in(request)
    if request.method == "POST":
        return receive(request, stored_as_posted(request))
    if data := kept.take(request):
        return show(request, TellForm(data, user=request.user), restored=True)
    initial = {}
    if story := inspiring(request.GET.get("inspired_by", ""), request.user).first():
        initial["inspired_by"] = story.public_id
    return show(request, TellForm(user=request.user, initial=initial))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One's own story, until it is published or turned down."""
    if not request.user.is_authenticated:
        return kept.ask_to_sign_in(request)
    if request.method == "POST":
        mine = own_stories(request).filter(public_id=public_id)
        return receive(request, mine.to_fetch_for_cards(), must_be=True)
    story = own_story(request, public_id)
    if not story.is_editable_by(request.user):
        messages.info(request, _no_longer_editable(story))
        return redirect("mine")
    if data := kept.take(request):
        return show(request, TellForm(data, user=request.user, story=story), restored=True)
    return show(request, TellForm(user=request.user, story=story))


def receive(request: SignedInRequest, mine: Whole | None, *, must_be: bool = False) -> HttpResponse:
    """Answer a posted form: stored, or shown again with all that was written.

    It is about the story that `mine` finds, or else about a new one unless there `must_be` one.
    """
    form = TellForm(_as_asked(request), user=request.user)
    if mine and form.find(mine) is None and must_be:
        raise Http404
    photos = Sent.by(request.POST, request.FILES.getlist("photos"), form.story, request.user)
    if "look" in request.POST:
        return _look_again(request, form, photos)
    send, right = "send" in request.POST, form.is_valid()
    for trait, heir in form.merged:
        words = {"trait": trait, "other": heir}
        messages.info(request, _("“%(trait)s” is part of “%(other)s” now.") % words)
    asks_again = right and send and not form.looked.settled
    if not right or asks_again:
        answer = _with_photos if photos.any else _without_photos
        return answer(request, form, photos, asks_again=asks_again)
    try:
        story = save(form, send=send, photos=photos)
    except StaleVersion as stale:
        keep_photos(form, photos)
        return _shown_again(request, form, photos, stored=stale.stored)
    except TransitionRefused as refused:
        photos.leave(_("It was not added."))
        return _shown_again(request, form, photos, refused=str(refused))
    if photos.refused:
        return _shown_again(request, form, photos, version=story.version)
    here = reverse("sent", args=[story.public_id])
    return redirect(here if send else f"{reverse('mine')}?kept={story.public_id}")


def _without_photos(
    request: SignedInRequest, form: TellForm, photos: Sent, **more: Any
) -> HttpResponse:
    """The form once more, with nothing stored."""
    return show(request, form, **more)


def _with_photos(
    request: SignedInRequest, form: TellForm, photos: Sent, **more: Any
) -> HttpResponse:
    """The form once more, for whatever reason, with its photos kept."""
    if version := keep_photos(form, photos):
        more["version"] = version
    return _shown_again(request, form, photos, **more)


def _shown_again(
    request: SignedInRequest, form: TellForm, photos: Sent, **more: Any
) -> HttpResponse:
    """The form with what is stored by now beside it, and what became of its photos."""
    by_now = own_stories(request).filter(submission=form.submission).to_fetch_for_cards()
    return show(request, form, by_now=by_now, photos=photos, **more)


@require_safe
def sent(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Thank you, what happens next, and by when."""
    story = own_story(request, public_id)
    if story.status == Status.DRAFT or story.submitted_at is None:
        raise Http404
    by = read_by(story.submitted_at)
    context = {
        "story": story,
        "card": card(story, Naming(ORGANISATION)),
        "by": by,
        "by_day": day_of(by),
        "waits": story.status == Status.PENDING,
        "credits_people": any(credit.employee_id for credit in story.credits.all()),
    }
    return render(request, "telling/sent.html", context)


def stored_as_posted(request: SignedInRequest) -> Whole | None:
    """The story that the form is about, or that a new page says once more, word for word.

    A browser without JavaScript that goes back fetches a new page for the words it had sent.
    """
    submission = submission_in(request.POST, request.user)
    words = clean_text(request.POST.get("body"))
    if not words or "look" in request.POST or request.POST.get("version") != "0":
        return stored(request, submission)
    since = timezone.now() - GOES_BACK
    return stored(request, submission, Q(updated_at__gte=since, body=words, status__in=STILL_OPEN))


def stored(request: SignedInRequest, submission: UUID, or_else: Q | None = None) -> Whole | None:
    """What fetches the story that was sent or kept as this one, or else the newest other; None if
    there is neither."""
    this = Q(submission=submission)
    wanted = this if or_else is None else this | or_else
    # Of a page that has stored nothing there nearly always is none, which costs less to find out
    # than to ask for all of it.
    is_new = not as_id(request.POST.get("version", ""))
    if is_new and not Story.objects.told_by(request.user.person).filter(wanted).exists():
        return None
    order = Case(When(this, then=0), default=1), "-updated_at"
    return own_stories(request).order_by(*order).filter(wanted)[:1].to_fetch_for_cards()


def own_stories(request: SignedInRequest) -> StoryQuerySet:
    """The stories of the person who is signed in; forms and cards fetch them `for_cards`."""
    told = Story.objects.told_by(request.user.person).select_related("inspired_by")
    return told.annotate(inspired_by_team=teller_team("inspired_by__"))


def own_story(request: SignedInRequest, public_id: str) -> Story:
    """One of them with all that a form or a card shows, in one question; or 404."""
    if found := own_stories(request).filter(public_id=public_id).fetched_for_cards():
        return found[0]
    raise Http404


def _as_asked(request: SignedInRequest) -> QueryDict:
    """What was posted, with what the words suggest where that was asked for."""
    data, look = request.POST.copy(), request.POST.get("look")
    if look in SET_LARGE:
        data[look] = suggested(look, data.get("body", ""))
    return data


def _look_again(request: SignedInRequest, form: TellForm, photos: Sent) -> HttpResponse:
    """Show the page again with what the words suggest; nothing is stored but photos that came.

    This is how line, title, sentences and people are suggested without JavaScript, and how photos
    are put in before the story is sent.
    """
    if not photos.any and request.POST["look"] != "photos":
        return show(request, form)
    form.is_valid()
    return _with_photos(request, form, photos)


def _no_longer_editable(story: Story) -> str:
    if story.status == Status.PUBLISHED:
        return _("That story is up, so a moderator has to change it. You can withdraw it here.")
    return _("That story was not published; the reason stands with it.")
