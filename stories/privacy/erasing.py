"""Erasing a person: what they did stays, done by nobody; all that says who they were goes.

All that is changed is one transaction, so that it is done or not done. What happens to the rows of
each model is in the list (`known`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from retold.together import counted
from staff.acting import acting
from staff.forgetting import Forgetting
from staff.history_traces import Traces
from staff.models import Employee, Erasure, History, User
from staff.models.employee import NOBODY
from staff.models.erasure import digest_of_person
from staff.searching import tokens
from staff.spellings import whole_names
from stories.models import (
    Consent,
    Entry,
    Photo,
    Status,
    StoredCard,
    Story,
    StoryEvent,
    WallVersion,
    Word,
)
from stories.models.record import rewording
from stories.search.names import saying

from .kinds import EMPTIED, GOES
from .known import KNOWN, PHOTOS
from .mentions import found, mentions, said_without
from .taking_out import hold_stories, in_turn, take_out
from .theirs import Theirs
from .tidying import tidy_index

log = logging.getLogger(__name__)

Rows = dict[str, list[int]]
RECORD = StoryEvent._meta.label


class Erased(Exception):
    """There is nobody to erase: it was done before."""


@dataclass
class Preview:
    """What an erasure would do, counted; each is how many and of what."""

    stay: list[tuple[int, Any]] = field(default_factory=list)
    go: list[tuple[int, Any]] = field(default_factory=list)
    texts: list[tuple[int, Any]] = field(default_factory=list)
    # Texts that say a first or last name and nothing else that tells whose.
    loose: int = 0
    photos: int = 0


def preview(person: Employee) -> Preview:
    """What erasing them would do. Nothing is changed, and nobody is kept waiting."""
    seen = Preview()
    led = [
        (known, then, known.of(person, relation))
        for known in KNOWN
        for relation, then in known.people.items()
        if then is not EMPTIED
    ]
    theirs = Story.objects.told_by(person).filter(status=Status.DRAFT)
    drafts, *numbers = counted(theirs, *(rows for _known, _then, rows in led))
    seen.go = [(drafts, _("drafts"))]
    for (known, then, _rows), number in zip(led, numbers, strict=True):
        others = number - drafts if known.kind is Story else number
        (seen.go if then is GOES else seen.stay).append((others, known.label))
    _preview_texts(person, seen)
    for what in ("stay", "go", "texts"):
        setattr(seen, what, [(number, label) for number, label in getattr(seen, what) if number])
    return seen


def _preview_texts(person: Employee, seen: Preview) -> None:
    plainly = Forgetting(person)
    plain: Counter[str] = Counter()
    for known, row, _story, near, _without in mentions(plainly.anywhere(), in_turn()):
        named = bool(said_without(plainly, known, row, near))
        plain[known.model] += named
        seen.loose += not named
        seen.photos += named and isinstance(row, Photo)
    seen.texts = [(plain[known.model], known.label) for known in in_turn()]


def erase(
    person: Employee, *, by: User | None, everywhere: bool = False, photos: bool = True
) -> Erasure:
    """Erase them. `by` is the account that does it, or None for the server itself.

    With `everywhere` first and last names alone go from all texts; with `photos` those go whose
    words name them. Where it was begun before, it is done. Raises Erased.
    """
    forgetting = Forgetting(person, everywhere=everywhere)
    forgetting.remember()
    # Looking for them takes longest, and holds nobody up. What is written meanwhile is looked for
    # once more when it is done.
    erasure = _erase(forgetting, found(forgetting), by=by, photos=photos)
    if any((late := found(forgetting)).values()):
        _take_out_late(forgetting, late, by)
    return erasure


@transaction.atomic
def _erase(forgetting: Forgetting, rows: Rows, *, by: User | None, photos: bool) -> Erasure:
    WallVersion.count_later()
    person = Employee.objects.select_for_update().get(pk=forgetting.person.pk)
    if person.is_erased:
        raise Erased
    begun = Erasure.objects.filter(person=person).first()
    digest, account = digest_of_person(person), person.account
    theirs = Theirs.of(person)
    traces, said = _traces(person, forgetting, theirs.consents), _said_by_names(forgetting)
    credited = {pk for _story, pk in traces.near}
    counts: Counter[str] = Counter(drafts=_throw_away(theirs.drafts))
    shown = rows[PHOTOS.model] if photos else []
    # Guarding the record anew takes a while: only for who may be named there.
    with rewording() if account or rows[RECORD] else nullcontext():
        stories, near = _take_names_out(forgetting, rows, counts)
        _record(stories, by)
        _let_go_of_rows(person, account, theirs, counts)
    _unname(person, theirs)
    stories |= credited
    _empty(person, account)
    counts["photos"] = _follow(stories, shown, by)
    _forget_words(said)
    counts["history"] = History.objects.forget(replace(traces, near=traces.near | near))
    erasure = begun or Erasure(by=by, by_name=str(by) if by else "")
    erasure.person, erasure.digest, erasure.counts = None, digest, _counted(counts)
    erasure.done_at, erasure.index_is_clean = timezone.now(), False
    erasure.save()
    transaction.on_commit(tidy_index.enqueue, robust=True)
    log.info("A person was erased: %s", digest)
    return erasure


@transaction.atomic
def _take_out_late(forgetting: Forgetting, rows: Rows, by: User | None) -> None:
    """Names that somebody wrote while we looked for them elsewhere."""
    WallVersion.count_later()
    traces = _traces(forgetting.person, forgetting, ())
    with rewording():
        stories, near = _take_names_out(forgetting, rows, Counter())
    _record(stories, by)
    _follow(stories, [], by)
    History.objects.forget(replace(traces, near=traces.near | near))


def _traces(person: Employee, forgetting: Forgetting, consents: Iterable[int]) -> Traces:
    """How the history knows them, with what they said of being named, by an e-mail’s address too.

    Such a row names nobody and was done by no account, but says from where.
    """
    kind = Consent._meta.label_lower
    return Traces.of(person, forgetting, things=((kind, pk) for pk in consents))


def _said_by_names(forgetting: Forgetting) -> set[str]:
    """The words of their names and addresses, as the search has them."""
    names = (*forgetting.forms, *forgetting.exact, *whole_names(forgetting.person))
    # Of an initial nobody is known.
    words = {word for name in names for word in tokens(name) if len(word) > 1}
    return words | {f"{word}s" for word in words}


def _throw_away(drafts: Sequence[Story]) -> int:
    for draft in drafts:
        draft.delete()
    return len(drafts)


def _take_names_out(
    forgetting: Forgetting, rows: Rows, counts: Counter[str]
) -> tuple[set[int], set[tuple[str, int]]]:
    """Take the names out of every text; which stories show it, and what the history calls each."""
    stories: set[int] = set()
    things: set[tuple[str, int]] = set()
    hold_stories(rows)
    for known in in_turn():
        done, of = take_out(forgetting, known, rows[known.model])
        stories |= of
        things |= done
    counts.update(f"texts: {model}" for model, _pk in sorted(things))
    return stories, {(model.lower(), pk) for model, pk in things}


def _record(stories: set[int], by: User | None) -> None:
    """That a story was changed is on its record; what was taken out is not."""
    changed = Story.objects.filter(pk__in=stories).exclude(status=Status.DRAFT)
    rows = list(changed.order_by("pk").values_list("pk", "status", "public_id"))
    events = StoryEvent.objects.bulk_create(
        StoryEvent(
            story_id=pk,
            actor=by,
            actor_name=str(by) if by else "",
            action=StoryEvent.Action.EDITED,
            status_before=status,
            status_after=status,
            reason=_("A name was taken out for good."),
        )
        for pk, status, _public_id in rows
    )
    with acting(by=by):
        said = zip(events, rows, strict=True)
        History.objects.record(*(event.as_history(row[-1]) for event, row in said))


def _let_go_of_rows(
    person: Employee, account: User | None, theirs: Theirs, counts: Counter[str]
) -> None:
    """Rows go, or lead to nobody; what kept the account’s name says what they were."""
    nobody = _("someone on staff")
    for known in KNOWN:
        for column, relation in known.accounts.items() if account else ():
            by_them = Q(**{relation: account}) | Q(**{column: str(account)})
            known.rows().filter(by_them).update(**{column: nobody})
    for known, relation in theirs.led:
        if known.people[relation] is GOES:
            counts[known.model] += known.of(person, relation).delete()[0]
        else:
            known.of(person, relation).update(**{relation: None})
    for row in filter(None, (person, account)):
        kind = ContentType.objects.get_for_model(row)
        about = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
        about.update(object_repr=nobody)


def _unname(person: Employee, theirs: Theirs) -> None:
    """What they told is told by someone on staff."""
    if theirs.has_told:
        # A form of the story that was opened before says whether it was told anonymously.
        told = Story.objects.told_by(person)
        told.update(anonymous=True, version=F("version") + 1, writer=None)
        # Where others who asked not to be named worked with them tells whom those stories mean.
        person.memberships.update(leads=False)
    else:
        person.memberships.all().delete()


def _empty(person: Employee, account: User | None) -> None:
    """The row stays, for stories to be credited to; the index follows by itself, below."""
    plain = dict.fromkeys(("last_name", "known_as", "job_title", "email", "words"), "")
    Employee.objects.filter(pk=person.pk).update(
        **plain,
        first_name=NOBODY,
        former_names=None,
        number=None,
        manager=None,
        account=None,
        unnamed=True,
        active=False,
        left_on=timezone.localdate(),
        created_at=timezone.now(),
    )
    if account:
        account.delete()


def _follow(stories: set[int], photos: list[int], by: User | None) -> int:
    """Photos of them go, how many; and the wall’s index, kept cards and pictures follow."""
    shown = list(Photo.objects.filter(pk__in=photos).select_related("story"))
    ids = stories | {photo.story_id for photo in shown}
    # All stories are locked before the index is, as by everybody else who needs both.
    held = Story.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    public_ids = list(held.values_list("public_id", flat=True))
    if shown:
        # A story that is stored counts nothing here, which whoever takes a photo off relies on.
        WallVersion.bump()
    for photo in shown:
        photo.story.remove_photo(photo, by=by, reason=_("It showed somebody who was erased."))
    Entry.objects.follow(sorted(ids), mend=True)
    StoredCard.objects.filter(entry__story__in=ids).delete()
    collect = import_string(settings.WHEN_UNNAMED)
    transaction.on_commit(partial(collect.enqueue, public_ids), robust=True)
    return len(shown)


def _forget_words(said: set[str]) -> None:
    """The vocabulary knows these words no longer, unless a story still says them."""
    # Mostly a story said only a few of them; only where one still does, each is asked for.
    words = list(Word.objects.filter(word__in=said).values_list("word", flat=True).distinct())
    if not words:
        return
    gone = [word for word in words if not saying([word])] if saying(words) else words
    Word.objects.filter(word__in=gone).delete()


def _counted(counts: Counter[str]) -> dict[str, int]:
    return {what: number for what, number in counts.items() if number}
