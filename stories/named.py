"""What the wall knows of people and teams follows the directory, in the transaction of the change.

settings.WHEN_DIRECTORY_CHANGES leads here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet
from pyroaring import BitMap

from retold.together import together
from staff.changes import Changes
from staff.models import Credit, Employee, Membership, Team
from staff.names import ATTACHED, SPACELESS, WORD, fold
from staff.spellings import single_names, whole_names

from .models import Moves, Story, WallVersion
from .models.postings import PUBLISHED, STALE, UNSURE, places_in, under
from .search.names import saying

BATCH = 500


def follow_directory(changes: Changes) -> None:
    """Whatever shows another name from now on is stale, and what the index says of it unsure:
    until a task has been there, whoever searches reads those stories for themselves.

    So it costs as little for a thousand stories as for one.
    """
    # Whoever publishes meanwhile has done so by the time this goes on, and is found.
    version = WallVersion.bump()
    if not changes:
        return
    unsure, teams = _concerned(changes)
    if not (unsure or teams):
        return
    moves = Moves()
    published, of_teams = under([PUBLISHED]), under(f"team:{pk}" for pk in teams)
    moves.fetch_beside(published, of_teams)
    unsure &= places_in(published)
    moves.into(UNSURE, unsure)
    moves.into(STALE, unsure | places_in(of_teams))
    moves.write(version)


def _concerned(changes: Changes) -> tuple[BitMap, set[int]]:
    """The places of stories that may say another name, or say it otherwise, and the teams."""
    of_teams = Employee.objects.unnamed().filter(pk__in=changes.moved)
    needles = sorted(_needles([*changes.withheld, *of_teams]))
    names = Team.objects.order_by().values_list("pk", "name")
    found = _credited(changes.renamed, *([names] if needles else [])) | _told_by(changes)
    if not needles:
        return found, changes.renamed_teams
    # Teams whose own name says one of these.
    named_after = {pk for pk, name in names if any(one in fold(name) for one in needles)}
    return found | saying(needles), changes.renamed_teams | named_after


def _credited(people: Iterable[int], *beside: QuerySet) -> BitMap:
    """The places of stories that credit them; fetches what is needed `beside`."""
    found = BitMap()
    for batch in _batches(people):
        places = Credit.objects.filter(employee__in=batch, seq__isnull=False).order_by()
        seqs = places.values_list("seq", flat=True)
        together(seqs, *beside)
        beside = ()
        found |= BitMap(filter(None, seqs))
    return found


def _told_by(changes: Changes) -> BitMap:
    """What those have told who came to or left a team with somebody unnamed in it.

    A first name alone is withheld in the stories of such a team, also of those who tell them.
    """
    found = BitMap()
    members = Membership.objects.filter(team__in=list(changes.teams), employee__unnamed=True)
    if not changes.moved or not members.exists():
        return found
    for batch in _batches(changes.moved):
        told = Story.objects.published().filter(teller__in=batch).order_by()
        found |= BitMap(filter(None, told.values_list("seq", flat=True)))
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
