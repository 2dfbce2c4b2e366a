"""Photos in packs beside the archives, for those who have many: each is written once.

A pack is an archive of up to a gigabyte of photos and never changes. Beside it stands a list of
what is in it, so that the next backup packs only what is new, and goes on where one was
interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage
from django.utils import timezone

from . import media
from .archive import Archive, Member, Progress, members, opened, written
from .names import Kept, Names
from .own import clear, new_file
from .problem import Problem

LARGEST = 1024**3
ENDING, ENCRYPTED = ".tar", ".tar.age"
LIST = ".list"
NEEDED = "packs.list"


def ending(passphrase: str) -> str:
    return ENCRYPTED if passphrase else ENDING


def learn(folder: Path, names: Names, passphrase: str) -> None:
    """What whole packs in this folder hold, as far as it is still like that in storage."""
    for listed in sorted(folder.glob(f"*{ending(passphrase)}{LIST}")):
        pack = listed.with_name(listed.name.removesuffix(LIST))
        with listed.open() as lines:
            whole = pack.exists() and next(lines, "").strip() == str(pack.stat().st_size)
            if whole:
                names.keep(_read(lines))


def _read(lines: Iterator[str]) -> Iterator[Kept]:
    for line in lines:
        try:
            name, sha256, size, pack = json.loads(line)
            kept = Kept(str(name), str(sha256), int(size), str(pack))
        except (ValueError, TypeError):
            raise Problem(
                "A list of packed photos can’t be read. Pack them anew elsewhere."
            ) from None
        yield kept


def fill(folder: Path, names: Names, passphrase: str, progress: Progress) -> list[str]:
    """Pack all that is wanted and in no pack yet; returns the names of files that are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)
    learn(folder, names, passphrase)
    stamp = timezone.now().strftime("%Y%m%dT%H%M%S")
    missing: list[str] = []
    new = (name for name in names.wanted() if not _is_kept(name, names))
    for number, first in enumerate(new, start=1):
        pack = folder / f"photos-{stamp}-{number:04}{ending(passphrase)}"
        listed = pack.with_name(pack.name + LIST)
        found: list[Kept] = []
        with new_file(pack) as file, written(file, passphrase, progress) as archive:
            missing += _add(archive, chain([first], new), found, pack.name)
        with new_file(listed) as file:
            lines = [str(pack.stat().st_size), *map(json.dumps, found)]
            file.write("".join(f"{line}\n" for line in lines).encode())
        names.keep(found)
    return missing


def _is_kept(name: str, names: Names) -> bool:
    """Whether a pack has it. What storage has no more is best kept as it was."""
    kept = names.found(name)
    if not kept:
        return False
    try:
        return default_storage.size(name) == kept.size
    except FileNotFoundError:
        return True


def _add(archive: Archive, new: Iterator[str], found: list[Kept], pack: str) -> list[str]:
    """As much as goes into one pack."""
    size = 0

    def note(name: str, sha256: str, bytes_: int) -> None:
        nonlocal size
        size += bytes_
        found.append(Kept(name, sha256, bytes_, pack))

    def bounded() -> Iterator[str]:
        for name in new:
            yield name
            if size >= LARGEST:
                return

    return media.add(archive, bounded(), note)


def write_needed(names: Names, file: IO[bytes]) -> None:
    """The list of what an archive needs of the packs beside it."""
    for kept in names.wanted_and_kept():
        file.write(json.dumps(kept).encode() + b"\n")


def read_needed(lines: Iterator[str], names: Names) -> None:
    """Such a list, as an archive holds it."""
    names.keep(_read(lines))


def in_packs(folder: Path, names: Names, passphrase: str, progress: Progress) -> Iterator[Member]:
    """Each needed file as it is in the packs; a Problem at the end if one was not there."""
    for pack in names.packs():
        path = folder / pack
        if Path(pack).name != pack or not path.is_file():
            raise Problem(f"The photos are in {pack[:100]}, which is not in {folder}.")
        with opened(path, passphrase) as file:
            for member in members(file, progress):
                kept = names.found(media.name_of(member))
                if not kept or kept.pack != pack:
                    continue
                yield member
                if member.sha256() != kept.sha256:
                    raise Problem(f"{pack} holds another {kept.name} than the backup speaks of.")
                names.want([kept.name])
    if lost := names.kept_and_not_wanted():
        raise Problem(f"{lost} is in none of the packs in {folder}.")
