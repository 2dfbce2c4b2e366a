"""Many who tell a story at the same moment, as phones send it: nothing may be lost or refused."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlencode

from . import load
from .rounds import TOKEN
from .server import Server

TELLERS = 8
BODY = (
    "An old man stood at the night desk with a letter in another language. She read it out loud, "
    "slowly, and then once more. “I’ve got all day,” she said. It took ten minutes. {unique}"
)


def tell(server: Server, readers: list[dict[str, str]], folder: Path, seconds: int) -> dict:
    """Have eight tell stories at once, each story a new one, and count what became of them.

    Answers {"per_second", "p50", "p99", "stored", "refused"}; whoever is shown the form again, or
    anything else but the page of thanks, counts as refused.
    """
    values = {
        "csrfmiddlewaretoken": TOKEN,
        "submission": f"{secrets.token_hex(4)}-0000-4000-8000-0000{{unique}}",
        "body": BODY,
        "served": "customer",
        "setting": "here",
        "initiative": "own",
        "send": "1",
    }
    # What takes its place is as long as {unique}, so that the length of the body holds.
    body = urlencode(values).replace("%7Bunique%7D", "{unique}")
    path = folder / "telling.lua"
    load.write(
        path,
        [load.post("/stories/new/", server.host, one, body) for one in readers[:TELLERS]],
        unique=True,
        expects="/sent/",
    )
    done = load.run(server.site, path, "0", "count", seconds=seconds, connections=TELLERS)
    stored = done.answers.get("302+", 0)
    return {
        "per_second": done.requests / done.seconds,
        "p50": done.p50,
        "p99": done.p99,
        "most": done.most,
        "stored": stored,
        "refused": sum(done.answers.values()) - stored + done.broken,
    }
