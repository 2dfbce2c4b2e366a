"""What is kept of oneself, to take along."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from retold.limits import costs
from staff import security_log
from staff.requests import SignedInRequest

from .admin import download


@costs(30)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def own_data(request: SignedInRequest) -> HttpResponse:
    """All that Retold knows of whoever is signed in; their password is asked for again first."""
    if request.method == "POST":
        security_log.note("data-handed-out", request, request.user)
        return download(request.user.person, own=True)  # type: ignore[return-value]
    return render(request, "privacy/own.html")
