"""The wall, and the pages that are the wall with a heading of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from staff import roles
from staff.audiences import ORGANISATION
from staff.models import Team
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.cards import cards
from stories.filtering.fields import Sort
from stories.filtering.filters import FilterForm, under
from stories.filtering.known import READ, UNNAMED, Known
from stories.filtering.meant import Condition, Meant
from stories.filtering.searched import Searched
from stories.models import Index, Trait, WallVersion
from stories.models.held import read_at_once
from stories.posters import posters_at

from . import evidence, facets
from .counts import Counts, Tally
from .found import found_cards, found_posters
from .hanging import hung
from .instead import instead
from .pages import PAGE, Asked, Page, page
from .saved.row import Row
from .saying import counted, more
from .taking import kept, taken_along
from .unchanged import as_of, kept_by_version, render_page, unchanged, views_of
from .visits import note, reader


@dataclass(frozen=True)
class Heading:
    """What a page has of its own: its template, what that shows, the teams to choose from, and
    the trait that all its stories have, which is no choice there. `asks` says in a wall's words
    what the page itself asks for; None if a wall could not be asked for it."""

    template: str = "wall/wall.html"
    context: dict = field(default_factory=dict)
    teams: Sequence[Team] = ()
    trait: Trait | None = None
    asks: dict[str, str] | None = field(default_factory=dict)


@require_safe
@unchanged(shared=True)
def wall(request: SignedInRequest) -> HttpResponse:
    """Every published story; as its bare address, what the reader wants the wall to open with."""
    form = asked_for(request)
    mine = Row(request.user, form, views_of(request))
    if mine.opening and not request.META["QUERY_STRING"]:
        return redirect(mine.opening)
    heading = Heading(context={"mine": mine}, teams=_regions(form))
    return wall_page(request, form, heading=heading)


@require_safe
@unchanged(shared=True)
def trait(request: SignedInRequest, slug: str) -> HttpResponse:
    """The stories of one trait, under what it means and the sentences that prove it."""
    form = asked_for(request)
    asked = form.vocabulary.get(slug)
    if asked is None:
        raise Http404
    if asked.merged_into:
        return redirect(asked.merged_into, permanent=True)
    context: dict = {"trait": asked}
    if is_front(request, form):
        context["proof"] = evidence.collage(asked, request.user, form.naming)
    heading = Heading("wall/trait.html", context, _regions(form), asked, {"trait": asked.slug})
    return wall_page(request, form, [under(f"trait:{asked.pk}")], heading)


@require_safe
def traits(request: SignedInRequest) -> HttpResponse:
    """The vocabulary: what each trait means, with a sentence that shows it."""
    naming = Naming(ORGANISATION)
    return render(request, "wall/traits.html", {"tiles": evidence.vocabulary(request.user, naming)})


def asked_for(request: SignedInRequest) -> FilterForm:
    """What this address asks for. It carries the naming of the request."""
    version = as_of(request) or WallVersion.current()
    read_at_once(version, READ)
    known, who = Known(as_of=version), reader(request)
    naming = Naming(ORGANISATION, unnamed=UNNAMED.at(version))
    form = FilterForm(request.GET, naming, path=request.path, known=known, reader=who)
    form.index = Index(version)
    return form


def is_front(request: SignedInRequest, form: FilterForm) -> bool:
    """Whether this is a page as one arrives at it: nothing asked for yet, from the beginning."""
    return not (form.chips or request.htmx or {"after", "before"} & request.GET.keys())


def wall_page(
    request: SignedInRequest,
    form: FilterForm,
    base: Iterable[Condition] = (),
    heading: Heading = Heading(),
) -> HttpResponse:
    """Those of the stories of a page that were asked for, as posters or as a list.

    With htmx the next page alone is answered, from the same address.
    """
    sort = form.sort_chosen
    asked = Asked.read(request.GET.get("after", ""), request.GET.get("before", ""), sort)
    if asked.lost:
        form.notes.append(_("That part of the wall could not be found; here is its beginning."))
    meant = form.meant(request.user, base)
    note(request, meant)
    shown = page(meant, sort, asked)
    context = {"form": form, **_hung(shown.seqs, meant, form), **_pager(shown, form)}
    if asked.after and request.htmx and not request.htmx.history_restore_request:
        response = render_page(request, "wall/_stories.html", context)
    else:
        context |= _around(request, form, Counts(meant), heading)
        context |= {"paged": asked, "front": is_front(request, form), **heading.context}
        response = render_page(request, heading.template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def teams_within(form: FilterForm, top: Team | None) -> list[Team]:
    """The teams to choose from: those right below the chosen one, or below `top`.

    Where one team holds all the others, as an organisation does, those are what one chooses from.
    """
    above = form.team_chosen or top
    below = form.known.right_below(above)
    if above is None and len(below) == 1:
        return form.known.right_below(below[0]) or below
    return below


def _regions(form: FilterForm) -> list[Team]:
    return teams_within(form, None)


def _hung(seqs: list[int], meant: Meant, form: FilterForm) -> dict:
    """What is at these places, as posters or as a list."""
    if isinstance(meant, Searched) and form.search:
        if form.as_list:
            return {"cards": found_cards(seqs, meant, form.naming)}
        return {"posters": hung(found_posters(seqs, meant, form.naming))}
    if not form.as_list:
        return {"posters": hung(posters_at(seqs, meant.index, form.naming))}
    by_place = {story.seq: story for story in meant.stories(seqs).fetched_for_cards()}
    # What was withdrawn a moment ago is left out.
    stories = [by_place[seq] for seq in seqs if seq in by_place]
    return {"cards": cards(stories, form.naming)}


def _around(request: SignedInRequest, form: FilterForm, counts: Counts, heading: Heading) -> dict:
    """What stands around the stories: how many, filters, chips, orders."""
    return {
        "count": counted(counts.total),
        "total": counts.total,
        "chips": form.chips,
        "title": _title(request, form, heading),
        "filters": kept_by_version(request, form, lambda: _filters(request, form, counts, heading)),
        "sorts": [
            {
                "name": sort.label,
                "url": form.address(sort=_but_newest(sort)),
                "on": sort == form.sort_chosen,
            }
            for sort in Sort
            if sort != Sort.RELEVANCE or form.search
        ],
        # Counted only where nothing was found: the list of things to take away is lazy.
        "loosen": lambda: [
            (chip, counted(n)) for chip in form.chips if (n := counts.without(chip.key))
        ],
        "instead": lambda: instead(form, counts.meant),
        "query": form.search.text,
        # A heading's own search is that of the whole wall.
        "searched_within": form.kept("q") if form.path == reverse("wall") else [],
        "canonical": request.build_absolute_uri(form.address()),
        "keep": kept(form, heading.asks),
    }


def _title(request: SignedInRequest, form: FilterForm, heading: Heading) -> str:
    """What was asked for, in words, but for what the heading says already."""
    asks = heading.asks or {}

    def is_said(key: str) -> bool:
        name, _colon, value = key.partition(":")
        return name in asks and asks[name] == (value or request.GET.get(name))

    return " · ".join(chip.name for chip in form.chips if not is_said(chip.key))


def _filters(
    request: SignedInRequest, form: FilterForm, counts: Counts, heading: Heading
) -> SafeString:
    """The filters beside the stories, and the strip of traits that a phone has of them."""
    groups = facets.groups(form, counts, heading.teams, without=heading.trait)
    context = {
        "groups": groups,
        "strip": facets.strip(groups[0].items),
        "done": _("Show %s") % counted(counts.total),
        "take": taken_along(form, heading.asks),
        "may_screen": roles.is_manager(request.user) or roles.is_moderator(request.user),
    }
    return render_to_string("wall/_filters.html", context)


def _but_newest(sort: Sort) -> str | None:
    return None if sort == Sort.NEWEST else sort.value


def _pager(shown: Page, form: FilterForm) -> dict:
    """The ways to the next page and to the one before."""
    context = {"next_url": "", "previous_url": ""}
    if shown.next:
        context["next_url"] = form.address(after=str(shown.next))
        context["more"] = more(min(shown.left, PAGE) if shown.counted else 0)
        if shown.counted:
            context["left"] = _("%s still to read") % Tally(shown.left)
    if shown.previous:
        on_first = shown.counted and shown.above <= PAGE
        context["previous_url"] = form.address(before=None if on_first else str(shown.previous))
        if shown.counted:
            context["above"] = _("%s before these") % Tally(shown.above)
    return context
