"""What the wall knows of people and teams follows the directory, in the transaction of the change.

settings.WHEN_DIRECTORY_CHANGES leads here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.db.models import Exists, QuerySet
from pyroaring import BitMap

from retold.together import together
from staff.changes import Changes
from staff.models import Credit, Employee, Membership, Team
from staff.names import ATTACHED, SPACELESS, WORD, fold
from staff.spellings import single_names, whole_names

from .models import Moves, Story, WallVersion
from .models.postings import PUBLISHED, STALE, UNSURE, places_in, under
from .search.names import AT_ONCE, said, saying
from .search.understanding import Known, OfWords

BATCH = 500
# So many questions are one: a database takes no more than some hundreds.
TOGETHER = 50


def follow_directory(changes: Changes) -> None:
    """Whatever shows another name from now on is stale, and what the index says of it unsure:
    until a task has been there, whoever searches reads those stories for themselves.

    So it costs as little for a thousand stories as for one.
    """
    # Whoever publishes meanwhile has done so by the time this goes on, and is found.
    version = WallVersion.bump()
    if not changes:
        return
    unsure, teams, needles, vocabulary = _concerned(changes)
    if not (unsure or teams or needles):
        return
    moves = Moves()
    published, of_teams = under([PUBLISHED]), under(f"team:{pk}" for pk in teams)
    saying_it = said(needles[:AT_ONCE], vocabulary)
    moves.fetch_beside(published, of_teams, *saying_it)
    unsure |= BitMap(chain.from_iterable(saying_it)) | saying(needles[AT_ONCE:])
    unsure &= places_in(published)
    moves.into(UNSURE, unsure)
    moves.into(STALE, unsure | places_in(of_teams))
    moves.write(version)


def _concerned(changes: Changes) -> tuple[BitMap, set[int], list[str], list[Known] | None]:
    """The places of stories that may say another name, or say it otherwise, and the teams; and
    which words other stories are to be looked through for, with what the vocabulary knows of
    them, or None where that is to be asked for."""
    saved = [changes.saved[pk] for pk in changes.moved & changes.saved.keys()]
    needles = _needles([*changes.withheld, *filter(None, saved)])
    strangers = Employee.objects.unnamed().filter(pk__in=changes.moved - changes.saved.keys())
    known = OfWords(sorted(needles)[:AT_ONCE])
    names = Team.objects.order_by().values_list("pk", "name")
    if not (needles or changes.moved - changes.saved.keys()):
        names = names.none()
    found = _places(changes, strangers, names, *known.questions)
    more = _needles(strangers) - needles
    needles |= more
    # Teams whose own name says one of these.
    named_after = {pk for pk, name in names if any(one in fold(name) for one in needles)}
    vocabulary = None if more else known.rows()
    return found, changes.renamed_teams | named_after, sorted(needles), vocabulary


def _places(changes: Changes, *beside: QuerySet) -> BitMap:
    """The places of stories that credit those who are called otherwise, and of those that somebody
    told who came to or left a team with somebody unnamed in it; fetches what is needed `beside`.

    A first name alone is withheld in the stories of such a team, also of those who tell them.
    """
    in_teams = Membership.objects.filter(team__in=list(changes.teams), employee__unnamed=True)
    told = Story.objects.published().filter(Exists(in_teams)).order_by()
    credits = Credit.objects.filter(seq__isnull=False).order_by()
    asked = [
        *(credits.filter(employee__in=batch) for batch in _batches(changes.renamed)),
        *(told.filter(teller__in=batch) for batch in _batches(changes.moved)),
    ]
    found = BitMap()
    places = [rows.values_list("seq", flat=True) for rows in asked]
    for start in range(0, max(len(places), 1), TOGETHER):
        some = places[start : start + TOGETHER]
        together(*some, *beside)
        beside = ()
        for seqs in some:
            found |= BitMap(filter(None, seqs))
    return found


def _needles(people: Iterable[Employee]) -> set[str]:
    """Words of which a text has to say one to name one of these people, as a search has them."""
    found: set[str] = set()
    for person in people:
        for name in single_names(person):
            found |= _words(name)
        # What names nobody alone, such as “Al”, does beside the longest word of the whole name.
        found |= {max(_words(name), key=len) for name in whole_names(person) if _words(name)}
    return found | {word for name in found for word in _written(name)}


def _words(name: str) -> set[str]:
    folded = fold(name)
    return {folded} if SPACELESS.search(folded) else set(WORD.findall(folded))


def _written(name: str) -> Iterator[str]:
    """The other ways in which a text writes this name as one word, as `staff.names` reads it."""
    yield f"{name}s"
    if not name.isascii():
        yield from (letter + name for letter in sorted(ATTACHED))


def _batches(items: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(items))
    while batch := list(islice(rest, BATCH)):
        yield batch
