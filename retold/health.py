"""`/healthz` says that the process lives, `/readyz` that it can serve."""

import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .databases import begin_anew, patience
from .limits import costs

log = logging.getLogger(__name__)

SECONDS_FOR_STORAGE = SECONDS_FOR_THE_LOCK = 5
# As much as a story takes with all that is kept of it; less may find room where nothing else does.
TRIAL = b"ready" * 16_000
# A disk that hangs holds up this one thread, and neither the answer nor the next one who asks.
_trying = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")


class AskNobody:
    """Middleware: both answers come without the session of whoever asks, for that may be away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in ("/healthz", "/readyz"):
            request.COOKIES = {}
        return self.get_response(request)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@costs(1)
@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and storage take what is written and no migration is missing, else 503."""
    checks = {"database": False, "migrations": False, "storage": storage_answers()}
    try:
        checks["migrations"] = not migrations_missing()
        database_takes_stories()
        checks["database"] = True
    except (DatabaseError, OSError):
        log.exception("The database does not answer, or takes nothing.")
        begin_anew()
    ready = all(checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def migrations_missing() -> bool:
    """Whether the database is behind the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def database_takes_stories() -> None:
    """Raises what keeps the database from being written to; nothing in it is changed."""
    with patience(SECONDS_FOR_THE_LOCK), transaction.atomic(), connection.cursor() as cursor:
        # There is no such row, and whoever may not write is refused even so.
        cursor.execute("DELETE FROM django_migrations WHERE id = -1")
    if connection.vendor == "sqlite":
        # Only what is written in earnest shows whether there is room.
        folder = Path(connection.settings_dict["NAME"]).parent
        with tempfile.TemporaryFile(dir=folder, prefix="ready-") as trial:
            trial.write(TRIAL)
            trial.flush()
            os.fsync(trial.fileno())


def storage_answers() -> bool:
    """Whether a file can be written where photos are kept, and taken away again, in time."""
    trial = _trying.submit(_write_and_remove)
    try:
        trial.result(timeout=SECONDS_FOR_STORAGE)
    except Exception:
        # Each kind of storage has errors of its own.
        log.exception("The storage of photos does not answer.")
        return False
    finally:
        trial.cancel()
    return True


def _write_and_remove() -> None:
    # Were it left there, it would go with the photos that nobody owns.
    name = default_storage.save(f"photos/ready-{get_random_string(12)}", ContentFile(TRIAL))
    default_storage.delete(name)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
