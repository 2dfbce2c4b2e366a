"""What the telling room's tests share."""

import uuid

import pytest
from django.http import QueryDict

from stories.telling.forms import TellForm
from tests.factories import UserFactory


@pytest.fixture
def teller(db):
    """An account that tells; `.person` is the employee behind it."""
    return UserFactory()


@pytest.fixture
def form_of(teller):
    """A bound form: `form_of(body="…", traits=["a", "b"])`."""

    def make(story=None, **values) -> TellForm:
        return TellForm(posted(**values), user=teller, story=story)

    return make


def posted(**values) -> QueryDict:
    """What a browser sends: lists are repeated, `evidence_x` is `evidence-x`."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        values_of_it = value if isinstance(value, list) else [value]
        data.setlist(name.replace("evidence_", "evidence-"), values_of_it)
    return data


def fresh(**values) -> dict:
    """A form as a new page sends it."""
    return {
        "body": "She warmed his hands.",
        "submission": str(uuid.uuid4()),
        "version": "0",
    } | values
