"""What a photo of 12 megapixels costs; tests/photos/measure.py measures it in a fresh process."""

from __future__ import annotations

import re
import subprocess
import sys

from .databases import ROOT

NAME = "12 MP JPEG, turned"
FIGURES = re.compile(r"(\d+) ms\s+\+\s*(\d+) MB\s+(\d+) MB \|\s+(\d+) ms\s+([\d.]+) × bare Pillow")


def measure() -> dict[str, float]:
    """Milliseconds of the request beyond the upload, megabytes it added, and its sizes after."""
    command = [sys.executable, "-m", "tests.photos.measure", NAME]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = FIGURES.search(done.stdout)
    if not found:
        raise RuntimeError(f"tests.photos.measure said: {done.stdout}")
    request, added, _whole, variants, ratio = map(float, found.groups())
    return {"request": request, "added": added, "variants": variants, "ratio": ratio}
