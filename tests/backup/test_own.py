"""What a run works in is its own; what one that was killed left goes with the next."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.backup.own import SCRATCH, UNFINISHED, new_file, own_folder
from stories.backup.problem import Problem

WRITING = """
import sys
from pathlib import Path
from stories.backup.own import new_file
with new_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writing() -> Iterator:
    """Another process that is writing a file, until it is told to end or killed."""
    begun: list[subprocess.Popen] = []

    def start(path: Path) -> subprocess.Popen:
        command = [sys.executable, "-c", WRITING, str(path)]
        process = subprocess.Popen(  # noqa: S603 - our own code
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        begun.append(process)
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def test_what_a_killed_one_left_goes_and_what_others_work_in_stays(tmp_path):
    (tmp_path / f"{SCRATCH}left").mkdir()
    with own_folder(tmp_path) as first, own_folder(tmp_path) as second:
        assert set(tmp_path.iterdir()) == {first, second}
    assert not list(tmp_path.iterdir())


class TestANewFile:
    def test_has_its_name_only_once_it_is_whole(self, tmp_path):
        path = tmp_path / "backup.tar"
        with new_file(path) as file:
            file.write(b"half")
            assert not path.exists()
        assert path.read_bytes() == b"half"
        assert path.stat().st_mode & 0o777 == 0o600

    def test_is_not_there_if_anything_fails(self, tmp_path):
        with pytest.raises(TypeError), new_file(tmp_path / "backup.tar") as file:
            file.write("half")
        assert not list(tmp_path.iterdir())

    def test_overwrites_nothing(self, tmp_path):
        (tmp_path / "backup.tar").write_text("last week’s")
        with pytest.raises(Problem, match="there already"), new_file(tmp_path / "backup.tar"):
            pass
        assert (tmp_path / "backup.tar").read_text() == "last week’s"

    def test_takes_away_what_was_left_of_one_that_was_killed(self, tmp_path, writing):
        process = writing(tmp_path / "photos-1.tar")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert [path.name for path in tmp_path.iterdir()] == [f"photos-1.tar{UNFINISHED}"]
        with new_file(tmp_path / "photos-2.tar") as file:
            file.write(b"whole")
        assert [path.name for path in tmp_path.iterdir()] == ["photos-2.tar"]

    def test_leaves_what_others_are_writing(self, tmp_path, writing):
        process = writing(tmp_path / "photos-1.tar")
        with new_file(tmp_path / "photos-2.tar") as file:
            file.write(b"whole")
        with pytest.raises(Problem, match="written by"), new_file(tmp_path / "photos-1.tar"):
            pass
        process.communicate("")
        assert (tmp_path / "photos-1.tar").read_bytes() == b"half"
        assert len(list(tmp_path.iterdir())) == 2

    def test_leaves_what_is_not_ours(self, tmp_path):
        other = tmp_path / "retold.tar.part"
        other.write_bytes(b"somebody fetches it")
        with new_file(tmp_path / "backup.tar"):
            assert other.exists()

    def test_is_begun_again_where_another_run_took_it_for_left_behind(self, tmp_path, monkeypatch):
        part, locks = tmp_path / f"backup.tar{UNFINISHED}", []

        def late(descriptor: int, how: int) -> None:
            if not locks:
                part.unlink()
            locks.append(descriptor)

        monkeypatch.setattr("stories.backup.own.fcntl.flock", late)
        with new_file(tmp_path / "backup.tar") as file:
            file.write(b"whole")
        assert len(locks) == 2
        assert (tmp_path / "backup.tar").read_bytes() == b"whole"
