"""The styleguide: tokens and every component in every state, with made-up stories.

Only where Retold is tried out or worked on.
"""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from . import lines, palette
from .cards import Card, CardPhoto, CardTrait
from .demo import pictures
from .photos.halftone import coloured, stored_halftone
from .wall.counts import Tally
from .wall.facets import Group, Item
from .wall.rows import rows

PAGES = ("wall", "story", "tell", "trait", "account", "mine", "directory")
ERRORS = ("400", "403", "404", "413", "500")

# line · title · traits · credit
TOLD = (
    (
        "I have a whistle. I’m just not blowing it yet.",
        "Ninety seconds for a cello and a grandmother",
        "Empowered Playful",
        "Marek, platform team, Northgate",
    ),
    (
        "Two sugars.",
        "The cup that was there before I asked",
        "Small-thing",
        "A colleague, cleaning",
    ),
    ("He’s eaten. Now you.", "The nurse who went to find the dog", "Caring Seen-through", "Anke"),
    ("£3.40. And I like your coat.", "Prices, written down", "Noticed Personal", "Tomasz, till 6"),
    (
        "I’m not hanging up until all nine of you are in.",
        "Locked out at ten past three",
        "Seen-through Caring",
        "Priya, IT desk",
    ),
    ("I saw your car.", "Bread in the oven before the engine is off", "Remembered", "Lou"),
    (
        "Sit. The parking is my problem.",
        "Reception took the keys",
        "Empowered",
        "Joost, eye clinic",
    ),
    (
        "No relation. He’s my customer.",
        "The handle of the bag",
        "Personal Caring Remembered",
        "Roberta, 7-Eleven",
    ),
    (
        "I’m a five as well. Take mine.",
        "Shoes for a funeral",
        "Generous Unexpected",
        "Dilnoza, Harbour Street shop",
    ),
    (
        "Your bear checked in at six. He’s been no trouble.",
        "Found under bed 214",
        "Playful Generous",
        "Housekeeping, third floor, Hotel Albert",
    ),
    (
        "She asked for platform nine. I said I’d walk her, then I saw the boxes, so I took two "
        "boxes and she told me about Lagos.",
        "Platform nine, the long way",
        "Relational",
        "Hamid, ticket hall",
    ),
    (
        "Thank you for trusting me twice.",
        "Champagne from the dentist",
        "Put-right Unexpected",
        "A dentist and her front desk",
    ),
    (
        "I left the light on.",
        "A guest who does not like the dark",
        "Sincere Small-thing",
        "Beatriz",
    ),
    ("Nobody gets the job in a creased shirt.", "The night porter’s iron", "Unexpected", "Oskar"),
    ("", "Four porters, one piano, no lift", "Surprising Playful", "Back door team, Hotel Albert"),
    (
        "I don’t know. But I’ll still be on the line when I do.",
        "Forty minutes about a boiler",
        "Honest Sincere",
        "Samira, home desk, call centre",
    ),
    ("Bring it back when it stops raining.", "The blue umbrella", "Generous", "Ilse, cloakroom"),
    ("A shoelace, a fork and twenty minutes.", "The pram wheel", "Resourceful", "Night workshop"),
    ("We kept you the window.", "Table four, every Thursday", "Remembered Personal", "Giulia"),
    ("It was our mistake. Here’s how we know.", "The missing decimal", "Put-right Honest", "Ravi"),
    ("You looked cold.", "A heater by the queue", "Noticed Caring", "Two from the ferry desk"),
    ("I can’t. My neighbour can, and she’s on her way.", "The piano key", "Honest", "Wout"),
    ("Nine.", "How many times he read it to her", "Seen-through Sincere", "Amal, library"),
    ("Then we’ll both be late.", "The last tram", "Empowered Relational", "Kofi, line 4"),
)


def samples() -> list[Card]:
    """Two dozen stories in every form a poster has."""
    return [_sample(index, *told) for index, told in enumerate(TOLD)]


def _sample(index: int, line: str, title: str, traits: str, credit: str) -> Card:
    recovery = "Put-right" in traits
    return Card(
        public_id=f"sample{index}",
        url=f"/styleguide/story/?{index}",
        line=line,
        title=title,
        excerpt="He came in off the last train with a suitcase that had stood in the rain.",
        credit=credit,
        when=date.today() - timedelta(days=index * 3 + 1),
        fit=lines.fit(line or title, quoted=bool(line)),
        traits=[_trait(slug) for slug in traits.lower().split()],
        told_on=(41, 12, 63, 19, 0, 30, 22, 88, 26, 57, 0, 71, 1)[index % 13],
        elsewhere=index in (7, 11),
        recovery=recovery,
        went_wrong="The first treatment failed, and it hurt." if recovery else "",
        gold=index in (0, 13),
    )


def _trait(slug: str) -> CardTrait:
    return CardTrait(slug.replace("-", " ").capitalize(), slug, slug)


def _states() -> list[tuple[str, Card]]:
    """One poster in each of its states."""
    card = _sample(3, *TOLD[3])
    long = " ".join([TOLD[10][0]] * 2)
    unbroken = "Donaudampfschifffahrtsgesellschaftskapitän."
    arabic = "قلت له: خذ وقتك."
    return [
        ("A line", card),
        ("Title only", _sample(14, *TOLD[14])),
        ("One word", replace(card, line="Nine.", fit=lines.fit("Nine."))),
        ("A word without a break", replace(card, line=unbroken, fit=lines.fit(unbroken))),
        ("Almost too long", _sample(10, *TOLD[10])),
        ("Too long to lead", replace(card, line=long, fit=lines.fit(long))),
        ("Too long, no title", replace(card, line=long, title="", fit=lines.fit(long))),
        ("Gold standard", replace(card, gold=True)),
        ("Seen elsewhere", replace(_sample(7, *TOLD[7]), gold=True)),
        ("Went wrong first", _sample(11, *TOLD[11])),
        ("Unnamed", replace(card, credit="A colleague", told_on=0)),
        ("No trait", replace(card, traits=[])),
        ("Right to left", replace(card, line=arabic, title="الصباح", fit=lines.fit(arabic))),
        ("Long names", replace(card, title=long, credit="Maximiliane von Hohenstein, " * 6)),
    ]


def _groups() -> list[Group]:
    """Filters with their counts, as the wall shows them."""
    named = {
        "Served": "A customer/318 A colleague/67 The neighbourhood/27",
        "Where": "Here/349 Seen elsewhere/63",
        "How it was decided": "On their own/226 With colleagues/88 With a manager/31",
        "Only": "Gold standard/18 Went wrong first/49 With a photo/137",
    }
    traits = [
        Item(trait.name, "?", Tally(7 + 29 * index % 143), hue=trait.hue)
        for index, trait in enumerate(_trait(pair.slug) for pair in palette.PAIRS[:16])
    ]
    groups = [Group("What made it memorable", traits)]
    for title, words in named.items():
        found = re.findall(r"([A-Z][a-z ]+)/(\d+)", words)
        groups.append(Group(title, [Item(name, "?", Tally(int(count))) for name, count in found]))
    return groups


def _notes() -> list[dict]:
    """Notes of thanks, with and without a day."""
    return [
        {
            "text": "I read this out on Monday. Two of us put our phones away that same day.",
            "author": "Joost, eye clinic",
        },
        {"text": "My father has those hands.", "author": "A colleague", "at": date.today()},
    ]


@cache
def _photo(name: str, hue: str) -> CardPhoto:
    """One of the demo's pictures in this hue, inside the page: nobody's story has it here."""
    image = pictures.draw(name, 0.4)
    dots = stored_halftone(image)
    url, swapped = (
        f"data:image/png;base64,{b64encode(coloured(dots, hue, swapped=turned)).decode()}"
        for turned in (False, True)
    )
    return CardPhoto(url, swapped, "", image.width, image.height, 50, 50)


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "pairs": palette.PAIRS,
        "states": _states(),
        "pictured": [
            ("With a photo", replace(samples()[7], photo=_photo("customer", "personal"))),
            ("With a photo, wide", replace(samples()[0], photo=_photo("train", "empowered"))),
            ("With an upright photo", replace(samples()[2], photo=_photo("dog", "caring"))),
        ],
        "rows": rows(samples()[:5]),
        "list": samples()[:4],
        "pages": PAGES + ERRORS,
        "notes": _notes(),
        "stops": [
            {"place": "Lindley Street", "words": "Sofie told it, 3 November"},
            {"place": "Night desk huddle", "words": "Nine people, 4 November"},
            {"place": "Eight more tellings", "words": "since then"},
        ],
        "traits": [_trait(pair.slug) for pair in palette.PAIRS[:16]],
    }
    return render(request, "styleguide/index.html", context)


@login_not_required
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A sample of a whole page; ?n= and ?hue= try other walls."""
    if name in ERRORS:
        return render(request, f"{name}.html")
    if name not in PAGES:
        raise Http404
    cards = samples()
    if hue := request.GET.get("hue"):
        cards = [replace(card, traits=[_trait(hue), *card.traits[:1]]) for card in cards]
    count = request.GET.get("n", "24")
    if count.isdecimal():
        cards = (cards * 2)[: int(count)]
    context = {
        "rows": rows(cards),
        "card": samples()[7],
        "others": samples()[3:6],
        "line_fit": lines.fit("I left the light on."),
        "groups": _groups(),
        "strip": _groups()[0].items,
        "chips": [{"name": "This year", "url": "?"}],
        "sorts": [
            {"name": name, "url": "?", "on": name == "Newest"}
            for name in ("Newest", "Most retold", "Most saluted")
        ],
        "traits": [_trait(pair.slug) for pair in palette.PAIRS[:16]],
        "notes": _notes(),
    }
    return render(request, f"styleguide/{name}.html", context)


urlpatterns = [
    path("styleguide/", index, name="styleguide"),
    path("styleguide/<slug:name>/", page, name="styleguide_page"),
]
