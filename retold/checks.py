"""What `manage.py check --deploy` says besides Django's own advice."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

CONSOLE = "django.core.mail.backends.console.EmailBackend"


@register(Tags.security, deploy=True)
def in_earnest(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real installation sends its e-mails and is not one for trying out."""
    found: list[CheckMessage] = []
    if settings.EMAIL_BACKEND == CONSOLE:
        found.append(
            Warning(
                "E-mails are printed, not sent: nobody hears of their story or gets a code to "
                "sign in with.",
                hint="Set EMAIL_URL, such as smtp+tls://user:password@host:587.",
                id="retold.W001",
            )
        )
    if settings.DEMO:
        found.append(
            Warning(
                "DEMO is on: the secret key and the demo’s passwords may be known to anybody.",
                hint="Leave DEMO out and set SECRET_KEY and SITE_URL.",
                id="retold.W002",
            )
        )
    return found
