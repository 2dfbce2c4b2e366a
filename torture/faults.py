"""What Retold needs is taken away from it while it runs, and given back."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from bench.databases import ROOT

from .browser import Told, accepted
from .findings import Finding
from .place import Place

ROOM_LEFT = 20 * 1024 * 1024

# What anybody opens. None of it may ever be answered with a mistake of ours.
PAGES = (
    *("/", "/?q=lamp", "/stories/mine/", "/stories/new/", "/traits/", "/people/", "/teams/"),
    *("/accounts/login/", "/screens/none/", "/nothing/here/"),
)


def _plainly(place: Place, found: Finding, part: str, words: str) -> Told:
    """While something is away: it is said, the words come back, and the checks are honest."""
    teller = place.tellers[0]
    story = Told(f"{words} “I’ve <b>got</b> all day.”")
    began = time.monotonic()
    answer = teller.tell(story)
    found.figures["seconds to say so"] = round(time.monotonic() - began, 1)
    found.expect(answer.status == 503, f"A story is answered with {answer.status}.")
    found.expect("Retry-After" in answer.headers, "It does not say when to try again.")
    found.expect(story.words in unescape(answer.text), "The words do not come back.")
    _checks(place, found, part)
    _no_mistakes(place, found)
    return story


def _checks(place: Place, found: Finding, part: str) -> None:
    teller = place.tellers[0]
    alive, ready = teller.get("/healthz"), teller.get("/readyz")
    found.expect(alive.status == 200, f"/healthz says {alive.status}.")
    found.expect(ready.status == 503, f"/readyz says {ready.status}.")
    found.expect(f'"{part}": false' in ready.text, f"/readyz says {ready.text[:100]}.")


def _no_mistakes(place: Place, found: Finding) -> None:
    """Pages are there, or say that something is away."""
    there = 0
    for address in PAGES:
        status = place.tellers[1].get(address).status
        found.expect(status < 500 or status == 503, f"{address} answers {status}.")
        there += status < 500
    found.figures["pages to read meanwhile"] = f"{there} of {len(PAGES)}"


def _as_before(place: Place, found: Finding, story: Told) -> None:
    """Once it is back, nobody has to do anything but send again, and it is stored once."""
    found.figures["ready again after (s)"] = round(place.recovered(), 1)
    for _again in range(2):
        answer = place.tellers[0].tell(story)
        found.expect(accepted(answer), f"Sent again it is answered with {answer.status}.")
    for address in PAGES:
        status = place.tellers[0].get(address).status
        found.expect(status < 500, f"Afterwards {address} answers {status}.")


def _kept(place: Place, found: Finding, *stories: Told) -> None:
    """What was accepted is there, once, before and after."""
    kept = [one["submission"] for one in place.inside("stories")]
    for story in stories:
        times = kept.count(story.submission)
        found.expect(times == 1, f"“{story.words[:20]}…” is there {times} times.")


def _fault(
    place: Place, name: str, part: str, taken_away: Callable[[], contextlib.AbstractContextManager]
) -> Finding:
    """The server runs; something is taken away, and given back."""
    found, began = Finding(name, place.kind), time.monotonic()
    with place.running():
        before = Told(f"Before it happened: {name}.")
        found.expect(accepted(place.tellers[0].tell(before)), "It does not even begin well.")
        with taken_away():
            story = _plainly(place, found, part, f"While this was so: {name}.")
        _as_before(place, found, story)
        _kept(place, found, before, story)
    found.seconds = time.monotonic() - began
    return found


def locked(place: Place, seconds: float) -> Finding:
    """Another process writes, and goes on writing."""

    @contextmanager
    def held() -> Iterator[None]:
        began = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "torture.inside", "lock", "600"],
            cwd=ROOT,
            env=place.environment,
            stdout=subprocess.PIPE,
        ) as other:
            assert other.stdout  # noqa: S101 - it is a pipe, as asked for
            other.stdout.readline()
            try:
                yield
                time.sleep(max(0, began + seconds - time.monotonic()))
            finally:
                other.kill()

    return _fault(place, "database locked by another process", "database", held)


def gone(
    place: Place, seconds: float, stop: Callable[[], None], again: Callable[[], None]
) -> Finding:
    """The database server stops, and comes back."""

    @contextmanager
    def stopped() -> Iterator[None]:
        began = time.monotonic()
        stop()
        try:
            yield
            time.sleep(max(0, began + seconds - time.monotonic()))
        finally:
            again()

    return _fault(place, "database stopped and started", "database", stopped)


def disk_full(place: Place) -> Finding:
    """No file can grow any more: what a full disk or a quota does, for any user."""
    return _fault(place, "disk full (files limited)", "database", lambda: place.no_longer_files(0))


def may_mount() -> bool:
    """Whether disks of our own can be made here."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with mounted(Path(folder), 64 * 1024):
                return True
        except subprocess.CalledProcessError:
            return False


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A disk of its own, of so many bytes, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextmanager
def moved_to_small_disk(place: Place, folder: Path) -> Iterator[Place]:
    """The same as it lies now on a disk of its own, with little room left."""
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    # Each file takes whole pages.
    taken = sum(path.stat().st_size + 4096 for path in files)
    with mounted(folder, taken + ROOM_LEFT):
        yield place.moved(folder)


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


def small_disk(place: Place, folder: Path) -> Finding:
    """A disk of its own that is full to the last byte, and stays so whatever is given back."""
    with moved_to_small_disk(place, folder) as moved:
        filler, over = folder / "somebody-elses", threading.Event()

        def fill() -> None:
            with filler.open("wb") as file:
                while not over.is_set():
                    try:
                        os.write(file.fileno(), bytes(4096))
                    except OSError:
                        full.set()
                        over.wait(0.0005)

        full = threading.Event()

        @contextmanager
        def filled() -> Iterator[None]:
            somebody = threading.Thread(target=fill)
            somebody.start()
            full.wait()
            try:
                yield
            finally:
                over.set()
                somebody.join()
                filler.unlink()

        return _fault(moved, "disk full (a disk of its own)", "database", filled)


def read_only(place: Place, folder: Path) -> Finding:
    """The server comes up on a disk that takes nothing, and later does."""
    found, began = Finding("read-only disk", place.kind), time.monotonic()
    with moved_to_small_disk(place, folder) as moved:
        _mount("-o", "remount,ro", str(folder))
        with moved.running():
            story = _plainly(moved, found, "database", "While the disk took nothing.")
            _mount("-o", "remount,rw", str(folder))
            _as_before(moved, found, story)
            _kept(moved, found, story)
    found.seconds = time.monotonic() - began
    return found


def storage_fails(place: Place) -> Finding:
    """Photos can neither be stored nor read; words can be sent all the while."""
    found, began = Finding("storage of photos fails", place.kind), time.monotonic()
    word = place.folder / "storage"
    with place.running():
        earlier = Told("With a photo, before.", photo=True)
        found.expect(accepted(place.tellers[0].tell(earlier)), "It does not even begin well.")
        word.write_text("fails")
        _checks(place, found, "storage")
        plain, with_photo = Told("Only words."), Told("With a photo.", photo=True)
        found.expect(accepted(place.tellers[0].tell(plain)), "Words alone are not taken.")
        answer = place.tellers[0].tell(with_photo)
        found.expect(answer.status == 200, f"A story with a photo: {answer.status}.")
        found.expect("could not be stored just now" in unescape(answer.text), "It says nothing.")
        found.expect(with_photo.words in unescape(answer.text), "The words do not come back.")
        _no_mistakes(place, found)
        word.unlink()
        _as_before(place, found, with_photo)
        _kept(place, found, earlier, plain, with_photo)
    found.seconds = time.monotonic() - began
    return found


def storage_hangs(place: Place) -> Finding:
    """Storing a photo takes for ever; nobody but whoever sends it waits."""
    found, began = Finding("storage of photos hangs", place.kind), time.monotonic()
    word, slow = place.folder / "storage", Told("With a photo, slowly.", photo=True)
    with place.running():
        place.tellers[0].get("/")
        word.write_text("hangs")
        waiting = subprocess.Popen(
            [sys.executable, "-m", "torture.sending", str(place.port), place.tellers[5].session],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )
        waiting.stdin.write(slow.submission)  # type: ignore[union-attr]
        waiting.stdin.close()  # type: ignore[union-attr]
        time.sleep(1.5)
        others = Told("Told by somebody else meanwhile.")
        asked = time.monotonic()
        found.expect(accepted(place.tellers[0].tell(others)), "Others cannot tell a story.")
        found.figures["seconds that another teller waits"] = round(time.monotonic() - asked, 1)
        found.expect(time.monotonic() - asked < 5, "Others wait for it.")
        _checks(place, found, "storage")
        word.unlink()
        found.expect(waiting.wait(60) == 0, "The story with the slow photo was not taken.")
        _as_before(place, found, others)
        _kept(place, found, others, slow)
    found.seconds = time.monotonic() - began
    return found


def mail_refuses(place: Place) -> Finding:
    """No mail server answers: decisions are made all the same, and the news of them is kept."""
    found, began = Finding("mail server refuses", place.kind), time.monotonic()
    place.environment["EMAIL_URL"] = "smtp://127.0.0.1:9"
    [pk] = place.inside("wait", 1)
    with place.running():
        asked = time.monotonic()
        answer = place.moderators[0].post(f"/admin/stories/story/{pk}/approve/", {})
        found.figures["seconds to decide"] = round(time.monotonic() - asked, 1)
        found.expect(answer.status == 302, f"The decision is answered with {answer.status}.")
        ready = place.tellers[0].get("/readyz").status
        found.expect(ready == 200, f"/readyz says {ready}, though stories can be told.")
    place.environment["EMAIL_URL"] = "console://"
    [story] = [one["public_id"] for one in place.inside("stories") if one["pk"] == pk]

    def went_out() -> int:
        mails = place.manage("send_notices").split("Subject:")[1:]
        return sum(f"/stories/{story}/" in mail for mail in mails)

    place.inside("late")
    times = went_out()
    found.expect(times == 1, f"Afterwards the news of it went out {times} times.")
    found.expect(went_out() == 0, "It went out once more.")
    found.seconds = time.monotonic() - began
    return found


def clock_steps_back(place: Place, hours: float = 5) -> Finding:
    """The machine's clock is put back by hours, and right again."""
    found, began = Finding("clock steps back", place.kind), time.monotonic()
    clock = place.folder / "clock"
    pks = place.inside("wait", 3)
    order = []
    with place.running():
        moderator = place.moderators[0]
        for pk, offset in zip(pks, ("", str(-3600 * hours), ""), strict=True):
            clock.write_text(offset)
            time.sleep(0.3)
            answer = moderator.post(f"/admin/stories/story/{pk}/approve/", {})
            found.expect(answer.status == 302, f"Publishing is answered with {answer.status}.")
            story = Told(f"Told while the clock said {offset or 'the truth'}.")
            found.expect(accepted(place.tellers[0].tell(story)), "A story was not taken.")
            _kept(place, found, story)
            _no_mistakes(place, found)
            ready = place.tellers[0].get("/readyz").status
            found.expect(ready == 200, f"/readyz says {ready}.")
            page = place.tellers[2].get("/").text
            order = [part.partition('"')[0] for part in page.split('data-story="')[1:]]
    stories = {one["pk"]: one["public_id"] for one in place.inside("stories")}
    expected = [stories[pk] for pk in reversed(pks)]
    found.expect(
        [one for one in order if one in expected] == expected,
        "Stories do not hang in the order in which they were published.",
    )
    found.seconds = time.monotonic() - began
    return found
