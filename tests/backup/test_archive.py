"""An archive is whole and true, or it is refused before anything is touched."""

import io
import subprocess
import tarfile

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import models

from stories.backup import age, manifest
from stories.backup.archive import checksum, members
from stories.backup.media import Arriving
from stories.backup.problem import Problem
from tests.backup.conftest import PASSPHRASE, archive, small_manifest

OTHER = "a horse that is wrong"


def test_an_archive_is_what_it_says(prove):
    assert prove(archive()).tables == {"t": (1, "x")}


def test_anybody_can_open_it(tmp_path):
    with tarfile.open(fileobj=io.BytesIO(archive())) as opened:
        opened.extractall(tmp_path, filter="data")
    assert (tmp_path / "media/photos/a.jpg").read_bytes() == b"light"
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0


def test_no_byte_of_it_may_change(prove):
    whole = archive()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(Problem):
            prove(bytes(changed))


@pytest.mark.usefixtures("quick_passphrases")
def test_no_byte_of_an_encrypted_one_may_change(prove):
    whole = archive(passphrase=PASSPHRASE)
    assert prove(whole, PASSPHRASE)
    assert b"light" not in whole
    for place in [*range(300), *range(300, len(whole), 7)]:
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(Problem):
            prove(bytes(changed), PASSPHRASE)


@pytest.mark.usefixtures("quick_passphrases")
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_it_may_not_end_early_nor_late(prove, passphrase):
    whole = archive(passphrase=passphrase)
    for size in [*range(0, len(whole), 11), len(whole) - 1]:
        with pytest.raises(Problem):
            prove(whole[:size], passphrase)
    with pytest.raises(Problem):
        prove(whole + b"\0", passphrase)


@pytest.mark.usefixtures("quick_passphrases")
class TestPassphrase:
    def test_another_one_opens_nothing(self, prove):
        with pytest.raises(Problem, match="passphrase is not the one"):
            prove(archive(passphrase=PASSPHRASE), OTHER)

    def test_none_opens_nothing(self, prove):
        with pytest.raises(Problem, match="BACKUP_PASSPHRASE"):
            prove(archive(passphrase=PASSPHRASE))

    def test_nobody_slips_an_open_archive_in(self, prove):
        with pytest.raises(Problem, match="not encrypted"):
            prove(archive(), PASSPHRASE)

    def test_it_is_not_short(self):
        with pytest.raises(Problem, match="12 characters"):
            archive(passphrase="horse")

    def test_a_file_may_not_ask_for_all_the_memory(self, prove):
        whole = archive(passphrase=PASSPHRASE)
        line = whole.split(b"\n")[1]
        with pytest.raises(Problem, match="in a way that Retold reads"):
            prove(whole.replace(line, line.rsplit(b" ", 1)[0] + b" 40"), PASSPHRASE)

    def test_what_age_itself_encrypted_opens(self, monkeypatch):
        # echo -n 'warmed his hands' | age --passphrase
        monkeypatch.setattr(age, "MOST_WORK", 18)
        file = io.BytesIO(bytes.fromhex(BY_AGE))
        assert io.BufferedReader(age.DecryptingReader(file, "correct horse")).read() == (
            b"warmed his hands"
        )

    @pytest.mark.parametrize("size", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 200_000])
    def test_every_length_comes_back(self, size):
        file = io.BytesIO()
        writer = age.EncryptingWriter(file, PASSPHRASE)
        writer.write(b"r" * size)
        writer.finish()
        file.seek(0)
        assert io.BufferedReader(age.DecryptingReader(file, PASSPHRASE)).read() == b"r" * size


BY_AGE = (
    "6167652d656e6372797074696f6e2e6f72672f76310a2d3e207363727970742056645474474c6a344a6e786e"
    "55384e566649765949672031380a517a322b686a344e4d466377705a34792b31454450637a447345795a4f54"
    "6350344859584538494c5759550a2d2d2d207a416f656f43653957526666747536765752596b303476337833"
    "41676b585542456d447a504455626873670a7a6f2c63261fd29374ada4ab8ec33d34e8e9b39340fb532fb59a"
    "de35e9b8fdc610db6d024f45c303e9cd22e6cfd6e6b8"
)


def strange(kind: bytes, name: str, link: str = "") -> bytes:
    """An archive of ours with something else put in its middle."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    whole = archive()
    place = whole.index(b"media/photos/a.jpg")
    return whole[:place] + member.tobuf(tarfile.GNU_FORMAT) + whole[place:]


@pytest.mark.parametrize(
    ("kind", "name", "link"),
    [
        (tarfile.SYMTYPE, "media/photos/0.jpg", "/etc/passwd"),
        (tarfile.LNKTYPE, "media/photos/0.jpg", "media/photos/a.jpg"),
        (tarfile.DIRTYPE, "media/photos/", ""),
        (tarfile.FIFOTYPE, "media/photos/0.jpg", ""),
        (tarfile.CHRTYPE, "media/photos/0.jpg", ""),
        (tarfile.XHDTYPE, "media/photos/0.jpg", ""),
        (tarfile.GNUTYPE_LONGNAME, "media/photos/0.jpg", ""),
        (tarfile.GNUTYPE_SPARSE, "media/photos/0.jpg", ""),
    ],
)
def test_it_holds_plain_files_only(prove, kind, name, link):
    with pytest.raises(Problem, match="other things"):
        prove(strange(kind, name, link))


@pytest.mark.parametrize(
    "name",
    [
        "media/../retold.sqlite3",
        "media/photos/../../x.jpg",
        "media//etc/passwd",
        "/etc/passwd",
        "elsewhere/a.jpg",
        "media/",
        "media/.",
        "media/photos\\..\\x.jpg",
        "media/photos/\nx.jpg",
        "media/photos//x.jpg",
    ],
)
def test_every_file_stays_within_the_storage(prove, name):
    with pytest.raises(Problem, match="none of ours"):
        prove(archive(files={name: b"x"}))


def test_no_file_is_in_it_twice(prove):
    made = archive(files={"media/photos/a.jpg": b"first"})
    assert prove(made)
    start = made.index(b"media/photos/a.jpg")
    with pytest.raises(Problem):
        prove(made[:start] + made[start : start + 1024] + made[start:])


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "postgresql"}, "names SQLite"),
        ({"kind": "oracle"}, "doesn’t know"),
        ({"retold": "99.0.0"}, "newer than this one"),
        ({"migrations": {"stories": ["9999_later"]}}, r"stories\.9999_later"),
        ({"format": 2}, "newer Retold"),
    ],
)
def test_it_fits_this_retold(prove, facts, sentence, monkeypatch):
    monkeypatch.setitem(manifest.FILES, "oracle", "database")
    with pytest.raises(Problem, match=sentence):
        prove(archive(manifest=small_manifest(**facts)))


@pytest.mark.parametrize(
    "said",
    ["", "[]", "{}", "null", '{"format": 1}', "[" * 100_000, '{"format": 1, "tables": [[1]]}'],
)
def test_nonsense_about_itself_is_refused_in_words(said):
    with pytest.raises(Problem):
        manifest.Manifest.from_json(said)


def test_a_backup_of_before_a_migration_is_older():
    known = manifest.known_migrations()
    everything = {app: sorted(names) for app, names in known.items()}
    assert not small_manifest(migrations=everything).is_older()
    everything["stories"].pop()
    assert small_manifest(migrations=everything).is_older()


def test_memory_holds_a_part_of_it_at_a_time():
    file = io.BytesIO(archive(files={"media/photos/c.jpg": bytes(5_000_000)}))
    sizes = [len(chunk) for member in members(file) for chunk in member.chunks()]
    assert sum(sizes) > 5_000_000
    assert max(sizes) < 300_000


class TestFilesThatArrive:
    @pytest.fixture
    def storage(self, tmp_path) -> FileSystemStorage:
        storage = FileSystemStorage(location=tmp_path)
        storage.save("photos/a.jpg", ContentFile(b"light"))
        storage.save("photos/b.jpg", ContentFile(b"damaged"))
        return storage

    def arrive(self, storage: FileSystemStorage) -> Arriving:
        arriving = Arriving(storage)
        inside = members(io.BytesIO(archive(files={"media/photos/c.jpg": b"new"})))
        for member in inside:
            if member.name.startswith("media/"):
                arriving.take(member)
        return arriving

    def test_are_put_in_where_they_are_missing_and_replaced_at_the_end(self, storage):
        arriving = self.arrive(storage)
        assert (arriving.new, arriving.there) == (1, 1)
        assert storage.open("photos/c.jpg").read() == b"new"
        assert storage.open("photos/b.jpg").read() == b"damaged"
        assert arriving.replace() == 1
        assert storage.open("photos/b.jpg").read() == b""
        assert len(storage.listdir("photos")[1]) == 3

    def test_leave_what_was_there_if_it_comes_to_nothing(self, storage):
        self.arrive(storage).give_up()
        assert storage.open("photos/b.jpg").read() == b"damaged"
        assert len(storage.listdir("photos")[1]) == 3


def test_every_file_that_a_model_names_is_known_to_backups():
    fields = {
        str(field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    }
    assert fields == {"stories.Photo.original"}


def test_a_checksum_is_that_of_everything():
    assert checksum(io.BytesIO(b"light" * 100_000)) != checksum(io.BytesIO(b"light" * 99_999))
