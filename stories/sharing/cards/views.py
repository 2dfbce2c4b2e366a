"""The picture card of a story, for whoever may see the story."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from retold.limits import costs
from staff.audiences import PUBLIC
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.models import Story
from stories.sharing.names import as_file_name

from .files import Busy, Order, order, png
from .layout import FORMATS

A_MOMENT = 5


@costs(2)
@require_safe
def card(request: SignedInRequest, public_id: str, size: str) -> HttpResponse:
    """One story as a picture: ?photo=0 without its photo, ?download as a file to keep."""
    if size not in FORMATS:
        raise Http404
    stories = Story.objects.visible_to(request.user).for_cards()
    story = get_object_or_404(stories, public_id=public_id)
    with_photo = request.GET.get("photo") != "0"
    wanted = order(story, FORMATS[size], Naming(PUBLIC), with_photo=with_photo)
    etag = f'"{wanted.digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            # Nobody but its teller and moderators sees it yet: nothing of it is left lying about.
            content = png(wanted, keep=story.is_published)
        except Busy:
            return _busy(request)
        response = HttpResponse(content, content_type="image/png")
        if "download" in request.GET:
            named = content_disposition_header(as_attachment=True, filename=file_name(wanted))
            response["Content-Disposition"] = named or "attachment"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def file_name(wanted: Order) -> str:
    """A name for the file that says what it is, in letters every system stores."""
    words = as_file_name(wanted.content.title or wanted.content.lead, otherwise="story")
    return f"retold-{words}-{wanted.form.width}x{wanted.form.height}.png"


def _busy(request: SignedInRequest) -> HttpResponse:
    response = render(request, "sharing/busy.html", status=503)
    response["Retry-After"] = str(A_MOMENT)
    return response
