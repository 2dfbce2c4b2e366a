"""The wall's index of stories that are made here, from what is in memory already.

What `Entry.objects.follow` reads again from the database for a story that has changed is known of
one that was made a moment ago.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from staff.audiences import ORGANISATION
from staff.models import Employee, Team
from staff.naming import Naming
from stories.models import Entry, Moves, StoredCard, Story, WallVersion
from stories.models.entry import entry_of
from stories.models.word import Word

from .filling import insert


class Indexer:
    """Adds new stories to the index; knows the staff, and which words are known."""

    def __init__(self) -> None:
        self.naming = Naming(ORGANISATION)
        self.people = Employee.objects.in_bulk()
        self.teams = Team.objects.in_bulk()
        self.team_of = dict(
            Employee.objects.filter(memberships__until=None).values_list("pk", "memberships__team")
        )
        self.words: set[tuple[str, str, str]] = set()

    def add(self, made: Iterable) -> None:
        """Index these stories, each made with its traits and credits, in their transaction."""
        # The lock of the index comes first, here as everywhere.
        WallVersion.bump()
        entries = [entry_of(self._whole(one), self.naming) for one in made]
        insert(Entry, entries, with_keys=True)
        under = defaultdict(list)
        words: set[tuple[str, str, str]] = set()
        for entry in entries:
            for facet in entry.all_facets():
                under[facet].append(entry.seq)
            words.update(entry.words)
        moves = Moves()
        for facet, seqs in under.items():
            moves.into(facet, seqs)
        moves.write()
        Word.objects.learn(words - self.words)
        self.words |= words

    def finish(self) -> None:
        """Have the cards drawn, now that nothing else is made that would wait for it."""
        StoredCard.objects.miss()

    def _whole(self, one) -> Story:
        """The story as if it had been fetched with all that belongs to it."""
        story = one.story
        for credit in one.credits:
            credit.employee = self.people.get(credit.employee_id)
            credit.team = self.teams.get(credit.team_id)
        story.teller_team = self.team_of.get(story.teller_id)
        story._prefetched_objects_cache = {
            "credits": one.credits,
            "story_traits": one.traits,
            "photos": [],
        }
        return story
