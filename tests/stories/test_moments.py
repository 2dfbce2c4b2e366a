"""How days and numbers of times are said inside a sentence."""

import pytest

from stories.templatetags.moments import told_on


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (1, "told on once"),
        (2, "told on twice"),
        (3, "told on 3 times"),
        (1240, "told on 1,240 times"),
    ],
)
def test_how_often_a_story_was_told_on(times, words):
    assert told_on(times) == words
