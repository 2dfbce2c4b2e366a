"""Photos are packed once; what is new is added, and nothing that is needed may be missing."""

import io
import itertools
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from stories.backup import media, packs
from stories.backup.archive import silently
from stories.backup.names import Names
from stories.backup.own import UNFINISHED
from stories.backup.problem import Problem

NAMES = [f"photos/{letter}.jpg" for letter in "abcde"]


@pytest.fixture
def storage(tmp_path, monkeypatch) -> FileSystemStorage:
    storage = FileSystemStorage(location=tmp_path / "media")
    for name in NAMES:
        storage.save(name, ContentFile(name.encode() * 10))
    for module in (media, packs):
        monkeypatch.setattr(module, "default_storage", storage)
    return storage


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "packs"


def fill(folder: Path, names: list[str] = NAMES) -> bytes:
    """Pack these; the list of what an archive then needs."""
    with Names() as wanted:
        wanted.want(names)
        assert packs.fill(folder, wanted, "", silently) == []
        file = io.BytesIO()
        packs.write_needed(wanted, file)
        return file.getvalue()


def unpacked(folder: Path, needed: bytes) -> dict[str, bytes]:
    with Names() as names:
        packs.read_needed(iter(needed.decode().splitlines()), names)
        return {
            media.name_of(member): b"".join(member.chunks())
            for member in packs.in_packs(folder, names, "", silently)
        }


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.tar"))


@pytest.fixture(autouse=True)
def moments(monkeypatch):
    """Each run in a second of its own."""
    seconds = itertools.count(1)

    class Clock:
        @staticmethod
        def now() -> "Clock":
            return Clock()

        def strftime(self, form: str) -> str:
            return f"20261122T10{next(seconds):04}"

    monkeypatch.setattr(packs, "timezone", Clock)


def test_what_goes_in_comes_out(storage, folder):
    assert unpacked(folder, fill(folder)) == {name: name.encode() * 10 for name in NAMES}


def test_what_is_packed_is_not_packed_again(storage, folder):
    fill(folder)
    first = there(folder)
    storage.save("photos/new.jpg", ContentFile(b"new"))
    needed = fill(folder, [*NAMES, "photos/new.jpg"])
    assert len(first) == 1
    assert len(there(folder)) == 2
    assert unpacked(folder, needed)["photos/new.jpg"] == b"new"
    assert len(unpacked(folder, needed)) == 6


def test_many_go_into_several(storage, folder, monkeypatch):
    monkeypatch.setattr(packs, "LARGEST", 200)
    needed = fill(folder)
    assert len(there(folder)) == 3
    assert len(unpacked(folder, needed)) == 5


def test_after_an_interruption_it_goes_on_where_it_was(storage, folder, monkeypatch):
    monkeypatch.setattr(packs, "LARGEST", 200)
    fill(folder)
    *_whole, last = there(folder)
    (folder / last).unlink()
    left = folder / f"{last}{UNFINISHED}"
    left.write_bytes(b"half")
    assert len(unpacked(folder, fill(folder))) == 5
    assert len(there(folder)) == 3
    assert not left.exists()


def test_a_pack_that_was_cut_is_packed_again(storage, folder):
    fill(folder)
    (first,) = there(folder)
    (folder / first).write_bytes((folder / first).read_bytes()[:-1])
    assert len(unpacked(folder, fill(folder))) == 5


def test_a_file_of_another_size_is_packed_again(storage, folder):
    fill(folder)
    storage.delete(NAMES[0])
    storage.save(NAMES[0], ContentFile(b"turned"))
    assert unpacked(folder, fill(folder))[NAMES[0]] == b"turned"


def test_a_file_that_storage_lost_comes_from_its_pack(storage, folder):
    fill(folder)
    storage.delete(NAMES[0])
    assert unpacked(folder, fill(folder))[NAMES[0]] == NAMES[0].encode() * 10


def test_a_pack_that_is_not_there_is_missed(storage, folder):
    needed = fill(folder)
    (folder / there(folder)[0]).unlink()
    with pytest.raises(Problem, match="which is not in"):
        unpacked(folder, needed)


def test_a_pack_that_was_changed_is_refused(storage, folder):
    needed = fill(folder)
    path = folder / there(folder)[0]
    path.write_bytes(path.read_bytes().replace(b"photos/a.jpgphotos", b"photos/b.jpgphotos"))
    with pytest.raises(Problem):
        unpacked(folder, needed)


@pytest.mark.parametrize(
    "line",
    [
        b'["photos/z.jpg", "%b", 1, "%b"]\n',
        b'["photos/z.jpg", "%b", 1, "../%b"]\n',
        b'["photos/a.jpg", "%b", 1, "%b"]\n',
    ],
)
def test_a_list_that_asks_for_something_else_is_refused(storage, folder, line):
    needed = fill(folder)
    with pytest.raises(Problem):
        unpacked(folder, needed + line % (b"0" * 64, there(folder)[0].encode()))


@pytest.mark.parametrize("line", [b"{", b"1", b'["a"]', b'["a", "b", "c", "d"]'])
def test_a_list_that_is_none_is_refused(storage, folder, line):
    with pytest.raises(Problem, match="can’t be read"):
        unpacked(folder, line)
