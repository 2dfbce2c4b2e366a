"""A story's page, and what a reader can do there: salute, tell it on, thank, hold it up."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from retold.limits import costs
from retold.together import fetched_with
from staff import roles
from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.filtering.known import UNNAMED
from stories.filtering.meant import Meant
from stories.models import Note, Story, StoryTrait, TransitionRefused, WallVersion
from stories.models.near import CREDITS
from stories.models.postings import Version
from stories.unchanged import may_be_unchanged

from .alike import posters_alike, published_with_entry
from .asked import Asked
from .forms import NoteForm, RetellForm
from .page import (
    notes,
    others_who_saluted,
    published,
    readable_by,
    story_page,
)
from .rights import leading, may_hold_up, may_remove
from .route import hue_of, route
from .unchanged import Standing, remember, remembered

TEMPLATE = "reading/story.html"


@require_safe
def story(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The page of one story; asked by htmx with ?notes=, only that page of notes."""
    asked, part = Asked.read(request), request.htmx and "notes" in request.GET
    if asked is None:
        raise Http404
    known = may_be_unchanged(request) and not part
    standing = Standing.of(request, public_id, asked) if known else None
    if standing and (page := remembered(request, standing)):
        return page
    if standing and (story := published(standing.known.pk, saluted=standing.known.saluted)):
        context = story_page(story, request.user, asked=asked, standing=standing)
        return remember(request, standing, TEMPLATE, context)
    story = get_object_or_404(readable_by(request.user), public_id=public_id)
    if part and story.is_published:
        context = {
            "story": story,
            **notes(story, request.user, Naming.for_reader(request.user), asked.notes_page),
        }
        return render(request, "reading/_notes_page.html", context)
    return _page(request, story, asked=asked)


@costs(1)
@require_safe
def alike(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Stories like this one: for the foot of its page by htmx, or a page of their own."""
    story = published_with_entry(public_id)
    if story is None or not story.is_visible_to(request.user):
        raise Http404
    readable = Meant(request.user, {})
    naming = Naming(ORGANISATION, unnamed=UNNAMED.at(readable.index.version))
    posters = posters_alike(story, readable, naming, most=3 if request.htmx else 12)
    tag = "h3" if request.htmx else "h2"
    shown = [poster.shown("s4 m3 above", tag=tag) for poster in posters]
    context = {"story": story, "alike": shown}
    if request.htmx:
        response = render(request, "reading/_alike.html", context)
    else:
        context["heading"] = naming.text(str(story), story.near)
        response = render(request, "reading/alike.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def salute(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Salute the story, or take the salute back; each as often as one likes, to the same end."""
    story = _open_story(request, public_id)
    if request.POST.get("salute") == "0":
        story.take_back_salute(by=request.user.person)
        story.saluted = False
    else:
        story.salute(by=request.user.person)
        story.saluted = True
    if request.htmx:
        context = {"story": story, "hue": hue_of(story), "settles": story.saluted}
        context["others"] = others_who_saluted(story)
        return render(request, "reading/_salute.html", context)
    return redirect(f"{story.get_absolute_url()}#acts")


@require_POST
def retell(request: SignedInRequest, public_id: str) -> HttpResponse:
    """'I told this on'."""
    naming = Naming.for_reader(request.user)
    story = _open_story(request, public_id, naming.question)
    form = RetellForm(request.POST)
    if form.is_valid():
        form.save(story, request.user.person)
        if not request.htmx:
            messages.success(request, _("Thank you for telling it on."))
            return redirect(f"{story.get_absolute_url()}#acts")
    elif not request.htmx:
        return _page(request, story, status=422, retell_form=form)
    told = form.is_valid()
    context = {"retell_form": RetellForm() if told else form, "told": told}
    context |= route(story, request.user, naming)
    return render(request, "reading/_retold.html", context)


@require_POST
def note(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Leave a note of thanks."""
    story = _open_story(request, public_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        stored = form.save(story, request.user.person)
        if not request.htmx:
            return redirect(f"{story.get_absolute_url()}#note-{stored.pk}")
        return _notes(request, story, NoteForm(), written=stored)
    if not request.htmx:
        return _page(request, story, status=422, note_form=form)
    return _notes(request, story, form)


@require_POST
def remove_note(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Take a note off the page: one's own, or any as a moderator. Removed twice is removed."""
    story = _open_story(request, public_id)
    note = get_object_or_404(Note.objects.select_related("author"), story=story, pk=pk)
    roles.require(may_remove(note, request.user))
    note.remove(by=request.user)
    if request.htmx:
        return _notes(request, story, NoteForm(), removed=True)
    return redirect(f"{story.get_absolute_url()}#notes")


@require_POST
def gold(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Hold the story up as gold standard, or no longer."""
    led, version = leading(request.user), WallVersion.asked()
    story = _open_story(request, public_id, led, version, credits=CREDITS.all())
    as_of = next((Version(*row) for row in version), None)
    roles.require(may_hold_up(story, request.user, led=led, as_of=as_of))
    hold_up = request.POST.get("gold") == "1"
    try:
        story.set_gold(hold_up, by=request.user)
    except TransitionRefused:
        # Who took it down is not said: a manager need not know who told it.
        messages.error(request, _("That story is not on the wall any more."))
        return redirect("wall")
    messages.success(
        request,
        _("Held up as gold standard.") if hold_up else _("No longer held up as gold standard."),
    )
    return redirect(story)


def _open_story(
    request: SignedInRequest, public_id: str, *beside: QuerySet, **parts: QuerySet
) -> Story:
    """A story that readers may do something with: on the wall, and theirs to read. Fetches what is
    needed `beside`."""
    asked = readable_by(request.user).published().filter(public_id=public_id)
    # A part of the page wears its inks and says names; who is sent on sees neither.
    if request.htmx:
        tagged = StoryTrait.objects.select_related("tag")
        parts |= {"story_traits": tagged, "credits": CREDITS.all()}
    if found := fetched_with(asked, *beside, **parts):
        return found[0]
    raise Http404


def _page(request: SignedInRequest, story: Story, *, status: int = 200, **shown) -> HttpResponse:
    context = story_page(story, request.user, **shown)
    return render(request, TEMPLATE, context, status=status)


def _notes(request: SignedInRequest, story: Story, form: NoteForm, **done: object) -> HttpResponse:
    """The part of the page with the notes; `done` is what has just become of one."""
    context = {"story": story, "note_form": form, **done}
    context |= notes(story, request.user, Naming.for_reader(request.user))
    return render(request, "reading/_notes.html", context)
