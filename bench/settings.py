"""Retold's own settings, as in production; only what is collected for browsers lies elsewhere."""

import os
from pathlib import Path

from retold.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["BENCH_STATIC"])
