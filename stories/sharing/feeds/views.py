"""The addresses of feeds: whoever holds one reads what its account may read, at that moment."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from retold.limits import costs
from staff.audiences import ORGANISATION
from staff.models import User
from staff.naming import Naming
from stories.filtering.filters import FilterForm
from stories.models import FeedKey, Photo, Status, Story
from stories.photos.serving import serve

from .documents import Feed, json_feed
from .documents import atom as as_atom
from .entries import IDS, entries

PAGE = 50
AFTER = re.compile(r"[0-9]{1,18}")


@costs(3)
@login_not_required
@require_safe
def atom(request: HttpRequest, token: str) -> HttpResponseBase:
    """The stories of a filter of the wall as Atom."""
    return _feed(request, token, "feed_atom", as_atom, "application/atom+xml; charset=utf-8")


@costs(3)
@login_not_required
@require_safe
def json(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same as JSON Feed."""
    return _feed(request, token, "feed_json", json_feed, "application/feed+json; charset=utf-8")


@login_not_required
@require_safe
def photo(request: HttpRequest, token: str, key: str, name: str) -> HttpResponseBase:
    """A photo of a story that this feed may tell."""
    seen = Photo.objects.visible_to(_holder(token)).filter(story__status=Status.PUBLISHED)
    response = serve(request, get_object_or_404(seen, key=key), name)
    # Readers that live on a page of their own show it there.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _private(response)


def _holder(token: str) -> User:
    account = FeedKey.holder(token)
    if account is None:
        raise Http404
    return account


def _feed(
    request: HttpRequest, token: str, name: str, write: Callable[[Feed], bytes], kind: str
) -> HttpResponseBase:
    """The document, or word that the one the reader holds is still right.

    There is no Last-Modified: a story that is withdrawn makes another document of it and leaves no
    date behind, so only the content itself can tell.
    """
    account = _holder(token)
    content = write(_gather(request, account, token, name))
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content, content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return _private(response)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Robots-Tag"] = "noindex, nofollow"
    # The address is the key: it goes nowhere else.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _gather(request: HttpRequest, account: User, token: str, name: str) -> Feed:
    form = FilterForm(request.GET, Naming(ORGANISATION), path=reverse(name, args=[token]))
    after = request.GET.get("after", "")
    if after and not AFTER.fullmatch(after):
        raise Http404
    stories = _stories(form, account, int(after) if after else None)
    shown, last = stories[:PAGE], stories[PAGE - 1] if len(stories) > PAGE else None
    plain = {"sort": None, "view": None}
    wall = settings.SITE_URL + _of_the_wall(form.address(**plain))
    chips = [chip.name for chip in form.chips]
    return Feed(
        id=uuid.uuid5(IDS, f"{account.pk} {wall}").urn,
        title=" · ".join(["Retold", *chips]),
        subtitle=_("What this feed asks for is not there any more, so it stays empty.")
        if form.notes
        else "",
        author=settings.ORGANISATION,
        wall=wall,
        url=settings.SITE_URL + form.address(**plain, after=after or None),
        next=settings.SITE_URL + form.address(**plain, after=str(last.seq)) if last else "",
        since=account.date_joined,
        entries=entries(shown, form.naming, token),
    )


def _stories(form: FilterForm, account: User, after: int | None) -> list[Story]:
    """A page of stories and the first of the next, the newest first.

    None at all where the filter speaks of something that is there no more, such as somebody who is
    not named any longer: less asked for would mean more told. The feed's subtitle says so.
    """
    if form.notes:
        return []
    meant = form.meant(account)
    return meant.stories(meant.newest(PAGE + 1, below=after)).fetched_for_cards()


def _of_the_wall(address: str) -> str:
    query = address.partition("?")[2]
    return reverse("wall") + (f"?{query}" if query else "")
