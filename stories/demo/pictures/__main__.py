"""`python -m stories.demo.pictures [name …]`: draw the pictures anew into demo/photos/."""

import sys
from pathlib import Path

from . import SCENES, draw

FOLDER = Path(__file__).parents[3] / "demo" / "photos"

for name in sys.argv[1:] or SCENES:
    draw(name).save(FOLDER / f"{name}.webp", quality=74, method=6)
