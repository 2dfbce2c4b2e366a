"""Taking a name out of the rows that say it, for good, each as its model needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from django.db.models import F, QuerySet

from staff.forgetting import Forgetting, without
from staff.models import Credit, Team
from staff.names import Place
from staff.naming import Near
from stories.models import Follow, Photo, SavedView, Story, StoryTrait, Trait
from stories.models.trait import MOST_EVIDENCE

from .kinds import Known
from .known import KNOWN
from .mentions import Mention, mentions

# Whoever saves one of these holds the index of the wall, for which stories are locked first.
LAST = (Trait, Team)
# What an edit of a story stores with it.
HANGING = (Credit, StoryTrait, Photo)
EVIDENCE = StoryTrait._meta.label

# A row: its model, as the list has it, and its key.
Thing = tuple[str, int]


def in_turn() -> list[Known]:
    """The models with texts, in the order in which they may be changed in one transaction."""
    with_texts = [known for known in KNOWN if known.texts]
    return sorted(with_texts, key=lambda known: known.kind in LAST)


def hold_stories(rows: Mapping[str, Sequence[int]]) -> None:
    """Keep from others the stories that say the name, in their own words or in what hangs on them.

    Whoever edits one holds it before what hangs on it: to hold that first would be a deadlock.
    """
    stories = set(rows[Story._meta.label])
    for known in in_turn():
        if known.kind in HANGING and rows[known.model]:
            hanging = known.rows().filter(pk__in=rows[known.model])
            stories.update(hanging.values_list(known.story, flat=True))
    list(Story.objects.select_for_update().filter(pk__in=stories).order_by("pk").values_list("pk"))


def take_out(
    forgetting: Forgetting, known: Known, among: Sequence[int]
) -> tuple[set[Thing], set[int]]:
    """Take the name out of these rows of a model: of which it was, and which stories show it."""
    done: set[Thing] = set()
    stories: set[int] = set()
    for mention in mentions(forgetting, [known], among=among):
        done |= {(known.model, mention.row.pk), *_take_out(mention, forgetting)}
        if mention.story is not None and isinstance(mention.row, Story | Credit | Photo):
            stories.add(mention.story.pk)
    if known.kind is Credit and stories:
        # A form of the story shows this name too: one opened before is not to write it back.
        Story.objects.filter(pk__in=stories).update(version=F("version") + 1, writer=None)
    return done, stories


def _take_out(mention: Mention, forgetting: Forgetting) -> set[Thing]:
    """Change the row; which others lost the name with it."""
    row, values = mention.row, dict(mention.without)
    kind = type(row)
    for column, value in values.items():
        most = kind._meta.get_field(column).max_length
        values[column] = value[:most] if most and isinstance(value, str) else value
    if isinstance(row, Story):
        return _of_story(row, values, forgetting, mention.near)
    if isinstance(row, Follow):
        _of_follow(row, values["query"])
    else:
        if isinstance(row, SavedView | Team | Trait):
            values = _free(row, values)
        if isinstance(row, Team | Trait):
            for column, value in values.items():
                setattr(row, column, value)
            row.save()
        else:
            mention.known.rows().filter(pk=row.pk).update(**values)
    return set()


def _of_follow(follow: Follow, query: str) -> None:
    """Who followed a search for a name is not to be sent what it finds without the name."""
    if _others(follow).filter(query=query).exists():
        follow.delete()
        return
    follow.query = query
    follow.save(update_fields=["query"])
    follow.end()


def _of_story(
    story: Story, values: Mapping[str, Any], forgetting: Forgetting, near: Near
) -> set[Thing]:
    """Its texts, with the evidence in them, which it returns; whoever has it open in a form is
    told."""
    done: set[Thing] = set()
    if "body" in values and (shown_by := list(story.story_traits.exclude(evidence=""))):
        found = forgetting.find(story.body, near)
        for tagging in shown_by:
            shown = _part(story.body, tagging.evidence, found)
            if shown != tagging.evidence:
                tagging.evidence = shown[:MOST_EVIDENCE]
                tagging.save(update_fields=["evidence"])
                done.add((EVIDENCE, tagging.pk))
    for column, value in values.items():
        setattr(story, column, value)
    story.version, story.writer = story.version + 1, None
    story.save(update_fields=[*values, "version", "writer"])
    return done


def _part(body: str, evidence: str, found: Iterable[Place]) -> str:
    """These words of the body as it says them without the name; a name half in them is in them."""
    start = body.find(evidence)
    if start < 0:
        return evidence
    stop = start + len(evidence)
    inside = [place for place in found if place.start < stop and start < place.stop]
    if not inside:
        return evidence
    start, stop = min(start, inside[0].start), max(stop, inside[-1].stop)
    before = without(body[:start], [place for place in found if place.stop <= start])
    whole = without(body[:stop], [place for place in found if place.stop <= stop])
    return whole[len(before) :]


def _others(row: Any) -> QuerySet[Any]:
    """The rows among which this one is the only one of its name."""
    rows = type(row)._base_manager.exclude(pk=row.pk)
    if isinstance(row, Follow):
        return rows.filter(account=row.account_id)
    return rows.filter(owner=row.owner_id) if isinstance(row, SavedView) else rows


def _free(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with a number behind a name that another row has."""
    free = dict(values)
    for column in {"name", "slug"} & values.keys():
        if isinstance(row, Team) and column == "name":
            continue
        field, value = row._meta.get_field(column), values[column]
        joint = "-" if column == "slug" else " "
        for number in count(2):
            if not _others(row).filter(**{f"{column}__iexact": free[column]}).exists():
                break
            free[column] = f"{value[: field.max_length - 6]}{joint}{number}"
    return free
