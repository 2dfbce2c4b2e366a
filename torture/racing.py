"""Several do the same at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from .browser import Told, accepted
from .findings import Finding
from .place import Place

TOLD = "got there first"


def at_once(acts: list[Callable[[], Any]], pool: ThreadPoolExecutor) -> list[Any]:
    """What each says; none begins before all are there."""
    ready = threading.Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        ready.wait()
        return act()

    return list(pool.map(begin, acts))


def sent_at_once(place: Place, stories: int, times: int = 20) -> Finding:
    """Send each story so many times at once: it is one story, and all are told the same."""
    found = Finding(f"the same story sent {times} times at once", place.kind)
    began, public_ids = time.monotonic(), []
    with place.running(), ThreadPoolExecutor(times) as pool:
        for number in range(stories):
            teller = place.tellers[number % len(place.tellers)]
            story = Told(f"Sent over and over, number {number}.", photo=number % 2 == 1)
            answers = at_once([partial(teller.tell, story)] * times, pool)
            found.expect(all(map(accepted, answers)), f"{[one.status for one in answers]}")
            public_ids.append({one.location for one in answers})
    for locations in public_ids:
        found.expect(len(locations) == 1, f"It was said to be {len(locations)} stories.")
    kept = [one for one in place.inside("stories") if one["body"].startswith("Sent over")]
    found.expect(len(kept) == stories, f"{len(kept)} stories are there instead of {stories}.")
    for one in kept:
        found.expect(one["events"] == ["submitted"], f"On the record: {one['events']}.")
        found.expect(len(one["photos"]) <= 1, "A photo is there more than once.")
    found.figures |= {"stories": stories, "times each": times}
    found.seconds = time.monotonic() - began
    return found


def decided_at_once(place: Place, races: int) -> Finding:
    """Two moderators decide on one story: one decision each time, and the other is told."""
    found = Finding("two moderators on one story", place.kind)
    began, told = time.monotonic(), 0
    waiting = place.inside("wait", races)
    one, other = place.moderators[:2]
    with place.running(), ThreadPoolExecutor(2) as pool:
        for number, pk in enumerate(waiting):
            address = f"/admin/stories/story/{pk}"
            # Both publish it, or one publishes what the other rejects.
            act = "approve" if number % 2 else "reject"
            note = {"note": "It names a patient."}
            answers = at_once(
                [
                    partial(one.post, f"{address}/approve/", {}),
                    partial(other.post, f"{address}/{act}/", note),
                ],
                pool,
            )
            pages = [one.follow(answers[0]), other.follow(answers[1])]
            heard = sum(TOLD in page.text for page in pages)
            told += heard
            found.expect(heard == 1, f"{heard} of them heard that the other was first.")
    decisions = place.inside("decisions")
    for pk in waiting:
        made = decisions.get(str(pk), [])
        found.expect(len(made) == 1, f"A story was decided upon {len(made)} times: {made}.")
    found.figures |= {"races": races, "decisions": sum(map(len, decisions.values())), "told": told}
    found.seconds = time.monotonic() - began
    return found
