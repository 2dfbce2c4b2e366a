"""Answers for requests that went wrong before a view could answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, usually after signing in again in another tab.

    What was written is shown again so that it can be copied: nothing typed is lost.
    """
    body = request.POST.get("body", "") if request.method == "POST" else ""
    return render(request, "403_csrf.html", {"body": body[:12_000]}, status=403)
