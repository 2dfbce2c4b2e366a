"""What the tell page shows around the form: tiles, sentences, people, the poster as it grows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.audiences import ORGANISATION
from staff.models import Employee
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.text import as_printed, clean_text
from stories import lines
from stories.models import MOST_PHOTOS, Photo, Status, Story, StoryEvent, Trait
from stories.models.story import MOST_BODY

from . import kept
from .forms import TellForm, inspiration
from .likeness import suggest_traits
from .prompts import memory_prompt
from .suggest import evidence_sentences, suggest_line, suggest_title
from .tiles import OPEN_TILES, Tile, trait_tiles
from .warning import Warned

# A select in which nobody finds their team helps nobody.
MOST_TEAMS = 400
MOST_OFFERED = 8
# What stands large on the poster, and is taken from the words where the teller left it open.
SET_LARGE = ("line", "title")


@dataclass(frozen=True)
class Suggestions:
    """What the words of the story suggest, and the poster they make."""

    line: str = ""
    title: str = ""
    traits: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, body: str) -> Suggestions:
        body = clean_text(body)[:MOST_BODY]
        if not body:
            return cls()
        return cls(
            as_printed(suggest_line(body)),
            as_printed(suggest_title(body)),
            suggest_traits(body),
            evidence_sentences(body),
        )


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
    request: SignedInRequest, form: TellForm, *, stored: Story | None = None, **more: Any
) -> HttpResponse:
    """The tell page. `stored` is what another page saved meanwhile.

    `more` may be `refused` (why nothing was stored), `asks_again` (it is sent once its teller has
    looked at what it may tell of somebody), `restored` (the form was kept over a sign-in),
    `photos` (those that came with the form, by now kept or refused) and `version`.
    """
    story = form.story
    suggestions = Suggestions.of(str(form["body"].value() or ""))
    tiles = trait_tiles(form, suggestions.traits)
    naming = Naming(ORGANISATION)
    large = _set_large(form, tiles, suggestions)
    warned = _warned(form, naming)
    _offer(form)
    context = {
        "form": form,
        "story": story,
        "prompt": memory_prompt(),
        **_identity(form, goes_on="restored" in more),
        "version": stored.version if stored else _version(form),
        "suggestions": suggestions,
        "warned": warned,
        "tiles": tiles[:OPEN_TILES],
        "more_tiles": tiles[OPEN_TILES:],
        "chosen": [tile for tile in tiles if tile.chosen],
        **large,
        **_people(request, form, naming),
        **_inspired(form, naming),
        "note": _note(story, naming),
        "stored": stored,
        "hours": settings.MODERATION_HOURS,
        "most": MOST_BODY,
        **_photos(form),
        **more,
    }
    status = 409 if stored or more.get("refused") else 200
    return render(request, "telling/tell.html", context, status=status)


def _warned(form: TellForm, naming: Naming) -> list[Warned]:
    """What may tell who somebody is. It is looked for with the teams, and who is not named."""
    if form.is_bound:
        form.asked_beside.append(naming.question)
    return form.looked.warned


def _people(request: SignedInRequest, form: TellForm, naming: Naming) -> dict[str, Any]:
    """The colleagues chosen so far, and whom a part of a name finds."""
    asked = request.POST.get("people_q", "")
    return {
        "people": people(form, naming),
        "found": people_found(asked),
        "people_q": clean_text(asked)[:100],
        "people_sought": request.POST.get("look") == "people",
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


def poster(form: TellForm, tiles: list[Tile], suggestions: Suggestions) -> Poster:
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


def _set_large(form: TellForm, tiles: list[Tile], suggestions: Suggestions) -> dict[str, Any]:
    """The poster; what it took from the words stands in their fields, to be stored as it was shown.

    `own` are those that are the teller's from now on, so that without JavaScript too one that is
    emptied stays empty. What a draft took from the words it was kept with is not: with JavaScript
    it goes on following them.
    """
    made, emptied = poster(form, tiles, suggestions), []
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
    return {"poster": made, "own": own}


def people(form: TellForm, naming: Naming) -> list[tuple[int, str]]:
    """The colleagues chosen so far, by the names this reader may see."""
    held = {c.employee_id for c in form.story.credits.all()} if form.story else set()
    return [
        (person.pk, naming.name(person))
        for person in form.looked.chosen
        if person.pk in held or (person.active and not person.unnamed)
    ]


def people_found(words: str) -> list[dict[str, Any]]:
    """Up to eight colleagues by a part of their name; never one who asked not to be named."""
    words = clean_text(words)[:100]
    if not words:
        return []
    found = Employee.objects.active().nameable().matching(words).with_team_today()[:MOST_OFFERED]
    return offers(found)


def people_in(body: str) -> list[dict[str, Any]]:
    """Up to four colleagues whose first name stands in the text with a capital."""
    words = {word.strip(".,;:!?…’'”\"") for word in clean_text(body)[:MOST_BODY].split()}
    names = sorted(word for word in words if word[:1].isupper() and len(word) > 2)[:200]
    if not names:
        return []
    named = Q(first_name__in=names) | Q(known_as__in=names)
    return offers(Employee.objects.active().nameable().filter(named).with_team_today()[:4])


def offers(people: Iterable[Employee]) -> list[dict[str, Any]]:
    """Colleagues as a list offers them: name, job and team, so that the right one is thanked."""
    naming = Naming(ORGANISATION)
    return [_offered(person, naming) for person in people]


def _offered(person: Employee, naming: Naming) -> dict[str, Any]:
    teams = [membership.team.name for membership in getattr(person, "current_memberships", [])]
    # A job may be that of somebody’s assistant.
    where = ", ".join(part for part in (naming.text(person.job_title), *teams) if part)
    return {"id": person.pk, "name": person.full_name, "where": where}


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
    offered = [(team.slug, team.name) for team in list(form.teams)[:MOST_TEAMS]]
    form.fields["team"].widget.choices = [("", ""), *offered]


def _version(form: TellForm) -> int:
    if form.is_bound:
        return form.version
    return form.story.version if form.story else 0


def _action(story: Story | None) -> str:
    """A draft is sent to the address of new stories, where it is found even if thrown away."""
    if story is None or story.status == Status.DRAFT:
        return reverse("tell")
    return reverse("edit", args=[story.public_id])


def _inspired(form: TellForm, naming: Naming) -> dict[str, Any]:
    before = _inspired_by(form)
    return {"inspired_by": before, "inspired_name": _named(before, naming)}


def _inspired_by(form: TellForm) -> Story | None:
    """The story that this one goes back to, if it may be shown."""
    public_id = form.value_of("inspired_by")
    before = form.story.inspired_by if form.story else None
    if before and before.public_id == public_id:
        if form.story and hasattr(form.story, "inspired_by_team"):
            # Asked for with the story, which saves a question.
            before.teller_team = form.story.inspired_by_team
        return before
    return inspiration(public_id, form.user) if public_id else None


def _named(story: Story | None, naming: Naming) -> str:
    """What a story is called to a reader; what came down since is not called anything."""
    if story and not story.is_published:
        return _("A story that is no longer up")
    return naming.text(story.title or story.line, story.near) if story else ""


def _note(story: Story | None, naming: Naming) -> StoryEvent | None:
    """What the moderator wrote, if the story was sent back or taken down."""
    if story is None or story.status not in (Status.SENT_BACK, Status.WITHDRAWN):
        return None
    decision = story.last_decision()
    if decision:
        decision.reason = naming.text(decision.reason, story.near)
    return decision if decision and decision.reason else None
