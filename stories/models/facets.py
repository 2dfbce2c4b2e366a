"""What stories stand under in the index of the wall, and which of it is about people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from staff.audiences import FULL, ORGANISATION, Audience
from staff.models import Credit

from .postings import PUBLIC, PUBLISHED
from .trait import StoryTrait
from .vocabulary import Visibility

if TYPE_CHECKING:
    from .story import Story

CHOICES = ("served", "setting", "initiative", "took_time", "took_money", "took_permission")
# Whom less may be said than is said here.
WIDER = (Audience.SCREENS, Audience.PUBLIC)

PERSON, TELLER = "person:", "teller:"
TRAIT, TEAM, NARROWED, PHOTO = "trait:", "team:", "narrowed:", "photo"
IN_FULL = Q(in_organisation=FULL)
# Which credits of somebody are meant by what stands under them.
CREDITS = {
    PERSON: IN_FULL,
    "credited:": ~IN_FULL,
    "not_screens:": IN_FULL & ~Q(on_screens=FULL),
    "not_public:": IN_FULL & ~Q(in_public=FULL),
}
# Each credit of somebody stands under one of these.
CREDITED = (PERSON, "credited:")
# People are too many for postings of their own.
OF_PEOPLE = (TELLER, *CREDITS)


def facets_of(story: Story, audience: Audience = ORGANISATION) -> list[str]:
    """What a published story stands under for an audience; fetched by `entries_of`."""
    facets = [*_of_its_own(story), f"{TELLER}{story.teller_id}"]
    if any(photo.ready for photo in story.photos.all()):
        facets.append(PHOTO)
    facets += (f"{TRAIT}{tagging.tag_id}" for tagging in story.story_traits.all())
    for credit in story.credits.all():
        facets += _of_person(credit, audience) if credit.employee_id else []
        facets += [f"{TEAM}{credit.team_id}"] if credit.team_id else []
    return sorted(set(facets))


def _of_its_own(story: Story) -> Iterator[str]:
    """What a published story stands under by itself, whatever hangs on it."""
    day = story.day
    yield PUBLISHED
    if story.visibility == Visibility.PUBLIC:
        yield PUBLIC
    yield from (f"{name}:{getattr(story, name)}" for name in CHOICES if getattr(story, name))
    yield from (name for name in ("recovery", "gold") if getattr(story, name))
    yield from (f"year:{day.year}", f"month:{day:%Y-%m}", f"day:{day:%Y-%m-%d}")


def likely_facets(story: Story) -> list[str]:
    """The postings that a story will stand in, but for its traits and teams, before anything that
    hangs on it is fetched; and some more."""
    return [*_of_its_own(story), PHOTO, *(f"{NARROWED}{wider}" for wider in WIDER)]


def stands_under(story: Story) -> list[str]:
    """The same with its traits and teams, where those are at hand."""
    traits = [f"{TRAIT}{tagging.tag_id}" for tagging in story.story_traits.all()]
    teams = [f"{TEAM}{credit.team_id}" for credit in story.credits.all() if credit.team_id]
    return [*likely_facets(story), *traits, *teams]


def facets_that_hang_on(stories: Iterable[Story]) -> dict[str, QuerySet]:
    """What the stories stand under by their traits and teams, by their kind, for the database to
    find."""
    keys = [story.pk for story in stories]
    return {
        kind: held.order_by().values(
            facet=Concat(Value(kind), Cast(of, TextField()), output_field=TextField())
        )
        for kind, held, of in (
            (TRAIT, StoryTrait.objects.filter(content_object__in=keys), "tag_id"),
            (TEAM, Credit.objects.filter(story__in=keys, team__isnull=False), "team_id"),
        )
    }


def _of_person(credit: Credit, audience: Audience) -> Iterator[str]:
    """A person's stories are those that name them in full: any other would say whose it is.

    All are theirs on their own page. Where fewer hear of it than here, the index says so.
    """
    here = credit.named_to(ORGANISATION)
    yield f"{'person' if credit.named_to(audience) == FULL else 'credited'}:{credit.employee_id}"
    for wider in WIDER:
        if credit.named_to(wider) != here:
            yield f"{NARROWED}{wider}"
            if here == FULL:
                yield f"not_{wider}:{credit.employee_id}"
