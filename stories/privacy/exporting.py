"""All that is known of a person, as a ZIP of JSON and photos, made while it is read.

It never is in memory or on disk as a whole: a row after the other, a piece of a photo after the
other. Keys, tokens and passwords are no data about anybody and stay here.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.audiences import ORGANISATION
from staff.changes import NAMES
from staff.forgetting import Forgetting
from staff.models import Credit, Employee, History
from staff.naming import NOBODY, Naming, Near
from stories.models import Photo, Status, Story, StoryEvent

from .kinds import Known
from .known import KNOWN
from .mentions import BATCH, Mention, mentions, naming_columns

PIECE = 64 * 1024
AROUND = 80
# What everybody may read, and the person themselves with it.
ON_PAGES = ("stories.Story", "staff.Credit", "stories.Photo", "stories.Note")
# The decisions whose reasons are for the teller to read.
TO_TELLERS = (
    StoryEvent.Action.SENT_BACK,
    StoryEvent.Action.REJECTED,
    StoryEvent.Action.WITHDRAWN,
)
Part = tuple[str, bool, Iterator[bytes]]


def export(person: Employee, *, own: bool) -> Iterator[bytes]:
    """The ZIP, in pieces. Their `own` has nothing that they could not read on pages."""
    return _zipped(_parts(person, own))


def file_name() -> str:
    """It says nothing of whom it is about: names of files end up in lists."""
    return f"retold-{timezone.localdate():%Y-%m-%d}.zip"


def _parts(person: Employee, own: bool) -> Iterator[Part]:
    # Others are named to them as on every page.
    naming = Naming(ORGANISATION) if own else None
    yield "README.txt", True, iter([_about().encode()])
    yield "person.json", True, _json([_person(person, naming)])
    if person.account:
        yield "account.json", True, _json([_account(person.account)])
    yield "stories.json", True, _json(_stories(person, naming))
    for known in KNOWN:
        if known.file:
            yield f"{known.file}.json", True, _json(_rows(known, person, naming))
    yield "mentions.json", True, _json(_mentions(person, naming))
    yield "changes.json", True, _json(_changes(person, own))
    missing: list[str] = []
    for photo in _photos(person):
        yield f"photos/{photo.story.public_id}-{photo.key[:6]}.jpg", False, _file(photo, missing)
    if missing:
        yield "photos/missing.txt", True, iter(["\n".join(missing).encode()])


def _about() -> str:
    return _(
        "What Retold keeps about one person.\n\n"
        "person.json and account.json say who it is. stories.json has the stories they told, "
        "drafts too, and photos/ the photos of these. mentions.json says where others’ texts name "
        "them, and changes.json what they changed, from where, and what was changed about them. "
        "Each other file lists what its name says. Times are those of the server, UTC.\n\n"
        "Passwords, keys and secret addresses are left out: they are no data about anybody.\n"
    )


def _person(person: Employee, naming: Naming | None) -> dict[str, Any]:
    names = ("number", "first_name", "last_name", "known_as", "job_title", "email")
    more = ("unnamed", "active", "left_on", "created_at")
    manager = _name(person.manager, naming) if person.manager else None
    said = {name: getattr(person, name) for name in (*names, *more)}
    former = [dict(zip(NAMES, name, strict=True)) for name in person.earlier]
    return {**said, "former_names": former, "manager": manager}


def _name(person: Employee, naming: Naming | None, near: Near = NOBODY) -> str:
    return naming.name(person, near) if naming else person.full_name


def _account(account: Any) -> dict[str, Any]:
    names = ("username", "first_name", "last_name", "email", "is_active", "date_joined")
    said = {name: getattr(account, name) for name in (*names, "last_login")}
    return {**said, "roles": sorted(account.given_roles)}


def _rows(known: Known, person: Employee, naming: Naming | None) -> Iterator[dict[str, Any]]:
    """What an export tells of the rows that are theirs."""
    rows = known.of(person, next(iter(known.people)))
    if naming and known.kind is Credit:
        # That a story which waits credits them, they hear when it is published.
        rows = rows.filter(story__status=Status.PUBLISHED)
    heard = known.heard if naming else ()
    # With which story others speak of in it, where they do.
    about = [known.story] if heard else []
    told = rows.order_by("pk").values_list(*known.told.values(), *about).iterator(BATCH)
    while batch := list(islice(told, BATCH)):
        near = _near({row[-1] for row in batch}) if heard else {}
        for row in batch:
            said = dict(zip(known.told, row, strict=False))
            if naming and heard:
                # Of a story that went this very moment nobody knows whom it spoke of.
                speaks = near.get(row[-1])
                said |= {name: naming.text(said[name], speaks) if speaks else "" for name in heard}
            yield said


def _near(stories: set[int]) -> dict[int, Near]:
    """Whom these stories speak of."""
    return {story.pk: story.near for story in Story.objects.filter(pk__in=stories).for_naming()}


def _stories(person: Employee, naming: Naming | None) -> Iterator[dict[str, Any]]:
    """What they told, in any state, and what became of it. Who decided is left out."""
    told = Story.objects.told_by(person).order_by("pk").for_cards().prefetch_related("events")
    for story in told.select_related("inspired_by").iterator(BATCH):
        credits, near = story.credits.all(), story.near
        yield {
            "story": story.public_id,
            "status": story.status,
            **story.content(),
            "people": [_name(one.employee, naming, near) for one in credits if one.employee],
            "team": next((str(one.team) for one in credits if one.is_whole_team), None),
            "inspired_by": story.inspired_by.public_id if story.inspired_by else None,
            "created": story.created_at,
            "sent_in": story.submitted_at,
            "published": story.published_at,
            "photos": [{"key": photo.key[:6], "shows": photo.alt} for photo in story.photos.all()],
            "events": list(_events(story, naming, near)),
        }


def _events(story: Story, naming: Naming | None, near: Near) -> Iterator[dict[str, Any]]:
    """What was done to a story; the teller themselves hears only reasons that are for tellers.

    What moderators wrote for each other, and that somebody flagged it, stays with them.
    """
    for event in story.events.all():
        said = {"what": event.action, "at": event.at}
        if naming is None:
            yield said | {"why": event.reason}
        elif event.action in TO_TELLERS:
            yield said | {"why": naming.text(event.reason, near)}
        elif event.action != StoryEvent.Action.FLAGS:
            yield said


def _mentions(person: Employee, naming: Naming | None) -> Iterator[dict[str, Any]]:
    """Where texts name them, with the words around the name."""
    forgetting = Forgetting(person)
    told = [known for known in naming_columns() if naming is None or known.model in ON_PAGES]
    for mention in mentions(forgetting, told):
        yield from _said(mention, person, naming)


def _said(mention: Mention, person: Employee, naming: Naming | None) -> Iterator[dict[str, Any]]:
    row, story = mention.row, mention.story
    of_another = story if story and story.teller_id != person.pk else None
    waits = of_another is not None and not of_another.is_published
    hidden = waits or getattr(row, "removed_at", None) is not None
    if naming and hidden:
        return
    for column in mention.without:
        # Another’s draft is theirs alone: that it names somebody is told, what it says is not.
        secret = of_another is not None and of_another.status == Status.DRAFT
        yield {
            "where": mention.known.kind._meta.model_name,
            "story": story.public_id if story else None,
            "column": column,
            "words": None if secret else _around(mention, column, person, naming),
        }


def _around(mention: Mention, column: str, person: Employee, naming: Naming | None) -> str:
    """The words around the first place that names them."""
    value = getattr(mention.row, column)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if naming:
        text = naming.text(text, mention.near)
    found = Forgetting(person).anywhere().find(text)
    start, stop = found[0] if found else (0, 0)
    return text[max(0, start - AROUND) : stop + AROUND]


def _changes(person: Employee, own: bool) -> Iterator[dict[str, Any]]:
    """What they changed, when and from where; what it said may be about others and is left out.

    What was changed about them, and by whom, is for an admin to hand out.
    """
    account = person.account_id
    theirs = Q(account=account) if account else Q(pk__in=[])
    about = Q(kind="staff.employee", number=person.pk)
    about |= Q(kind="staff.user", number=account or 0)
    for row in History.objects.filter(theirs if own else theirs | about).order_by("pk").iterator():
        said = {name: getattr(row, name) for name in ("at", "what", "kind", "number", "fields")}
        if row.account is not None and row.account == account:
            said |= {name: getattr(row, name) for name in ("way", "place", "address")}
        if (row.kind, row.number) in (("staff.employee", person.pk), ("staff.user", account)):
            said |= {"changes": row.changes, "why": row.why}
        yield said


def _photos(person: Employee) -> Iterator[Photo]:
    photos = Photo.objects.filter(story__teller=person).select_related("story")
    return photos.order_by("pk").iterator(BATCH)


def _file(photo: Photo, missing: list[str]) -> Iterator[bytes]:
    try:
        with default_storage.open(str(photo.original.name)) as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError:
        # The rest is worth having without it.
        missing.append(f"{photo.story.public_id}-{photo.key[:6]}.jpg")


def _json(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A list in JSON, a row at a time."""
    before = b"[\n"
    for row in rows:
        said = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        yield before + said.encode()
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


class _Pipe:
    """A file that is written at one end and taken away at the other."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        self._written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits in here."""

    def close(self) -> None:
        """Nothing is open in here."""

    def take(self) -> Iterator[bytes]:
        written, self._written = self._written, []
        yield from written


def _zipped(parts: Iterable[Part]) -> Iterator[bytes]:
    """The parts as a ZIP; photos are small already and go in as they are."""
    pipe, now = _Pipe(), timezone.localtime().timetuple()[:6]
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, dense, pieces in parts:
            info = zipfile.ZipInfo(name, now)
            info.compress_type = zipfile.ZIP_DEFLATED if dense else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield from pipe.take()
            yield from pipe.take()
    yield from pipe.take()
