"""What the tests of the wall share: reading a wall, and reading an address as a form."""

import re

import pytest
from django.http import QueryDict

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.filters import FilterForm
from tests.walls import stories


@pytest.fixture
def shown():
    """The public ids of the stories that a page shows, in their order."""

    def read(response) -> list[str]:
        assert response.status_code == 200, response.content[:500]
        return re.findall(r'<article[^>]*data-story="([^"]+)"', response.content.decode())

    return read


@pytest.fixture
def asked(db):
    """The form for an address such as "trait=personal&q=cold"."""

    def read(address: str = "", path: str = "/") -> FilterForm:
        return FilterForm(QueryDict(address), Naming(ORGANISATION), path=path)

    return read


@pytest.fixture
def found(asked):
    """The published stories that an address asks for, by title."""

    def read(address: str) -> set[str]:
        return set(stories(asked(address)).values_list("title", flat=True))

    return read
