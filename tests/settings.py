"""Retold's own settings with the environment of a test run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django

os.environ.update(
    SECRET_KEY="tests-only",
    DEBUG="0",
    HTTPS="0",
    ORGANISATION="Northgate",
    EMAIL_URL="memory://",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    # What the tests of a run do, no person does; who tries the limits sets them.
    LIMIT_WRITES="0",
    LIMIT_READS="0",
)
os.environ.setdefault(
    "DATABASE_URL", f"sqlite:///{tempfile.gettempdir()}/retold-tests-{os.getpid()}.sqlite3"
)

from retold.settings import *  # noqa: F403

IMMEDIATE = (
    f"django{'_' if django.VERSION < (6,) else '.'}tasks.backends.immediate.ImmediateBackend"
)
ACCOUNT_MAILS_AT_ONCE = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Photos are made at once, and their files go with the run.
TASKS = {"default": {"BACKEND": IMMEDIATE}}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="retold-media-"))
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

if "pool" in DATABASES["default"]["OPTIONS"]:  # noqa: F405
    # As in life, but with room for as many threads as a test lets race each other.
    DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 32  # noqa: F405

if DATABASES["default"]["ENGINE"] == "retold.sqlite":  # noqa: F405
    # A file, as in life: threads that race each other need more than a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}  # noqa: F405
    # A test run need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
