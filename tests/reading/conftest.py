"""What the tests of the story page share."""

import re
from html import unescape

import pytest

from stories.models import Trait
from tests.factories import PublishedStoryFactory, TraitFactory


@pytest.fixture
def story(db):
    return PublishedStoryFactory()


@pytest.fixture
def traits(db):
    """Traits by name, as many as a test names."""

    def named(*names: str):
        return [_trait(name) for name in names]

    return named


def _trait(name: str) -> Trait:
    trait = Trait.objects.filter(name__iexact=name).first() or TraitFactory(name=name)
    trait.meaning, trait.hue = f"What {name} means.", "personal"
    trait.save()
    return trait


def address(story, *, to: str = "") -> str:
    return f"/stories/{story.public_id}/{to}"


def words_of(response) -> str:
    """What a reader reads: the answer without its tags, in one line."""
    html = response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


HTMX = {"HX-Request": "true"}
