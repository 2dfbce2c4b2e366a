"""Sets the type: a program of its own, started for one document and gone when it is done.

So what a font or a long text takes of memory is given back, and a document that would never end is
ended. It knows nothing of Retold: it gets a job as JSON and answers with a PDF.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def compiled(job: dict[str, Any]) -> bytes:
    """The PDF of a job: its sources, where its pictures and fonts are, and the time it bears."""
    sources = {name: text.encode() for name, text in job["sources"].items()}
    about: dict[str, Any] = {
        # All that it may read from the disk: the folder with the pictures.
        "root": job["root"],
        "package_path": job["root"],
        "package_cache_path": job["root"],
        "font_paths": typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=job["fonts"]
        ),
        "format": "pdf",
        "timestamp": job["timestamp"],
    }
    try:
        return typst.compile(sources, pdf_standards=["ua-1"], **about)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # A sign that no font here has: the sheet shows its box and is tagged all the same, but
        # may not call itself PDF/UA.
        return typst.compile(sources, **about)


if __name__ == "__main__":
    sys.stdout.buffer.write(compiled(json.load(sys.stdin.buffer)))
