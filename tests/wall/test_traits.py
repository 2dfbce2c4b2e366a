"""A trait's page: what it means, the words that prove it, its stories."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import Trait
from tests.factories import (
    EmployeeFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    merged,
)

pytestmark = pytest.mark.django_db

BODY = "He had no coat. Marek gave him his own, and walked home in the rain."
WORDS = "Marek gave him his own, and walked home in the rain."


def shows(name, evidence=WORDS, factory=PublishedStoryFactory, **facts):
    trait = Trait.objects.get(name=name)
    story = factory(body=BODY, **facts)
    story.set_traits([(trait, evidence)])
    return story


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("trait=patient", "Patient · Retold"),
        ("trait=patient&trait=caring&gold=1", "Patient · Caring · Gold standard · Retold"),
        ("trait=caring", "Patient · Caring · Retold"),
    ],
)
def test_a_trait_that_its_own_page_is_asked_for_again_is_said_once(staff_client, query, title):
    TraitFactory(name="Patient", slug="patient")
    page = staff_client.get(f"/traits/patient/?{query}").content.decode()
    assert f"<title>{title}</title>" in page


def test_a_traits_page_is_the_wall_with_its_meaning_and_inks(staff_client, shown):
    trait = TraitFactory(
        name="Patient", slug="patient", hue="honest", meaning="Took its time.", question="Who did?"
    )
    story = PublishedStoryFactory(traits=[trait])
    PublishedStoryFactory(traits=["Caring"])
    response = staff_client.get("/traits/patient/")
    assert shown(response) == [story.public_id]
    page = response.content.decode()
    assert '<header class="page-head" data-hue="honest">' in page
    assert "Took its time." in page
    assert "Who did?" in page
    assert "<title>Patient · Retold</title>" in page


def test_filters_narrow_a_traits_page_within_its_own_address(staff_client, shown):
    both = PublishedStoryFactory(traits=["Caring", "Honest"])
    PublishedStoryFactory(traits=["Caring"])
    page = staff_client.get("/traits/caring/").content.decode()
    assert 'href="/traits/caring/?trait=honest"' in page
    assert shown(staff_client.get("/traits/caring/?trait=honest")) == [both.public_id]


def test_the_words_that_prove_it_lead_to_their_story(staff_client):
    story = shows("Generous", title="The coat")
    page = staff_client.get("/traits/generous/").content.decode()
    proof = re.search(r'<ul class="shown".*?</ul>', page, re.DOTALL)[0]
    assert f'<a href="{story.get_absolute_url()}"><q dir="auto">{WORDS}</q>' in proof
    assert "The coat" in proof


def test_only_published_stories_prove_anything(staff_client, moderator_client):
    shows("Generous", factory=StoryFactory)
    shows("Generous").withdraw(by=None)
    for client in (staff_client, moderator_client):
        for address in ("/traits/generous/", "/traits/"):
            assert WORDS not in client.get(address).content.decode()


def test_an_unnamed_person_is_not_named_by_the_words_that_prove_it(staff_client):
    marek = EmployeeFactory(first_name="Marek", last_name="Nowak")
    shows("Generous", people=[marek], title="What Marek did")
    marek.ask_not_to_be_named()
    for address in ("/traits/generous/", "/traits/"):
        page = staff_client.get(address).content.decode()
        assert "A colleague gave him his own" in page
        assert "Marek" not in page


def test_words_with_quotation_marks_get_no_more_of_them(staff_client):
    body = "“Take mine,” he said."
    trait = Trait.objects.get(name="Generous")
    PublishedStoryFactory(body=body).set_traits([(trait, body)])
    assert 'class="bare">“Take mine,”' in staff_client.get("/traits/generous/").content.decode()


def test_the_collage_is_bounded_and_shows_the_newest(staff_client):
    for number in range(20):
        PublishedStoryFactory(body=f"Number {number}.").set_traits(
            [(Trait.objects.get(name="Generous"), f"Number {number}.")]
        )
    page = staff_client.get("/traits/generous/").content.decode()
    assert page.count("<q ") == 8
    assert "Number 19." in page
    assert "Number 11." not in page


def test_the_collage_steps_back_when_something_is_asked_for(staff_client):
    shows("Generous")
    assert "<q " not in staff_client.get("/traits/generous/?served=customer").content.decode()


def test_a_merged_trait_leads_to_its_target_for_good(staff_client):
    kind = TraitFactory(name="Kind", slug="kind")
    merged(kind, Trait.objects.get(slug="caring"))
    response = staff_client.get("/traits/kind/")
    assert (response.status_code, response.url) == (301, "/traits/caring/")


@pytest.mark.parametrize("standing", [Trait.Standing.PROPOSED, Trait.Standing.DROPPED])
def test_a_trait_that_is_not_in_the_vocabulary_has_no_page(staff_client, standing):
    TraitFactory(name="Sparkly", slug="sparkly", standing=standing)
    assert staff_client.get("/traits/sparkly/").status_code == 404
    assert "Sparkly" not in staff_client.get("/traits/").content.decode()


def test_a_retired_trait_keeps_its_page_but_not_its_tile(staff_client, shown):
    trait = TraitFactory(name="Punctual", slug="punctual")
    story = PublishedStoryFactory(traits=[trait])
    trait.retire()
    assert shown(staff_client.get("/traits/punctual/")) == [story.public_id]
    assert "Punctual" not in staff_client.get("/traits/").content.decode()


def test_a_trait_in_another_script_has_a_page(staff_client):
    trait = TraitFactory(name="誠実", slug="誠実")
    PublishedStoryFactory(traits=[trait])
    assert staff_client.get("/").status_code == 200
    assert "誠実" in staff_client.get(trait.get_absolute_url()).content.decode()


def test_a_trait_without_stories_invites(staff_client):
    assert "No story shows it yet" in staff_client.get("/traits/playful/").content.decode()


def test_the_vocabulary_shows_each_trait_with_its_meaning_count_and_words(staff_client):
    shows("Generous")
    PublishedStoryFactory(traits=["Generous"])
    page = staff_client.get("/traits/").content.decode()
    for trait in Trait.objects.curated():
        assert f'href="{trait.get_absolute_url()}"' in page
        assert trait.meaning in page.replace("&#x27;", "'")
    tile = re.search(r'<li data-hue="generous">.*?</li>', page, re.DOTALL)[0]
    assert WORDS in tile
    assert "2 stories" in tile


def test_a_trait_is_renamed_only_once_the_wall_is_held():
    """The other way round, a story that carries it and commits meanwhile would wait for ever."""
    trait = TraitFactory(name="Kind")
    with CaptureQueriesContext(connection) as asked:
        trait.name = "Kindly"
        trait.save()
    said = [one["sql"] for one in asked]
    held = next(at for at, sql in enumerate(said) if "stories_wall_version" in sql)
    renamed = next(at for at, sql in enumerate(said) if sql.startswith('UPDATE "stories_trait"'))
    assert held < renamed
