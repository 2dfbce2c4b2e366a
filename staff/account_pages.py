"""How somebody signs in, where they are signed in, and what keeps others out."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.views import confirm_login_code
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import agents, second_factor, security_log
from .accounts import role_names
from .models import Session
from .models.session import MOST_SESSIONS
from .requests import SignedInRequest


@login_not_required
def code_typed(request: HttpRequest) -> HttpResponse:
    """The code that came by e-mail, as django-allauth has it; one that came too late says so."""
    response = confirm_login_code(request)
    back = reverse("account_request_login_code")
    sent_back = request.method == "POST" and getattr(response, "url", "") == back
    if sent_back and not messages.get_messages(request):
        messages.error(request, _("That code holds no more, after ten minutes. Ask for another."))
    return response


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """How I sign in. The address is the admins' to change: mails about stories go there."""
    context = {
        "roles": role_names(request.user),
        "factors": second_factor.has_one(request.user),
        "must_have": second_factor.must_have(request.user),
    }
    return render(request, "account/email.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def sessions(request: SignedInRequest) -> HttpResponse:
    """Where I am signed in, and the way to end it: there, or everywhere but here.

    Whoever ends one says once more who they are, so that nobody in passing signs the owner out.
    """
    here = request.session.session_key
    if request.method == "POST":
        mine = Session.objects.open_of(request.user).exclude(session_key=here)
        if at := request.POST.get("end", ""):
            # A number in the list says nothing of the key, which signs in whoever has it.
            mine = mine.filter(pk__in=[one.pk for one in mine if agents.mark(one) == at])
        if ended := mine.delete()[0]:
            security_log.note("sessions-ended", request, request.user, number=ended)
            messages.success(request, _("Signed out there."))
        return redirect("account_sessions")
    # Those begun with the password of now, before SECRET_KEY was changed or since.
    user = request.user
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    found = [
        agents.Place.of(one, here=one.session_key == here)
        for one in Session.objects.open_of(request.user)[:MOST_SESSIONS]
        if one.get_decoded().get(HASH_SESSION_KEY) in hashes
    ]
    found.sort(key=lambda place: not place.here)
    return render(request, "account/sessions.html", {"places": found})


@require_safe
def proof(request: SignedInRequest) -> HttpResponse:
    """A second factor, set up or shown: before a role can be used, and before factors change."""
    user, goal = request.user, request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    goal = goal if ours else reverse("wall")
    if not user.held_back and not second_factor.is_to_show(request, user):
        return redirect(goal)
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "back": urlencode({"next": goal}),
    }
    return render(request, "account/second_factor.html", context)
