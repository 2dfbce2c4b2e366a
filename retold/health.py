"""`/healthz` says that the process lives, `/readyz` that it can serve."""

import logging
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)

SECONDS_FOR_STORAGE = 5
# A disk that hangs holds up this one thread, and neither the answer nor the next one who asks.
_trying = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and storage answer and no migration is missing, 503 otherwise."""
    checks = {"database": False, "migrations": False, "storage": storage_answers()}
    try:
        checks["migrations"] = not migrations_missing()
        checks["database"] = True
    except DatabaseError:
        log.exception("The database does not answer.")
    ready = all(checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def migrations_missing() -> bool:
    """Whether the database is behind the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


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
    name = default_storage.save(f"photos/ready-{get_random_string(12)}", ContentFile(b"ready"))
    default_storage.delete(name)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
