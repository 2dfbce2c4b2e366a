"""Flagging a story or a note: a quiet page of its own, which the story's page can unfold."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.models import Flag, Note, Story, TooManyFlags

from .forms import FlagForm

UNFIT, TOO_MANY = 422, 429


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: SignedInRequest, public_id: str, pk: int | None = None) -> HttpResponse:
    """Say what is wrong with a story, or with a note under it; once, and nothing is hidden."""
    stories = Story.objects.published().visible_to(request.user).select_related("teller")
    story = get_object_or_404(stories.for_naming(), public_id=public_id)
    note = _note(story, pk) if pk is not None else None
    flags = Flag.objects.about(story, note)
    raised = flags.filter(reader__account=request.user).first()
    form, status = FlagForm(), 200
    if request.method == "POST" and raised is None:
        form = FlagForm(request.POST)
        raised, status = _raise(form, story, note, request)
    if request.method == "POST" and raised and not request.htmx:
        messages.success(request, _("Thank you. A moderator looks at it, and you hear by e-mail."))
        return redirect(f"{story.get_absolute_url()}#{'notes' if note else 'flag'}")
    return _answer(request, story, note, {"form": form, "raised": raised}, status)


def _raise(
    form: FlagForm, story: Story, note: Note | None, request: SignedInRequest
) -> tuple[Flag | None, int]:
    """The flag, or none and why: what was sent is not right, or it is too much for one day."""
    if not form.is_valid():
        return None, UNFIT
    try:
        return form.save(story, note, request.user.person), 200
    except TooManyFlags:
        form.add_error(None, _("That is a lot for one day. Try again tomorrow."))
        return None, TOO_MANY


def _note(story: Story, pk: int) -> Note:
    return get_object_or_404(Note.objects.shown().select_related("author"), story=story, pk=pk)


def _answer(
    request: SignedInRequest, story: Story, note: Note | None, context: dict, status: int
) -> HttpResponse:
    naming = Naming(ORGANISATION)
    said = naming.text(str(story), story.near)
    if note is not None:
        said = naming.text(note.text, story.near.and_person(note.author_id))
    raised = context["raised"]
    context |= {"story": story, "note": note, "said": said}
    context["because"] = naming.text(raised.decided_for, story.near) if raised else ""
    template = "reading/_flag.html" if request.htmx else "reading/flag.html"
    # What htmx swaps in has to arrive as if it were well.
    response = render(request, template, context, status=200 if request.htmx else status)
    patch_vary_headers(response, ["HX-Request"])
    return response
