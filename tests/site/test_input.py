"""docs/input.md says of every text how long it may be, as the models have it."""

import re

import pytest
from django.apps import apps
from django.conf import settings

PAPER = (settings.BASE_DIR / "docs" / "input.md").read_text()
ROWS = re.findall(r"^\| (`\w+\.\w+`(?:, `\w+\.\w+`)*) \| (\d+) \|$", PAPER, re.MULTILINE)
SAID = {name: int(most) for names, most in ROWS for name in re.findall(r"\w+\.\w+", names)}


@pytest.mark.parametrize(("name", "most"), SAID.items())
def test_a_length_is_that_of_the_model(name, most):
    model, _, field = name.partition(".")
    [found] = [one for one in apps.get_models() if one.__name__ == model]
    assert found._meta.get_field(field).max_length == most


def test_there_are_some():
    assert len(SAID) > 20
