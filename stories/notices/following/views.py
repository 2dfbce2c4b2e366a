"""What I follow: beginning it, ending it, and the address of my feeds."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff.audiences import ORGANISATION
from staff.models import User
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.filtering.filters import FilterForm
from stories.filtering.known import Known
from stories.filtering.stored import Stored, people_of, stored
from stories.models import FeedKey, Follow
from stories.models.follow import MOST_FOLLOWED

from .forms import FollowForm


@dataclass(frozen=True)
class Followed:
    """One filter I follow, in words."""

    follow: Follow
    asked: Stored


@require_safe
def follow(request: SignedInRequest) -> HttpResponse:
    """What I follow by e-mail, and the address of my feeds."""
    going = list(Follow.objects.filter(account=request.user, ended_at=None)[:MOST_FOLLOWED])
    naming, known = Naming(ORGANISATION), Known(people_of(one.query for one in going))
    followed = [Followed(one, stored(one.query, naming, known)) for one in going]
    feeds = feed_addresses(request.user, "")
    return render(request, "follow/list.html", {"followed": followed, "feeds": feeds})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Follow a part of the wall by e-mail or feed; the wall's filter comes with the address."""
    posted = request.method == "POST"
    form = FollowForm(
        request.POST if posted else None, user=request.user, query=request.GET.urlencode()
    )
    if posted and form.is_valid():
        form.save()
        messages.success(request, _("You follow this from now on."))
        return redirect("follow")
    context = {"form": form, "feeds": feed_addresses(request.user, form.plain_query)}
    return render(request, "follow/new.html", context, status=422 if posted else 200)


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Follow it no longer."""
    get_object_or_404(Follow, pk=pk, account=request.user).end()
    messages.success(request, _("You follow that no longer."))
    return redirect("follow")


@require_POST
def feed(request: SignedInRequest) -> HttpResponse:
    """Make the address of my feeds, make it anew, or do away with it; the old one dies at once."""
    if request.POST.get("off"):
        FeedKey.objects.filter(account=request.user).delete()
        messages.success(request, _("Your feeds are off. Their address answers nothing any more."))
    else:
        had_one = FeedKey.of(request.user) is not None
        FeedKey.renew(request.user)
        messages.success(
            request,
            _("Here is your new address. The old one answers nothing any more.")
            if had_one
            else _("Here is your feed address. Whoever has it reads what you may read."),
        )
    if "query" not in request.POST:
        return redirect(f"{reverse('follow')}#feed")
    asked = FilterForm(
        QueryDict(request.POST["query"]), Naming(ORGANISATION), path=reverse("follow_new")
    )
    return redirect(f"{asked.address(sort=None, view=None)}#feed")


@never_cache
@login_not_required
# A mail program that ends it with one click brings the token of the e-mail and nothing else.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End the e-mails from which this address was taken: asked by GET, done by POST (RFC 8058)."""
    followed = get_object_or_404(Follow, token=token)
    if request.method == "POST":
        followed.end()
    context = {"followed": followed, "ended": followed.ended_at is not None}
    if request.user == followed.account:
        context["asked"] = stored(followed.query, Naming(ORGANISATION))
    response = render(request, "follow/end.html", context)
    response["X-Robots-Tag"] = "noindex"
    # The address is the key: it goes nowhere else.
    response["Referrer-Policy"] = "no-referrer"
    return response


def feed_addresses(account: User, query: str) -> dict[str, str] | None:
    """The addresses of this filter as feeds; None while the account has made none."""
    key = FeedKey.of(account)
    if key is None:
        return None
    return {
        kind: settings.SITE_URL + reverse(name, args=[key.token]) + (f"?{query}" if query else "")
        for kind, name in (("atom", "feed_atom"), ("json", "feed_json"))
    }
