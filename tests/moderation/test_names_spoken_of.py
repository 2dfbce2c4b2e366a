"""Beside a name as told stands what its story says of it: the sentence, or else the line."""

import pytest

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.moderation.spoken_of import AROUND, spoken_of
from tests.factories import EmployeeFactory, PendingStoryFactory

from .names import LEFT, NAMES, left, told
from .pages import change

pytestmark = pytest.mark.django_db

LOU = "It rained. Lou held the door with her foot. Nobody had asked her."


def words(name: str, **story) -> tuple[str, list[str]]:
    """The sentence, and what is marked in it."""
    spoken = spoken_of(name, PendingStoryFactory(**story), Naming(ORGANISATION))
    marked = [run.text for run in spoken.sentence if run.evidence]
    return "".join(run.text for run in spoken.sentence) or spoken.line, marked


@pytest.mark.parametrize(
    ("name", "sentence", "marked"),
    [
        ("Lou", "Lou held the door with her foot.", ["Lou"]),
        ("lou", "Lou held the door with her foot.", ["Lou"]),
        ("Lou from the bakery", "Lou held the door with her foot.", ["Lou"]),
        ("Dr Lou", "Lou held the door with her foot.", ["Lou"]),
        ("the tall one", "Mind the step.", []),
        ("Louise", "Mind the step.", []),
    ],
)
def test_the_sentence_that_says_the_name_or_else_the_line(name, sentence, marked):
    assert words(name, body=LOU, line="Mind the step.") == (sentence, marked)


def test_the_whole_name_is_looked_for_before_a_word_of_it():
    body = "Anna Roth was off. So was Tom. Then Anna from Lost Property came."
    assert words("Anna from Lost Property", body=body)[0].startswith("Then Anna")


def test_a_word_that_only_holds_the_name_is_not_marked():
    sentence, marked = words("Lou", body="A loud loudspeaker made Lou look up.")
    assert sentence.startswith("A loud")
    spoken = spoken_of("Lou", PendingStoryFactory(body=sentence), Naming(ORGANISATION))
    assert (spoken.sentence[0].text, marked) == ("A loud loudspeaker made ", ["Lou"])


def test_what_is_also_written_small_is_the_name_only_where_it_is_not():
    body = "The hotel was full. So Hotel Albert took them in."
    assert words("Somebody at the Hotel", body=body) == ("So Hotel Albert took them in.", ["Hotel"])


def test_names_are_found_in_other_scripts_and_in_the_genitive():
    assert words("李伟", body="下雨了。李伟把伞给了她。")[1] == ["李伟"]
    assert words("Zoe", body="It was Zoë’s umbrella.")[1] == ["Zoë"]


def test_without_a_line_it_is_how_the_story_begins():
    assert words("the tall one", body=LOU, line="") == ("It rained.", [])


@pytest.mark.parametrize("line", ["", "Mind the step."])
def test_however_long_a_sentence_is_little_of_it_is_shown(line):
    around = "and on and on " * 400
    sentence, marked = words("Lou", body=f"{around}Lou {around}", line=line)
    assert marked == ["Lou"]
    assert len(sentence) < 2 * AROUND + 10
    assert sentence.startswith("…")
    assert sentence.endswith("…")
    assert len(words("the tall one", body=around, line="")[0]) <= 2 * AROUND + 1


def test_a_sentence_that_goes_on_over_rows_is_one():
    assert words("Lou", body="When it rained\nlou\nheld the door.")[0] == (
        "When it rained lou held the door."
    )


def test_who_asked_not_to_be_named_is_not_named_by_what_is_shown(moderator_client):
    EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    story = PendingStoryFactory(
        title="Ottoline Zwart and the lift",
        line="Ask Ottoline Zwart.",
        body="Lou fetched Ottoline Zwart from the lift.",
    )
    lou, _other = told(story, "Lou"), told(story, "the tall one")
    page = moderator_client.get(NAMES).content.decode()
    assert "Zwart" not in page
    assert "fetched a colleague from the lift." in page
    assert "Ask a colleague." in page
    moderator_client.post(NAMES, left(lou))
    assert "Zwart" not in moderator_client.get(LEFT).content.decode()


def test_title_and_sentence_stand_beside_the_name_and_lead_to_the_story(moderator_client):
    story = PendingStoryFactory(title="A <b>door", body="Lou <i>held</i> it.")
    told(story, "Lou")
    page = moderator_client.get(NAMES).content.decode()
    assert f'<a href="{change(story)}" dir="auto">A &lt;b&gt;door</a>' in page
    assert '<mark class="ev" data-hue="straw">Lou</mark> &lt;i&gt;held&lt;/i&gt; it.' in page


@pytest.mark.parametrize("address", [NAMES, LEFT])
def test_the_lists_ask_as_often_for_many_names_as_for_one(
    address, moderator_client, django_assert_max_num_queries
):
    def tell(name: str) -> None:
        story = PendingStoryFactory(body=f"It was {name} Roth.", people=[EmployeeFactory()])
        credits = [told(story, name), told(story, "Anna")]
        for credit in credits if address == LEFT else ():
            moderator_client.post(NAMES, left(credit))

    EmployeeFactory(first_name="Marek", unnamed=True)
    tell("Marek")
    with django_assert_max_num_queries(12) as once:
        moderator_client.get(address)
    asked = len(once)
    for number in range(10):
        tell(f"Marek{number}")
    with django_assert_max_num_queries(asked):
        assert len(moderator_client.get(address).context["rows"]) == 22
