"""What the wall knows of each published story: what it stands under, and its words for a search.

An entry follows its story in the transaction of every change: whoever changes a story that may be
published says so to `Entry.objects.follow`. Its words are those that a signed-in reader may see;
names that are withheld are kept apart, so that no search finds them and a change of naming finds
its stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.deletion import Collector
from django.db.models.functions import Coalesce
from pyroaring import BitMap

from retold.databases import giving_way
from retold.together import fetched_with
from staff.audiences import FIRST, FULL, ORGANISATION
from staff.naming import Naming
from staff.searching import tokens
from staff.spellings import first_name
from stories import terms

from .facets import CREDITED, OF_PEOPLE, facets_of, facets_that_hang_on, likely_facets
from .near import CREDITS
from .photo import Photo
from .postings import BLOCK, STALE, UNSURE, Moves, Posting, WallVersion
from .trait import StoryTrait
from .word import Word

if TYPE_CHECKING:
    from .story import Story

# What is told of a story at once costs memory; what is told in many parts costs statements.
BATCH = 500
# While entries are made again, whoever changes a story waits for so many.
AT_ONCE = 100
SEARCHED = ("line", "title", "body", "people", "withheld")
STIRRED = Coalesce(F("stirred"), 0) + 1
OTHER_TEXTS = ("body", "place", "organisation", "went_wrong")


class EntryQuerySet(models.QuerySet["Entry"]):
    @transaction.atomic
    def follow(self, stories: Iterable[int], *, mend: bool = False) -> int:
        """Make the entries of these stories (by id) what the stories are now; how many changed.

        Belongs in the transaction that changes the stories. Their cards are stale from then on.
        With `mend` words that went missing are learned again where the entry is as it should be,
        and those of a text that says them in another form, which the entry does not tell.
        """
        # Whoever changes the index waits here, so that each finds what the one before has done.
        version = WallVersion.bump()
        naming, moves, changed = Naming(ORGANISATION), Moves(), 0
        ids = list(dict.fromkeys(stories))
        for start in range(0, len(ids), BATCH):
            changed += self._follow(ids[start : start + BATCH], naming, moves, mend)[1]
        if moves:
            moves.write(version)
        return changed

    @transaction.atomic
    def follow_to(
        self,
        changed: Collection[Changed],
        *beside: models.QuerySet,
        counted: bool = False,
        mend: bool = False,
    ) -> dict[int, Entry]:
        """The same for stories that were moved or edited just now, with fewer questions; the
        entries of those that are on the wall, by the story's id.

        With `counted` their own rows were stored in this transaction, and with them the database
        counted the wall's version up. Fetches what is needed `beside`.
        """
        if not counted:
            WallVersion.bump()
        naming, moves = Naming(ORGANISATION), Moves()
        _expect(changed, moves)
        number, ids = WallVersion.number_held(), [one.story.pk for one in changed]
        wanted = self._follow(ids, naming, moves, mend, number, *beside)[0]
        if number[0] == 1:
            # The row is new; where the database made it, it knows nothing of forms.
            WallVersion.is_made_anew()
        moves.write(number[0])
        return wanted

    @transaction.atomic
    def measure(self, story: Any) -> None:
        """Follow how often a story that was just read was retold and saluted."""
        version = WallVersion.bump(measured=True)
        entry = self.filter(story_id=story.pk).only("retold", "saluted").first()
        if entry is None:
            return
        before = entry.measures()
        entry.retold, entry.saluted = story.retelling_count, story.salute_count
        measures = {"retold": entry.retold, "saluted": entry.saluted}
        self.filter(pk=entry.pk).update(**measures, stirred=STIRRED)
        moves = Moves()
        moves.change(entry.seq, before, entry.measures())
        if moves:
            moves.write(version)

    def stir(self, *stories: int) -> None:
        """Readers did something that the own pages of these stories show, and no wall."""
        self.filter(story__in=stories).update(stirred=STIRRED)

    def build_again(
        self, progress: Callable[[int, int], None] | None = None, *, after: int = 0
    ) -> None:
        """Make the whole index anew from the stories, in steps that are each right.

        For upgrades and repairs, while people read and write. `progress` is told of so many more
        stories done and of the place that was reached; `after` such a place it goes on.
        """
        from .story import Story

        last = after
        while True:
            published = Story.objects.published().filter(seq__gt=last).order_by("seq")
            found = list(published.values_list("seq", "pk")[:AT_ONCE])
            end = found[-1][0] if found else None
            span = Q(seq__gt=last) & (Q(seq__lte=end) if end else Q())
            over = self.filter(span).exclude(story__in=[pk for _seq, pk in found])
            ids = [*(pk for _seq, pk in found), *over.values_list("story", flat=True)]
            with giving_way():
                self.follow(ids, mend=True)
            if end is None:
                break
            last = end
            if progress:
                progress(len(found), last)
        for block in self.blocks():
            # To count takes seconds: nobody waits for it where it is right, as it nearly always is.
            if self.miscounted(block):
                self.recount(block)

    def blocks(self) -> range:
        """The blocks that there are entries in, or postings."""
        last = self.aggregate(models.Max("seq"))["seq__max"] or 0
        highest = Posting.objects.aggregate(models.Max("block"))["block__max"] or 0
        return range(max(last // BLOCK, highest) + 1)

    @transaction.atomic
    def recount(self, block: int, *, mend: bool = True) -> list[str]:
        """Compare a block of the postings with the entries, and make it right; what differed.

        With `mend=False` nothing is written.
        """
        if mend:
            WallVersion.bump()
        true, stored = self._counted(block), _stored(block)
        wrong = _differing(true, stored)
        if wrong and mend:
            moves = Moves()
            for facet in wrong:
                moves.out_of(facet, stored.get(facet, BitMap()))
                moves.into(facet, true.get(facet, BitMap()))
            moves.write()
        return wrong

    def miscounted(self, block: int) -> list[str]:
        """What in a block of the postings is not what the entries say.

        Only where something seems to be wrong, whoever writes is held up to make sure of it.
        """
        if not _differing(self._counted(block), _stored(block)):
            return []
        with transaction.atomic():
            WallVersion.hold()
            return self.recount(block, mend=False)

    def _counted(self, block: int) -> dict[str, BitMap]:
        """The postings of a block, from its entries."""
        true: dict[str, BitMap] = defaultdict(BitMap)
        entries = self.filter(seq__gte=block * BLOCK, seq__lt=(block + 1) * BLOCK)
        for entry in entries.only("facets", "retold", "saluted").iterator(4 * BATCH):
            for facet in entry.all_facets():
                true[facet].add(entry.seq)
        return true

    def _follow(
        self, ids: list[int], naming: Naming, moves: Moves, mend: bool, *beside: models.QuerySet
    ) -> tuple[dict[int, Entry], int]:
        entries = self.filter(story__in=ids)
        if not moves.fetched:
            beside = (moves.marks, moves.claims, naming.question, *beside)
        wanted = _entries({"pk__in": ids}, naming, entries, *beside)
        held, moves.fetched = {entry.story_id: entry for entry in entries}, True
        gone: list[Entry] = []
        made: list[Entry] = []
        said_anew: list[Entry] = []
        for pk in ids:
            before, after = held.get(pk), wanted.get(pk)
            if before is not None and (after is None or after.seq != before.seq):
                moves.change(before.seq, [*before.all_facets(), STALE, UNSURE], ())
                gone.append(before)
                before = None
            if after is None:
                continue
            moves.change(after.seq, before.all_facets() if before else (), after.all_facets())
            # Its card is stale even if the index knows no difference: not all of it is searched.
            moves.into(STALE, [after.seq])
            moves.out_of(UNSURE, [after.seq])
            if before is None or before.says() != after.says():
                made.append(after)
            if before is None or before.seen() != after.seen():
                said_anew.append(after)
        # Those are at hand, so that they need not be read to see what hangs on them.
        leaving = Collector(using=self.db, origin=self)
        leaving.collect(gone)
        leaving.delete()
        Entry.objects.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["seq"],
            update_fields=["facets", "retold", "saluted", *SEARCHED],
        )
        learned = wanted.values() if mend else said_anew
        Word.objects.learn(word for entry in learned for word in entry.words)
        return wanted, len(gone) + len(made)


class Changed(NamedTuple):
    """A story that was moved or edited just now.

    `last` is its entry as it was read with it, which is likely to still be so, and `before` what
    the story stood under.
    """

    story: Any
    last: Entry | None = None
    before: Collection[str] = ()


def _expect(changed: Iterable[Changed], moves: Moves) -> None:
    """Have fetched what these are likely to move in, together with the marks."""
    likely: dict[int, set[str]] = defaultdict(set)
    held: dict[int, list[Story]] = defaultdict(list)
    for story, last, before in changed:
        if last is not None:
            likely[last.seq // BLOCK].update(last.all_facets())
        if story.seq is not None:
            likely[story.seq // BLOCK].update(likely_facets(story), before)
            held[story.seq // BLOCK].append(story)
    for block, facets in likely.items():
        moves.expect(block, facets, facets_that_hang_on(held[block]) if block in held else None)


class Entry(models.Model):
    """One published story in the index of the wall.

    `facets` are the words of what it stands under, `retold` and `saluted` its measures as the
    index has them; `stirred` counts what readers did that its own page shows. The rest are terms
    (`stories.terms`) in the order of the text.
    """

    # What the search has to know to be asked for them: word, language, stem.
    words: Collection[tuple[str, str, str]] = ()

    seq = models.BigIntegerField(primary_key=True)
    story = models.OneToOneField("stories.Story", on_delete=models.CASCADE, related_name="entry")
    facets = models.TextField()
    retold = models.PositiveIntegerField(default=0)
    saluted = models.PositiveIntegerField(default=0)
    # Empty for never: adding a column that is full would make the table, and its triggers, anew.
    stirred = models.PositiveIntegerField(null=True)
    line = models.TextField(blank=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    people = models.TextField(blank=True)
    withheld = models.TextField(blank=True)

    objects = EntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.seq}: {self.facets}"

    def says(self) -> tuple[object, ...]:
        """All that it knows of its story, to be compared."""
        return self.seq, self.facets, self.retold, self.saluted, *self.texts()

    def texts(self) -> tuple[str, ...]:
        """The words that a search looks through, as terms."""
        return tuple(getattr(self, name) for name in SEARCHED)

    def seen(self) -> tuple[str, ...]:
        """Those of them that readers see, from which the search learns its words."""
        return self.line, self.title, self.body, self.people

    def measures(self) -> list[str]:
        """How often it was retold and saluted, as facets; never is none."""
        measured = (("retold", self.retold), ("saluted", self.saluted))
        return [f"{name}:{number}" for name, number in measured if number]

    @property
    def people_credited(self) -> list[int]:
        """Those whom its story credits, by id, whatever they are called in it."""
        theirs = (one for one in self.facets.split() if one.startswith(CREDITED))
        return [int(one.partition(":")[2]) for one in theirs]

    def all_facets(self) -> list[str]:
        """What it stands under in the postings: all but the people, who are too many for them."""
        kept = (one for one in self.facets.split() if not one.startswith(OF_PEOPLE))
        return [*kept, *self.measures()]


def _stored(block: int) -> dict[str, BitMap]:
    """The postings of a block that entries can tell, as they are stored."""
    rows = Posting.objects.filter(block=block).exclude(facet__in=[STALE, UNSURE])
    return {
        facet: BitMap.deserialize(bytes(seqs)) for facet, seqs in rows.values_list("facet", "seqs")
    }


def _differing(true: dict[str, BitMap], stored: dict[str, BitMap]) -> list[str]:
    none = BitMap()
    facets = sorted(true.keys() | stored.keys())
    return [facet for facet in facets if true.get(facet, none) != stored.get(facet, none)]


def entries_of(ids: Iterable[int], naming: Naming) -> dict[int, Entry]:
    """The entries that these stories should have now, by the story's id; none for unpublished."""
    return _entries({"pk__in": list(ids)}, naming)


def entries_at(seqs: Iterable[int], naming: Naming) -> list[Entry]:
    """The entries that the stories at these places should have now."""
    return list(_entries({"seq__in": list(seqs)}, naming).values())


def _entries(asked: dict[str, Any], naming: Naming, *beside: models.QuerySet) -> dict[int, Entry]:
    """The entries of the published stories that are asked for; fetches what is needed `beside`."""
    from .story import Story

    stories = fetched_with(
        Story.objects.published().filter(**asked).with_teller_team(),
        *beside,
        story_traits=StoryTrait.objects.order_by(),
        credits=CREDITS.all(),
        photos=Photo.objects.only("story_id", "state", "alt"),
    )
    return {story.pk: entry_of(story, naming) for story in stories}


def entry_of(story: Story, naming: Naming) -> Entry:
    """The entry of a published story that was fetched with all it has, as `entries_of` does."""
    near = story.near
    withheld: list[str] = []
    language = terms.base(story.language or settings.LANGUAGE_CODE)
    words: set[tuple[str, str]] = set()

    def seen(*texts: str) -> str:
        shown = []
        for text in texts:
            if names := naming.withheld(text, near):
                withheld.extend(text[name.start : name.stop] for name in names)
            shown.append(naming.text(text, near) if names else text)
        return terms.joined(shown, language, words)

    people = []
    for credit in story.credits.all():
        if credit.employee is None:
            people.append(credit.name_text)
        elif (named := naming.named_as(credit.employee, near)) == FULL:
            people += credit.employee.searched()
        else:
            withheld += credit.employee.searched()
            people += [first_name(credit.employee)] if named == FIRST else []
    # No search looks through these words either, but a name in them is found when it changes.
    withheld += [photo.alt for photo in story.photos.all()]
    entry = Entry(
        seq=story.seq or 0,
        story_id=story.pk,
        facets=" ".join(facets_of(story, naming.audience)),
        retold=story.retelling_count,
        saluted=story.salute_count,
        line=seen(story.line),
        title=seen(story.title),
        body=seen(*(getattr(story, name) for name in OTHER_TEXTS)),
        people=seen(*people),
        withheld=" ".join(dict.fromkeys(token for name in withheld for token in tokens(name))),
    )
    entry.words = {(word, language, stem) for word, stem in words}
    return entry
