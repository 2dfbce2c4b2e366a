"""What `manage.py check --deploy` and `migrate` say besides Django's own advice."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

OLDEST_POSTGRESQL = 15
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


@register(Tags.database)
def a_database_that_will_do(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL is new enough and takes every script; said before the first table is made."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000,"
                " current_setting('server_encoding')"
            )
            version, encoding = cursor.fetchone()
        if version < OLDEST_POSTGRESQL:
            found.append(
                Error(
                    f"This is PostgreSQL {version}, and Retold needs {OLDEST_POSTGRESQL} or newer.",
                    id="retold.E001",
                )
            )
        if encoding != "UTF8":
            found.append(
                Error(
                    f"The database is in {encoding}, which can’t hold what people write.",
                    hint="Make it with createdb --encoding=UTF8 --template=template0.",
                    id="retold.E002",
                )
            )
    return found
