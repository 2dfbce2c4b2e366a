"""What every answer tells the browser besides its policy for content (retold/csp.py)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# A browser complains on every page of a name that it does not know. What some know on some systems
# only is left out: `web-share` is a page's own anyway, and `bluetooth` asks its reader each time.
# What our own pages use, and nobody else: passkeys, a screen that stays awake, copying a link.
OURS = (
    "clipboard-write",
    "fullscreen",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
)
# What no page of ours asks for, so that nothing that got into one can.
NOBODYS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
ALWAYS = {
    "Permissions-Policy": ", ".join(
        [*(f"{name}=(self)" for name in OURS), *(f"{name}=()" for name in NOBODYS)]
    ),
    # Other sites may link to us, and show nothing of us; what is meant for them says so itself.
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
# A page is its reader's alone, and is asked for again before it is shown again.
PERSONAL = "private, no-cache"
# Codes, keys and what nobody decided yet are on these: not even the browser may keep them.
SECRET, SECRET_PAGES = "private, no-store", ("accounts/", "admin/")
SIGNING_OUT = ("account_logout", "admin:logout")


class Headers:
    """Middleware: says what no view has to think of, unless the view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        found = getattr(request, "resolver_match", None)
        if "Cache-Control" not in response.headers:
            secret = found is not None and found.route.startswith(SECRET_PAGES)
            response.headers["Cache-Control"] = SECRET if secret else PERSONAL
        if request.method == "POST" and getattr(found, "view_name", "") in SIGNING_OUT:
            # Whoever sits down at this computer next turns no page back.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
