"""What the tell page shows around the form: tiles, sentences, people, the poster as it grows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from retold.together import Whole
from staff.choosing import in_regions
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.text import as_printed, clean_text
from stories import lines
from stories.models import MOST_PHOTOS, Photo, Status, Story, Trait
from stories.models.story import MOST_BODY

from . import kept
from .around import Around
from .forms import TellForm
from .likeness import Taught, suggest_traits
from .prompts import memory_prompt
from .suggest import evidence_sentences, suggest_line, suggest_title
from .tiles import OPEN_TILES, Tile, trait_tiles

# A select in which nobody finds their team helps nobody.
MOST_TEAMS = 400
# What stands large on the poster, and is taken from the words where the teller left it open.
SET_LARGE = ("line", "title")


@dataclass(frozen=True)
class Suggestions:
    """What the words of the story suggest, and the poster they make."""

    line: str = ""
    title: str = ""
    sentences: list[str] = field(default_factory=list)
    _body: str = ""
    _taught: Taught | None = None

    @classmethod
    def of(cls, body: str, taught: Taught | None = None) -> Suggestions:
        body = clean_text(body)[:MOST_BODY]
        if not body:
            return cls()
        line, title = suggested("line", body), suggested("title", body)
        return cls(line, title, evidence_sentences(body), body, taught)

    @cached_property
    def traits(self) -> list[str]:
        """Takes what published stories teach, which may be asked for with something else before."""
        return suggest_traits(self._body, self._taught) if self._body else []


def suggested(name: str, body: str) -> str:
    """The line or the title that these words suggest, as it would hang."""
    suggest = {"line": suggest_line, "title": suggest_title}[name]
    return as_printed(suggest(clean_text(body)[:MOST_BODY]))


@dataclass(frozen=True)
class Poster:
    """The poster as it will hang, or a quiet one with a question while there are no words."""

    line: str
    title: str
    traits: list[Trait]
    from_words: bool

    @property
    def hue(self) -> str:
        return self.traits[0].hue if self.traits else "plain"

    @property
    def fit(self) -> lines.Fit:
        return lines.leading(self.line, self.title)

    @property
    def wordy(self) -> bool:
        """Is the line too long to lead? Then the title does, as on the wall."""
        return lines.is_long(self.line)


@dataclass(frozen=True)
class PhotoShown:
    """A photo as the form shows it: with the words and the tick that it came back with."""

    photo: Photo
    alt: str
    off: bool


def show(
    request: SignedInRequest, form: TellForm, *, by_now: Whole | None = None, **more: Any
) -> HttpResponse:
    """The tell page. `by_now` finds its story as it may be by now, and `stored` is what another
    page saved meanwhile.

    `more` may be `refused` (why nothing was stored), `asks_again` (it is sent once its teller has
    looked at what it may tell of somebody), `restored` (the form was kept over a sign-in),
    `photos` (those that came with the form, by now kept or refused) and `version`.
    """
    stored: Story | None = more.get("stored")
    around = Around(form, sought=request.POST.get("people_q", ""))
    suggestions = Suggestions.of(str(form["body"].value() or ""), around.taught)
    # Before it is looked over: what stands large is looked at with the rest.
    made, own = _set_large(form, suggestions)
    _ask(form, around, by_now)
    _offer(form)
    context = {
        "form": form,
        "story": form.story,
        "prompt": memory_prompt(),
        **_identity(form, goes_on="restored" in more),
        "version": stored.version if stored else _version(form),
        "suggestions": suggestions,
        "warned": form.looked.warned,
        **_tiles(trait_tiles(form, suggestions.traits, around.traits), made),
        "own": own,
        **_around(form, around),
        "people_sought": request.POST.get("look") == "people",
        **_photos(form),
        "hours": settings.MODERATION_HOURS,
        "most": MOST_BODY,
        **more,
    }
    status = 409 if stored or more.get("refused") else 200
    return render(request, "telling/tell.html", context, status=status)


def _ask(form: TellForm, around: Around, by_now: Whole | None) -> None:
    """Look over the form and ask for all around it, with its story as it is by now."""
    form.look_with(*around.questions, *(by_now.questions if by_now else ()))
    if by_now and (found := by_now.objects):
        form.story = found[0]


def _tiles(tiles: list[Tile], made: Poster) -> dict[str, Any]:
    """The traits to tap, and the poster with those that are chosen."""
    chosen = [tile for tile in tiles if tile.chosen]
    return {
        "tiles": tiles[:OPEN_TILES],
        "more_tiles": tiles[OPEN_TILES:],
        "chosen": chosen,
        "poster": replace(made, traits=[tile.trait for tile in chosen]),
    }


def _around(form: TellForm, around: Around) -> dict[str, Any]:
    """The colleagues chosen so far, and whom a part of a name finds; what inspired the story, and
    what its moderator wrote."""
    inspired_by = around.inspired_by(form.story)
    return {
        "people": people(form, around.naming),
        "found": around.sought.offers(around.naming),
        "people_q": around.sought.words,
        "inspired_by": inspired_by,
        "inspired_name": _named(inspired_by, around.naming),
        "note": around.note(form.story),
    }


def photos_shown(form: TellForm) -> list[PhotoShown]:
    """The photos of the story, as the form that came back has arranged them."""
    if form.story is None:
        return []
    said = form.arranged
    arranged = replace(said, off=frozenset()).of(form.story.photos.all())
    return [PhotoShown(photo, alt, photo.key in said.off) for photo, alt in arranged]


def _photos(form: TellForm) -> dict[str, Any]:
    return {
        "photos_shown": photos_shown(form),
        "most_photos": MOST_PHOTOS,
        "photo_megabytes": settings.PHOTO_MEGABYTES,
    }


def poster(form: TellForm, suggestions: Suggestions, tiles: Iterable[Tile] = ()) -> Poster:
    """The poster these words make; a line or title the teller left open is taken from them."""
    own = _own(form)

    def set_large(name: str, suggested: str) -> str:
        written = form.fields[name].to_python(form.value_of(name))
        return written or ("" if name in own else suggested)

    line = set_large("line", suggestions.line)
    title = set_large("title", suggestions.title)
    return Poster(
        line=line,
        title=title,
        traits=[tile.trait for tile in tiles if tile.chosen],
        from_words=line == suggestions.line,
    )


def _own(form: TellForm) -> list[str]:
    """Line and title, as far as the teller has written or emptied them in their own field; what was
    sent is theirs as it stands."""
    if form.story is not None and form.story.submitted_at and not form.is_bound:
        return list(SET_LARGE)
    return [name for name in SET_LARGE if name in form.posted("own")]


def _set_large(form: TellForm, suggestions: Suggestions) -> tuple[Poster, list[str]]:
    """The poster, still without traits; what it took from the words stands in their fields, to be
    stored as it was shown.

    The second are those that are the teller's from now on, so that without JavaScript too one that
    is emptied stays empty. What a draft took from the words it was kept with is not: with
    JavaScript it goes on following them.
    """
    made, emptied = poster(form, suggestions), []
    values = form.data if isinstance(form.data, QueryDict) and form.is_bound else form.initial
    for name in SET_LARGE:
        attributes = form.fields[name].widget.attrs
        if value := form.value_of(name):
            if not form.is_bound and name not in _own(form) and value == getattr(suggestions, name):
                attributes["data-suggested"] = ""
        elif name in _own(form):
            emptied.append(name)
            attributes["data-own"] = ""
        elif taken := getattr(made, name):
            values[name] = taken
            attributes["data-suggested"] = ""
    own = [name for name in SET_LARGE if form.value_of(name) or name in emptied]
    return made, own


def people(form: TellForm, naming: Naming) -> list[tuple[int, str]]:
    """The colleagues chosen so far, by the names this reader may see."""
    held = {c.employee_id for c in form.story.credits.all()} if form.story else set()
    return [
        (person.pk, naming.name(person))
        for person in form.looked.chosen
        if person.pk in held or (person.active and not person.unnamed)
    ]


def _identity(form: TellForm, *, goes_on: bool) -> dict[str, Any]:
    """Where the form goes, which story it is, and whose; the page it was, if it `goes_on`."""
    # What that page had saved last may have been answered to nobody; it is no other page's.
    writer = form.writer if goes_on else None
    return {
        "action": _action(form.story),
        "submission": form.submission if form.is_bound or form.story else uuid.uuid4(),
        "writer": writer or uuid.uuid4(),
        "whose": kept.mark_of(form.user),
        "account": f"p{form.user.pk}",
    }


def _offer(form: TellForm) -> None:
    """The teams there are, and the days until today."""
    form.fields["happened_on"].widget.attrs["max"] = timezone.localdate().isoformat()
    offered = in_regions(form.teams, lambda team: team.slug, MOST_TEAMS)
    widget = form.fields["team"].widget
    widget.choices = [("", ""), *offered]
    chosen = form["team"].value()
    named = {team.slug: team.name for team in form.teams}
    if chosen in named and not any(one.data["selected"] for one in form["team"]):
        # Of more teams than are offered, the one that was chosen is not lost.
        widget.choices = [("", ""), (chosen, named[chosen]), *offered]


def _version(form: TellForm) -> int:
    if form.is_bound:
        return form.version
    return form.story.version if form.story else 0


def _action(story: Story | None) -> str:
    """A draft is sent to the address of new stories, where it is found even if thrown away."""
    if story is None or story.status == Status.DRAFT:
        return reverse("tell")
    return reverse("edit", args=[story.public_id])


def _named(story: Story | None, naming: Naming) -> str:
    """What a story is called to a reader; what came down since is not called anything."""
    if story and not story.is_published:
        return _("A story that is no longer up")
    return naming.text(story.title or story.line, story.near) if story else ""
