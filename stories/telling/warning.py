"""What a teller is asked to look at twice: words of their story that may tell who somebody is.

A warning, never more: whoever says that the words may stay, or sends the story once more, is not
asked about these words again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from staff.models import Employee
from staff.text import as_id, as_printed, clean_text
from stories import hints
from stories.models import Story

if TYPE_CHECKING:
    from .forms import TellForm

# What stands around the words, so that their place is known again.
AROUND = 40


@dataclass(frozen=True)
class Warned:
    """Words to look at twice, where they stand, and whether their teller said they may stay."""

    key: str
    label: str
    field: str
    before: str
    text: str
    after: str
    overruled: bool


class Looked:
    """The words to look at twice, and the colleagues the form has chosen, asked for with them."""

    def __init__(self, form: TellForm, found: Iterable[hints.Hint], chosen: list[Employee]) -> None:
        self._form, self._found, self.chosen = form, found, chosen

    @cached_property
    def warned(self) -> list[Warned]:
        """The same words once, the text first."""
        settled = set(self._form.posted("overruled"))
        first: dict[str, hints.Hint] = {}
        for hint in sorted(self._found, key=lambda hint: hint.field != "body"):
            first.setdefault(_key(hint), hint)
        return [
            _warned(
                hint,
                clean_text(self._form[hint.field].value()),
                key,
                overruled=key in settled or _was_sent(self._form, hint),
            )
            for key, hint in first.items()
        ]

    @property
    def settled(self) -> bool:
        """Whether all of it may stay."""
        return all(one.overruled for one in self.warned)


def look_over(form: TellForm, *beside: QuerySet) -> Looked:
    """What the form says that may tell who somebody is. Fetches what is needed `beside` the answer
    of the directory."""
    said = {name: clean_text(form[name].value()) for name in hints.FIELDS}
    told = clean_text(form["people_text"].value())
    ids = {pk for one in form["people"].value() or [] if (pk := as_id(str(one)))}
    also = Q(pk__in=ids) if ids else None
    story = Story(pk=0, **said)
    looked = hints.look([story], also=also, teams=form.teams, told=told, beside=beside)
    chosen = [person for person in looked.directory.people if person.pk in ids]
    return Looked(form, looked.hints[0], chosen)


def _key(hint: hints.Hint) -> str:
    """What the form keeps of words that may stay: it holds for these words alone, also where they
    are set as line or title with the marks of print."""
    words = " ".join(as_printed(hint.text).casefold().split())
    return sha256(f"{hint.kind}:{words}".encode()).hexdigest()[:16]


def _was_sent(form: TellForm, hint: hints.Hint) -> bool:
    """Whether the story was sent with these words before."""
    story = form.story
    return bool(story and story.submitted_at and hint.text in getattr(story, hint.field))


def _warned(hint: hints.Hint, text: str, key: str, *, overruled: bool) -> Warned:
    before, after = text[: hint.start], text[hint.end :]
    cut = len(before) > AROUND
    return Warned(
        key=key,
        label=hint.label,
        field=hint.field,
        before="… " + before[-AROUND:].partition(" ")[2] if cut else before,
        text=hint.text,
        after=after[:AROUND].rpartition(" ")[0] + " …" if len(after) > AROUND else after,
        overruled=overruled,
    )
