"""What a card shows of a story: prepared once, named for its audience, the same on every wall."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from staff.models import Credit
from staff.naming import Naming, Near

from . import lines, palette
from .languages import foreign
from .models import Setting, Story
from .models.photo import focus_classes

EXCERPT_LENGTH, FIRST_WORDS = 160, 8
# An ellipsis stands for what stopped the words before it: no four dots.
STOPPED = re.compile(r"[\s.,;:–…]+…$")


@dataclass(frozen=True)
class CardTrait:
    name: str
    slug: str
    hue: str


@dataclass(frozen=True)
class CardPhoto:
    """A story's leading photo as dots in the poster's ink; `focus` is what a crop keeps, in %.

    `swapped` are the dots for a poster whose ground and ink have changed places.
    """

    url: str
    swapped: str
    alt: str
    width: int
    height: int
    focus_x: int
    focus_y: int

    @property
    def focus(self) -> str:
        """The focal point as classes, in steps of ten per cent."""
        return focus_classes(self.focus_x, self.focus_y)


@dataclass(frozen=True)
class Card:
    """One story as a poster; every text in it may be shown to the audience it was made for."""

    public_id: str
    url: str
    line: str
    title: str
    excerpt: str
    credit: str
    when: datetime.date
    fit: lines.Fit
    traits: list[CardTrait] = field(default_factory=list)
    told_on: int = 0
    salutes: int = 0
    served: str = ""
    organisation: str = ""
    went_wrong: str = ""
    elsewhere: bool = False
    recovery: bool = False
    gold: bool = False
    photo: CardPhoto | None = None
    lang: str = ""

    @property
    def hue(self) -> str:
        return self.traits[0].hue if self.traits else palette.PLAIN

    @property
    def em(self) -> float:
        """How long its line is."""
        return self.fit.em

    @property
    def has_photo(self) -> bool:
        return self.photo is not None

    @property
    def wordy(self) -> bool:
        """Is the line too long to lead the poster? Then the title does, and `fit` is its own."""
        return lines.is_long(self.line)


def cards(stories: Iterable[Story], naming: Naming) -> list[Card]:
    """Cards for stories that were fetched with `.for_cards()`."""
    stories = list(stories)
    naming.meet(story.near for story in stories)
    return [card(story, naming) for story in stories]


def card(story: Story, naming: Naming) -> Card:
    near = story.near
    line, title = naming.text(story.line, near), naming.text(story.title, near)
    excerpt = Truncator(naming.text(story.body, near)).chars(EXCERPT_LENGTH)
    # A name that was withheld changes the width of the line: then it is measured anew.
    as_stored = (line, title) == (story.line, story.title)
    if not line and not title:
        # Somebody wrote a sentence and sent it: its first words lead the poster.
        title = STOPPED.sub("…", Truncator(excerpt).words(FIRST_WORDS))
    return Card(
        public_id=story.public_id,
        url=story.get_absolute_url(),
        line=line,
        title=title,
        excerpt=excerpt,
        credit=credit_line(story, naming),
        when=story.happened_on or (story.published_at or story.created_at).date(),
        fit=lines.leading(line, title, story.line_widths if as_stored else ()),
        traits=[
            CardTrait(tagging.tag.name, tagging.tag.slug, tagging.tag.hue)
            for tagging in story.shown_traits()
        ],
        told_on=story.retelling_count,
        salutes=story.salute_count,
        served=story.served,
        organisation=naming.text(story.organisation, near),
        went_wrong=naming.text(story.went_wrong, near),
        elsewhere=story.setting == Setting.ELSEWHERE,
        recovery=story.recovery,
        gold=story.gold,
        photo=card_photo(story, naming),
        lang=foreign(story.language),
    )


def card_photo(story: Story, naming: Naming) -> CardPhoto | None:
    """The leading photo in the ink that the card is printed in, if there is one that is ready."""
    photo = story.leading_photo
    if photo is None:
        return None
    traits = story.shown_traits()
    hue = traits[0].tag.hue if traits else palette.PLAIN
    return CardPhoto(
        url=photo.halftone_url(hue),
        swapped=photo.halftone_url(hue, swapped=True),
        alt=naming.text(photo.alt, story.near),
        width=photo.width,
        height=photo.height,
        focus_x=photo.focus_x,
        focus_y=photo.focus_y,
    )


def credit_line(story: Story, naming: Naming) -> str:
    """“Marek, platform team” or “Anke and Femi, ward 4”: who did it, as a poster names them."""
    credits, near = list(story.credits.all()), story.near
    names = [
        credit_name(credit, story, naming, near) for credit in credits if not credit.is_whole_team
    ]
    teams = list(dict.fromkeys(credit.team.name for credit in credits if credit.team))
    unnamed = _("a colleague")
    if names.count(unnamed) > 1:
        names = [name for name in names if name != unnamed] + [_("colleagues")]
    where = story.organisation if story.setting == Setting.ELSEWHERE else _sentence(teams[:2])
    # Without names, a team or an organisation says it all.
    who = _sentence(names) if naming.names or not where else ""
    text = ", ".join(part for part in (who, naming.text(where, near)) if part)
    return text[:1].upper() + text[1:]


def credit_name(credit: Credit, story: Story, naming: Naming, near: Near) -> str:
    """What readers hear of somebody whom the story credits."""
    if credit.employee:
        return naming.called(credit.employee, near)
    if not naming.names:
        here = story.setting == Setting.HERE
        return _("a colleague") if here else _("somebody")
    return naming.text(credit.name_text, near)


def _sentence(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
