"""Retold's own settings with the environment of a test run."""

import os

os.environ.update(
    SECRET_KEY="tests-only",
    DEBUG="0",
    HTTPS="0",
    ORGANISATION="Northgate",
    EMAIL_URL="memory://",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
)
os.environ.setdefault("DATABASE_URL", "sqlite:////tmp/retold-tests.sqlite3")

from retold.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
