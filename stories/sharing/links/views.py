"""Somebody comes by a shared link, or by the code on a poster."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from retold.limits import costs
from staff.requests import SignedInRequest
from stories.models import BY_OPENING, Story

# In the reader's own browser stands that it opened this address lately, so that coming back is
# counted once; nothing of that is kept here.
COOKIE, ONCE_IN = "opened", timedelta(hours=12)


@costs(1)
@never_cache
@require_safe
def opened(request: SignedInRequest, public_id: str, way: str) -> HttpResponse:
    """Count the opening, without a word of who it was, and show the story."""
    if way not in BY_OPENING:
        raise Http404
    story = get_object_or_404(Story.objects.visible_to(request.user), public_id=public_id)
    response = redirect(story)
    if story.is_published and _counts(request):
        story.open_from(way)
        response.set_cookie(
            COOKIE,
            "1",
            max_age=ONCE_IN,
            path=request.path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _counts(request: HttpRequest) -> bool:
    """A person who opens it, not a browser that looks ahead, and not the same one again."""
    looks_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return request.method == "GET" and not looks_ahead and COOKIE not in request.COOKIES
