"""Find a Chromium for the tests, or install one; prints its path.

CHROMIUM=/path names one. Otherwise the usual names are tried, then Debian's package, then
Playwright's own download.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium that is there and can be started, or None."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def install() -> None:
    """Install Chromium: by apt-get where that may be done, else by Playwright."""
    if shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo")):
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            command = [*sudo, "apt-get", "--quiet=2", *step]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        if find():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if not find():
        print("Installing a browser for the tests …", file=sys.stderr)
        install()
    print(find() or "Playwright’s own Chromium")
