"""Whatever stands in an address, the wall answers with a page."""

import pytest
from django.http import QueryDict

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.filters import FilterForm
from tests.factories import PublishedStoryFactory
from tests.shared import shared
from tests.walls import stories

pytestmark = pytest.mark.django_db

STRANGE = {
    "nul": "\x00",
    "lone surrogate": "\ud800",
    "html": "<script>alert(1)</script>",
    "right to left": "\u202eمرحبا",
    "combining marks": "e" + "\u0301" * 500,
    "emoji": "👩‍🚒🎉",
    "quotes": "“\"'‘%_\\",
    "very long": "x" * 200_000,
    "many words": "word " * 40_000,
    "many quotes": '"' * 10_000,
    "number beyond all": "9" * 400,
    "negative": "-1",
    "not latin digits": "١٢٣",
    "sql": "1' OR '1'='1",
    "regular expression": "(a+)+$[[:alpha:]",
    "format": "%s %(x)s {0}",
}
NAMES = (
    *("trait", "team", "person", "served", "setting", "initiative", "recovery", "gold"),
    *("year", "month", "q", "sort", "view", "after"),
)


@pytest.fixture(scope="module")
def one(django_db_setup, django_db_blocker):
    """A story that all look at, and leave as it is."""
    with shared(django_db_blocker):
        yield PublishedStoryFactory(traits=["Personal"])


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_a_strange_value_in_any_filter_is_answered(staff_client, one, value):
    value = value.encode("utf-8", "surrogatepass")
    for address in ("/", "/traits/personal/"):
        response = staff_client.get(address, dict.fromkeys(NAMES, value))
        assert response.status_code == 200
        page = response.content.decode()
        assert "<script>alert" not in page
        assert len(page) < 100_000


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("name", NAMES)
def test_a_strange_value_alone_is_answered(one, name, value):
    data = QueryDict(mutable=True)
    data.setlist(name, [value, value])
    form = FilterForm(data, Naming(ORGANISATION))
    list(stories(form))
    assert len(form.address()) < 2_000
    assert all(len(note) < 120 for note in form.notes)


@pytest.mark.parametrize("query", ["%00", "q=%ED%A0%80", "q=%FF%FE", "trait", "&&&=;=", "q=a%"])
def test_a_broken_query_is_answered(staff_client, one, query):
    assert staff_client.get(f"/?{query}").status_code == 200


def test_forty_traits_are_answered_with_what_is_known_of_them(staff_client, one, shown):
    query = "&".join(["trait=personal"] * 20 + [f"trait=nope{n}" for n in range(20)])
    assert shown(staff_client.get(f"/?{query}")) == [one.public_id]


@pytest.mark.parametrize(
    "address",
    [
        "/people/99999999999999999999999999/",
        "/people/0/",
        "/teams/%00/",
        "/traits/%00/",
        "/traits/%F0%9F%8E%89/",
        "/traits/" + "x" * 5000 + "/",
        "/teams/" + "x" * 5000 + "/",
    ],
)
def test_a_strange_page_is_not_found(staff_client, address):
    assert staff_client.get(address).status_code == 404
