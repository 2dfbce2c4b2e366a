"""Answers for requests that went wrong; nothing typed is lost."""

import errno
import logging
import sys
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views import defaults
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget

from .databases import begin_anew

# The fields that people write more than a word into.
WRITTEN = ("body", "text", "note", "reason")
# What came with a refused form is read to its end, up to here: a browser that is answered while it
# is still sending shows its own words about a broken connection, not ours.
MOST_TO_READ = 100 * 1024 * 1024
AT_A_TIME = 64 * 1024

# What passes by itself, or once somebody has made room: the database, a disk or another server is
# away, full, or takes too long. Whatever else is raised is a mistake of ours.
AWAY = (OperationalError, InterfaceError, SMTPException, ConnectionError, TimeoutError)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.ESTALE}
# What SQLite says of a question that makes no sense, and PostgreSQL where nothing can be written.
NO_SENSE, READ_ONLY = 1, "25006"
NOT_NOW = {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.EHOSTUNREACH}
SECONDS_TO_WAIT = 30
# No page ever holds them, not even one that somebody sends again.
NOT_AGAIN = ("password", "password1", "password2", "oldpassword", "code")

log = logging.getLogger(__name__)


class SignInFirst(LoginRequiredMiddleware):
    """Signed in is the rule. Whoever was signed out while writing is shown what they wrote.

    Someone who merely opens a page is led to the sign-in and back, as usual. And whoever opens the
    address of a button reads what it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = _whole_page(request, "405.html", {}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

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


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page; or it went while somebody wrote on it, and here are their words."""
    # What comes to no page of ours is not even read.
    if request.method != "POST" or request.resolver_match is None:
        return defaults.page_not_found(request, exception)
    try:
        words = written(request)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        words = ""
    return _whole_page(request, "404.html", {"body": words}, status=404)


def too_many(request: HttpRequest, *, seconds: int) -> HttpResponse:
    """Somebody asked for more than fits into a minute; it is over in so many seconds."""
    response = _whole_page(request, "429.html", {"wait": seconds, "body": written(request)}, 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke: our mistake (500), or something that we need is away for now (503)."""
    error = sys.exc_info()[1]
    if not is_away(error):
        return defaults.server_error(request)
    begin_anew()
    context: dict[str, Any] = {"again": escape_leading_slashes(request.get_full_path())}
    try:
        context |= sent_again(request)
    except Exception:
        # What is away may be the disk on which the form was to be put together.
        log.warning("What came with %s %s could not be read.", request.method, request.path)
    # Neither the account nor the session may be asked for: both lie in the database.
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    response.headers["Cache-Control"] = "no-store"
    return _for_htmx(response) if request.headers.get("HX-Request") else response


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that something outside of us does not work for now."""
    if isinstance(error, UnreadablePostError) or error is None:
        return False
    cause = error.__cause__
    if isinstance(error, AWAY):
        return getattr(cause, "sqlite_errorcode", None) != NO_SENSE
    if getattr(cause, "sqlstate", None) == READ_ONLY:
        return True
    known = isinstance(error, OSError) and error.errno in NO_ROOM | NOT_NOW
    return known or is_away(cause)


def sent_again(request: HttpRequest) -> dict[str, Any]:
    """What somebody wrote, with all else that their form said, to be sent once more as it is.

    The form's own token goes with it, so one that another site had made is refused again.
    """
    field = next((name for name in WRITTEN if request.POST.get(name)), None)
    if field is None:
        return {"sent": request.method == "POST"}
    every = ((name, value) for name, values in request.POST.lists() for value in values)
    others = [(name, value) for name, value in every if name not in (field, *NOT_AGAIN)]
    files = bool(request.FILES)
    return {"field": field, "body": request.POST[field], "others": others, "files": files}


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
    response = render(request, template, context, status=status)
    return _for_htmx(response) if getattr(request, "htmx", False) else response


def _for_htmx(response: HttpResponse) -> HttpResponse:
    response.status_code = 200
    for tell, where in ((retarget, "#main"), (reselect, "#main"), (reswap, "outerHTML")):
        tell(response, where)  # type: ignore[arg-type]
    return response
