"""What tells one release from another, for whatever is remembered of pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

PARTS = ("retold", "staff", "stories", "templates", "static")
KINDS = {".py", ".html", ".css", ".js", ".txt", ".svg"}


@cache
def release() -> str:
    """The same in all processes that run the same code with the same settings for all pages."""
    digest = hashlib.sha256()
    for said in (settings.ORGANISATION, settings.LANGUAGE_CODE, settings.TIME_ZONE):
        digest.update(said.encode())
    for part in PARTS:
        for path in sorted((Path(settings.BASE_DIR) / part).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
