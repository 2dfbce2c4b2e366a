"""What was written by somebody who had been signed out by the time they pressed the button.

Their form is kept in the session of the browser until they sign in again. It names its account in
a signed value, so that on a shared computer nobody else is shown it, and nobody without an account
can make us store anything.
"""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from staff.models import User
from staff.text import clean_text

KEY = "telling.kept"
MOST_CHARACTERS = 200_000
DAYS = 30
NOT_KEPT = ("csrfmiddlewaretoken", "whose")

signer = TimestampSigner(salt="stories.telling")


def mark_of(user: User) -> str:
    """The signed value by which a form says whose it is."""
    return signer.sign(str(user.pk))


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in and back; what was posted is shown, and kept if it is an account's."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    whose = _whose(request.POST.get("whose", ""))
    values = [(n, v) for n, vs in request.POST.lists() if n not in NOT_KEPT for v in vs]
    small = sum(len(name) + len(value) for name, value in values) <= MOST_CHARACTERS
    if whose and small:
        request.session[KEY] = {"whose": whose, "values": values}
    context = {
        "body": clean_text(request.POST.get("body")),
        "kept": bool(whose and small),
        "photos": bool(request.FILES.getlist("photos")),
        "next": request.path,
    }
    return render(request, "signed_out.html", context, status=401)


def take(request: HttpRequest) -> QueryDict | None:
    """What this account wrote before it was signed out, once; another's is thrown away."""
    kept = request.session.pop(KEY, None)
    if not kept or kept["whose"] != str(request.user.pk):
        return None
    data = QueryDict(mutable=True)
    for name, value in kept["values"]:
        data.appendlist(name, value)
    return data


def _whose(mark: str) -> str:
    try:
        return signer.unsign(mark, max_age=DAYS * 24 * 3600)
    except BadSignature:
        return ""
