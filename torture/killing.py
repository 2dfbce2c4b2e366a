"""The server is ended by force, over and over, while stories come in."""

from __future__ import annotations

import itertools
import random
import threading
import time

from .browser import Browser, Told, accepted
from .findings import Finding
from .place import Place

AT_ONCE = 6
# Every so many stories come with a photo.
WITH_PHOTO = 7
LEAST, MOST = 0.05, 1.0


class Teller(threading.Thread):
    """Tells one story after the other, each until it is said to have arrived."""

    numbers = itertools.count()

    def __init__(self, browser: Browser) -> None:
        super().__init__(daemon=True)
        self.browser, self.over = browser, threading.Event()
        self.accepted: dict[str, Told] = {}
        self.begun: dict[str, Told] = {}
        self.tries = 0
        self.strange: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            number = next(self.numbers)
            story = Told(
                f"It was night number {number}. “I’ve got all day,” she said.",
                photo=number % WITH_PHOTO == 0,
            )
            self.begun[story.submission] = story
            while not self.over.is_set() and not self._sent(story):
                time.sleep(0.1)

    def _sent(self, story: Told) -> bool:
        self.tries += 1
        try:
            answer = self.browser.tell(story)
        except OSError:
            return False
        except Exception as error:
            # Half an answer, for the server was ended in the middle of it.
            return not error
        if accepted(answer):
            self.accepted[story.submission] = story
            return True
        if answer.status != 503:
            self.strange.append(f"{answer.status} for {story.submission}")
        return False


def killed(place: Place, times: int) -> Finding:
    """End it so many times under load; every story that was accepted is there, whole, once."""
    found = Finding("killed while stories come in", place.kind)
    began = time.monotonic()
    tellers = [Teller(browser) for browser in place.tellers[:AT_ONCE]]
    place.start()
    for teller in tellers:
        teller.start()
    for _time in range(times):
        time.sleep(random.uniform(LEAST, MOST))  # noqa: S311
        place.kill()
        place.start()
    time.sleep(MOST)
    for teller in tellers:
        teller.over.set()
    for teller in tellers:
        teller.join(60)
    ready = place.tellers[0].get("/readyz")
    found.expect(ready.status == 200, f"/readyz says {ready.status} in the end.")
    place.kill()
    _compare(place, tellers, found)
    found.figures |= {
        "times ended": times,
        "accepted": sum(len(teller.accepted) for teller in tellers),
        "tries": sum(teller.tries for teller in tellers),
    }
    found.seconds = time.monotonic() - began
    return found


def _compare(place: Place, tellers: list[Teller], found: Finding) -> None:
    stored: dict[str, list[dict]] = {}
    for story in place.inside("stories"):
        stored.setdefault(story["submission"], []).append(story)
    for teller in tellers:
        for strange in teller.strange:
            found.expect(False, f"Answered {strange}.")
        for submission in teller.accepted:
            times = len(stored.get(submission, []))
            found.expect(times == 1, f"An accepted story is there {times} times.")
        for submission, story in teller.begun.items():
            for one in stored.get(submission, []):
                _whole(one, story, found)


def _whole(stored: dict, told: Told, found: Finding) -> None:
    """Whatever is stored is stored whole, whether or not its teller was told so."""
    expected = {
        "body": told.words,
        "line": "I’ve got all day.",
        "status": "pending",
        "events": ["submitted"],
        "traits": ["caring", "personal"],
        "credits": 1,
    }
    for name, value in expected.items():
        found.expect(stored[name] == value, f"{name} is {stored[name]!r} instead of {value!r}.")
    photos = stored["photos"]
    found.expect(len(photos) == told.photo, f"It has {len(photos)} photos.")
    for state, _key, there in photos:
        found.expect(there, "The file of a photo is gone.")
        found.expect(state != "failed", "A photo is given up.")
