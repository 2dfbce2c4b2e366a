"""Photos that a page sends by themselves while somebody writes, one a request."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.requests import SignedInRequest
from stories.models import Story

from .forms import TellForm
from .page import photos_shown
from .photos import Sent, digest_of
from .views import own_story


@require_http_methods(["GET", "HEAD", "POST"])
def draft_photos(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The photos of one's own story as the form lists them; a file that is posted is added.

    `photos` is the file, and `remove` the keys of those it takes the place of. Answers {"state":
    "kept", "key": …, "src": …, "versions": [before, after]}, or {"state": "refused", "message": …,
    "for_good": …} (422). The same file posted again is the same photo.
    """
    story = own_story(request, public_id)
    if not story.is_editable_by(request.user):
        raise Http404
    if request.method != "POST":
        shown = photos_shown(TellForm(user=request.user, story=story))
        return render(request, "telling/_photo_list.html", {"photos_shown": shown})
    files = request.FILES.getlist("photos")[:1]
    if not files:
        return _refused(_("The photo did not arrive. Try again."))
    sent = Sent.by(request.POST, files, story, request.user)
    sent.put_away()
    with transaction.atomic():
        held = Story.objects.filter(pk=story.pk).hold()
        if held is None or not held.is_editable_by(request.user):
            raise Http404
        before = held.version
        sent.store(held, by=request.user)
    if sent.refused:
        return _refused(sent.refused[0].why, for_good=sent.refused[0].for_good)
    photo = held.photos.filter(digest=digest_of(files[0])).first()
    if photo is None:
        return _refused(_("Another tab took this photo off meanwhile. Choose it again."))
    answer = {"state": "kept", "key": photo.key, "src": photo.address("480.webp")}
    return JsonResponse({**answer, "versions": [before, held.version]})


def _refused(message: str, *, for_good: bool = False) -> JsonResponse:
    answer = {"state": "refused", "message": message, "for_good": for_good}
    return JsonResponse(answer, status=422)
