"""The floor: a Django view without middleware that returns the same 30 KB to everybody.

What a page costs is told as a multiple of it, measured in the same minute: machines differ and have
their moods.
"""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = f"<!doctype html><title>The floor</title>{'<p>Nothing to see here.</p>':<64}".encode()
PAGE = PAGE.ljust(30 * 1024, b" ")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


urlpatterns = [path("", page)]


def made() -> WSGIHandler:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        SECRET_KEY="none",  # noqa: S106  # nothing is signed
    )
    return get_wsgi_application()


application = made()
