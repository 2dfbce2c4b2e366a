"""Answers for requests that went wrong before a view could answer; nothing typed is lost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget

# The fields that people write more than a word into.
WRITTEN = ("body", "text", "note", "reason")
# What came with a refused form is read to its end, up to here: a browser that is answered while it
# is still sending shows its own words about a broken connection, not ours.
MOST_TO_READ = 100 * 1024 * 1024
AT_A_TIME = 64 * 1024


class SignInFirst(LoginRequiredMiddleware):
    """Signed in is the rule. Whoever was signed out while writing is shown what they wrote.

    Someone who merely opens a page is led to the sign-in and back, as usual.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        page, words = page_of(request), written(request)
        if words:
            context = {"body": words, "next": page}
            return _whole_page(request, "signed_out.html", context, status=401)
        to_sign_in = redirect_to_login(page)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(to_sign_in.url)
        return to_sign_in


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something about the request made no sense, or it was more than we take."""
    match exception:
        case RequestDataTooBig():
            template, status = "413.html", 413
        case TooManyFieldsSent() | TooManyFilesSent():
            template, status = "400.html", 400
        case _:
            # The session or the host may be what is wrong, so the page must do without both.
            return defaults.bad_request(request, exception)
    _read_to_the_end(request)
    return _whole_page(request, template, {}, status)


def _read_to_the_end(request: HttpRequest) -> None:
    try:
        for _part in range(MOST_TO_READ // AT_A_TIME):
            if not request.read(AT_A_TIME):
                break
    except UnreadablePostError:
        pass  # whoever sent it is gone


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, usually after signing in again in another tab.

    What was written is shown again so that it can be copied.
    """
    return _whole_page(request, "403_csrf.html", {"body": written(request)}, status=403)


def written(request: HttpRequest) -> str:
    """What somebody wrote into the form that they sent."""
    return next((words for name in WRITTEN if (words := request.POST.get(name))), "")


def page_of(request: HttpRequest) -> str:
    """The page that a form stood on, to go back to; the address it went to may show none."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return urlsplit(came_from).path if ours and came_from else reverse("wall")


def _whole_page(request: HttpRequest, template: str, context: dict, status: int) -> HttpResponse:
    """The page; htmx, which shows no page that failed, is told to put it in place of the other."""
    htmx = getattr(request, "htmx", False)
    response = render(request, template, context, status=200 if htmx else status)
    if htmx:
        for tell, where in ((retarget, "#main"), (reselect, "#main"), (reswap, "outerHTML")):
            tell(response, where)  # type: ignore[arg-type]
    return response
