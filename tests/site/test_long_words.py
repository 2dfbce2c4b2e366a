"""A word that is longer than the screen, such as an address, is broken and widens no page."""

import pytest
from django.urls import reverse

from tests.browser import DESK
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PublishedStoryFactory,
    TeamFactory,
    TraitFactory,
    UserFactory,
)
from tests.moderation.pages import change

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "https://example.org/" + "a" * 180
WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
NARROWEST = {"viewport": {"width": 320, "height": 640}}


def test_no_page_is_wider_than_its_screen(page_as):
    reader = UserFactory(roles=["moderators"])
    team = TeamFactory(name=WORD)
    person = EmployeeFactory(first_name=WORD, last_name=WORD, job_title=WORD)
    MembershipFactory(employee=person, team=team)
    trait = TraitFactory(name=WORD[:40], meaning=ADDRESS)
    words = f"See {ADDRESS} for it."
    story = PublishedStoryFactory(
        teller=reader.person,
        body=f"{words} {ADDRESS}",
        line=WORD + WORD,
        title=(WORD + WORD)[:120],
        place=WORD,
        setting="elsewhere",
        organisation=WORD,
        recovery=True,
        went_wrong=WORD + WORD,
        people=[person],
        people__team=team,
    )
    story.set_traits([(trait, words)])
    NoteFactory(story=story, text=ADDRESS)
    story_address = story.get_absolute_url()
    addresses = [reverse(name) for name in ("wall", "traits", "people", "teams", "mine")]
    addresses += [reverse("person", args=[person.pk]), reverse("team", args=[team.slug])]
    addresses += [reverse("trait", args=[trait.slug]), f"/?team={team.slug}&trait={trait.slug}"]
    addresses += [story_address, reverse("flag", args=[story.public_id]), change(story)]
    wide = []
    for screen in (NARROWEST, DESK):
        page = page_as(reader, **screen)
        for address in addresses:
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((screen["viewport"]["width"], address))
    assert not wide


@pytest.mark.parametrize("wide", [1200, 1440])
def test_the_list_of_notes_keeps_its_columns_in_sight(wide, page_as):
    NoteFactory(text=ADDRESS, story=PublishedStoryFactory(title="Ninety seconds for a cello " * 2))
    viewport = {"width": wide, "height": 900}
    page = page_as(UserFactory(roles=["moderators"]), viewport=viewport)
    page.goto(reverse("admin:stories_note_changelist"))
    table = page.locator("#result_list")
    assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    assert table.locator("tbody th").bounding_box()["width"] > 200
