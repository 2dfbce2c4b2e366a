"""What a picture card says: every word that is drawn, named for its readers, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from stories.cards import Card

from . import bidi, letters
from .faces import DISPLAY, JAPANESE, KOREAN, PLAIN, SIMPLIFIED, STRONG, TRADITIONAL, Style
from .setting import drawable

MARK = "Retold"


@dataclass(frozen=True)
class Content:
    """The words of one card; `lead` is set large, in quotes if it is `quoted`."""

    hue: str
    lead: str
    quoted: bool
    traits: tuple[str, ...] = ()
    title: str = ""
    long: str = ""
    credit: str = ""
    note: str = ""
    wrong_label: str = ""
    wrong: str = ""
    seal: str = ""
    elsewhere: bool = False
    region: int = SIMPLIFIED

    @property
    def rtl(self) -> bool:
        """Does what leads the card run from the right? Then the whole card does."""
        return bidi.is_rtl(self.lead)

    def style(self, cut: str) -> Style:
        return Style(cut, self.region)


def content_of(card: Card) -> Content:
    """The words of a card, as the wall chooses them, without what no font here can draw."""
    quoted = bool(card.line) and not card.wordy
    lead = card.line if quoted else card.title or card.line or card.excerpt
    content = Content(
        hue=card.hue,
        lead=lead,
        quoted=quoted,
        traits=tuple(trait.name for trait in card.traits),
        title=card.title if quoted else "",
        long=f"“{card.line}”" if card.line and card.title and not quoted else "",
        credit=card.credit,
        note=_("Seen elsewhere") if card.elsewhere else "",
        wrong_label=_("Went wrong first") if card.recovery else "",
        wrong=card.went_wrong if card.recovery else "",
        seal=_("Gold standard") if card.gold else "",
        elsewhere=card.elsewhere,
    )
    return _fit_to_draw(replace(content, region=_region(content)))


def _fit_to_draw(content: Content) -> Content:
    display, strong, plain = (content.style(cut) for cut in (DISPLAY, STRONG, PLAIN))
    lead, title = drawable(content.lead, display), drawable(content.title, strong)
    quoted = content.quoted
    if not _says_something(lead):
        # There may be no font for the line, but one for its title.
        if _says_something(title):
            lead, title, quoted = drawable(content.title, display), "", False
        elif not lead:
            lead, quoted = MARK, False
    return replace(
        content,
        lead=lead,
        quoted=quoted,
        title=title,
        traits=tuple(filter(None, (drawable(trait, strong) for trait in content.traits))),
        long=drawable(content.long, plain),
        credit=drawable(content.credit, plain),
        wrong=drawable(content.wrong, plain),
    )


def _says_something(text: str) -> bool:
    return any(char.isalnum() or letters.is_picture(char) for char in text)


def _region(content: Content) -> int:
    """How Chinese characters are drawn: as the language of these words writes them."""
    words = f"{content.lead} {content.title} {content.long} {content.credit}"
    if letters.KANA_ONLY.search(words):
        return JAPANESE
    if letters.HANGUL.search(words):
        return KOREAN
    traditional = settings.LANGUAGE_CODE.lower().startswith(("zh-hant", "zh-tw", "zh-hk"))
    return TRADITIONAL if traditional else SIMPLIFIED
