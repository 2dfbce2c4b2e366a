"""Somebody in the demo asks not to be named, whoever it is: no text and no page says their name.

One after the other for every text of every story, and everybody at once for every page.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.test import Client

from staff.audiences import ORGANISATION
from staff.models import Employee, Team, User
from staff.names import Names, places
from staff.naming import Naming
from staff.spellings import single_names
from stories.cards import card
from stories.demo.content import FOLDER
from stories.evidence import marked
from stories.filtering.filters import FilterForm
from stories.models import Story, Trait, WallVersion
from tests.walls import meant

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

with (FOLDER / "staff.csv").open(encoding="utf-8", newline="") as file:
    NUMBERS = [row["number"] for row in csv.DictReader(file)]

# Words of the demo that are somebody's name as well and mean nobody.
NO_NAMES = re.compile(r"\bkit\b")


@dataclass
class Demo:
    client: Client
    stories: list[Story]

    def page(self, address: str) -> str:
        """The page as its reader sees it, without the head of the site, where they are named."""
        response = self.client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        return html.unescape(text.partition("</head>")[0] + text[text.index("<main") :])

    def addresses(self) -> Iterator[str]:
        address = "/"
        while address:
            yield address
            following = re.search(r'href="(/\?after=\d+)"', self.page(address))
            address = following[1] if following else ""
        yield from ("/traits/", "/people/", "/teams/")
        for thing in (*self.stories, *Trait.objects.curated(), *Team.objects.all()):
            yield thing.get_absolute_url()


@pytest.fixture(scope="module")
def demo(filled, django_db_blocker) -> Demo:
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(User.objects.get(username="admin"))
        stories = Story.objects.published().for_cards().prefetch_related("notes__author")
        return Demo(client, list(stories))


def texts(story: Story, naming: Naming) -> str:
    """All that its readers see of a story, and of the notes under it."""
    near, shown = story.near, card(story, naming)
    said = [shown.line, shown.title, shown.credit, shown.organisation, shown.went_wrong]
    said += [naming.text(photo.alt, near) for photo in story.photos.all()]
    said += [part.text for part in marked(story.body, story.shown_traits(), naming, near)]
    said += [naming.text(story.place, near), naming.called(story.teller)]
    said += [naming.text(held.evidence, near) for held in story.story_traits.all()]
    for note in story.notes.all():
        said += [
            naming.text(note.text, near.and_person(note.author_id)),
            naming.called(note.author),
        ]
    return "\n".join(said)


def spoken(text: str, names: Names) -> list[str]:
    """Where the names stand in the text, with a few words around."""
    text = NO_NAMES.sub("", text)
    return [text[max(0, at.start - 30) : at.stop + 30] for at in places(text, names)]


@pytest.mark.parametrize("number", NUMBERS)
def test_no_text_says_the_name_of_one_who_asked_and_no_search_finds_them_by_it(demo, number):
    person = Employee.objects.get(number=number)
    names = Names(single_names(person))
    person.ask_not_to_be_named()
    naming = Naming(ORGANISATION)
    seen = {story.pk: texts(story, naming) for story in demo.stories}
    assert not [said for text in seen.values() for said in spoken(text, names)]
    for name in filter(None, (person.first_name, person.last_name, person.known_as)):
        query = QueryDict(mutable=True)
        query["q"] = name
        form = FilterForm(query, naming)
        sought = meant(form)
        found = sought.stories(sought.newest(10_000)).values_list("pk", flat=True)
        languages = dict(Story.objects.values_list("pk", "language"))
        assert not [pk for pk in found if not sought.marker.first(seen[pk], languages[pk])], name


def test_a_page_says_no_name_when_everybody_asked(demo):
    people = list(Employee.objects.all())
    names = Names(form for person in people for form in single_names(person))
    before = sum(len(spoken(demo.page(address), names)) for address in ("/", "/traits/", "/teams/"))
    assert before > 20
    Employee.objects.update(unnamed=True)
    # As if each had asked by themselves.
    WallVersion.bump()
    said = {address: spoken(demo.page(address), names) for address in demo.addresses()}
    assert not {address: words for address, words in said.items() if words}
