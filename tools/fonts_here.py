"""Find the fonts that picture cards need, or install them, for the tests; says what is missing.

They are Debian's packages, brought in by apt-get where that may be done. Elsewhere the tests that
need them are left out, and say so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from stories.sharing.cards.faces import look_again, missing_packages


def install(packages: list[str]) -> None:
    """Install the packages by apt-get, if there is one and we may."""
    if not (shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo"))):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = [*sudo, "apt-get", "--quiet=2", *step]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    look_again()


if __name__ == "__main__":
    if missing := missing_packages():
        print(f"Installing fonts for picture cards: {', '.join(missing)} …", file=sys.stderr)
        install(missing)
    missing = missing_packages()
    print(f"Fonts not found: {', '.join(missing)}" if missing else "Noto’s fonts are here.")
