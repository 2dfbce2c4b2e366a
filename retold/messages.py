"""Where what a page has to say waits for the next page: in a cookie, bound to our host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

COOKIE = ("__Host-" if settings.HTTPS else "") + "messages"


class OurCookie(CookieStorage):
    cookie_name = COOKIE


class Storage(FallbackStorage):
    """In the cookie as far as there is room, else in the session, as Django does."""

    storage_classes = (OurCookie, SessionStorage)
