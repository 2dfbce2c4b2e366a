"""Sends one story with a photo for somebody who waits: PORT SESSION, its number on stdin."""

import sys

from .browser import Browser, Told, accepted

if __name__ == "__main__":
    port, session = sys.argv[1:]
    story = Told("With a photo, slowly.", photo=True, submission=sys.stdin.read().strip())
    sys.exit(not accepted(Browser(int(port), session).tell(story)))
