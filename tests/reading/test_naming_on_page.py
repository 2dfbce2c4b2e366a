"""Someone who asked not to be named is nowhere on the page, and is named again the same way."""

import pytest

from staff.models import Employee
from stories.models import StoryTrait
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PublishedStoryFactory,
    UserFactory,
)

from .conftest import HTMX, address, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wilhelmina():
    return EmployeeFactory(first_name="Wilhelmina", last_name="Zonderland", known_as="Mientje")


NAMES = ("Wilhelmina", "Zonderland", "Mientje")


@pytest.fixture
def full_of_her(wilhelmina, traits):
    """A story that speaks of her in every field, with much around it."""
    [caring] = traits("Caring")
    MembershipFactory(employee=wilhelmina)
    everywhere = (
        "Mientje knew. Wilhelmina Zonderland and Wilhelmina, that is ms Zonderland, waited."
    )
    root = PublishedStoryFactory(line="Ask Mientje.", title="Mientje", people=[wilhelmina])
    story = PublishedStoryFactory(
        inspired_by=root,
        teller=wilhelmina,
        people=[wilhelmina],
        body=everywhere,
        line="Mientje did it.",
        title="Where Wilhelmina waited",
        place="Zonderland’s desk",
        organisation="Mientje’s kiosk",
        setting="elsewhere",
        recovery=True,
        went_wrong="Wilhelmina was late.",
    )
    story.set_traits([(caring, "Mientje knew. Wilhelmina")])
    story.set_credits(people=[wilhelmina], names=["Wilhelmina Zonderland of the kiosk"])
    PublishedStoryFactory(inspired_by=story, line="Mientje again.", teller=wilhelmina)
    for _ in range(3):
        PublishedStoryFactory(
            traits=[caring], body=everywhere, line=everywhere, people=[wilhelmina]
        )
    NoteFactory(story=story, author=wilhelmina, text="It was me, Mientje Zonderland.")
    NoteFactory(story=story, text="Thank you, Wilhelmina.")
    story.retell(by=wilhelmina, told_to="team")
    assert StoryTrait.objects.filter(content_object=story).get().evidence
    return story


def test_named_as_long_as_she_has_not_asked(staff_client, full_of_her):
    html = staff_client.get(address(full_of_her)).content.decode()
    assert all(name in html for name in NAMES)


@pytest.mark.parametrize("role", ["staff", "manager", "moderator", "admin"])
def test_unnamed_she_is_nowhere_in_the_page_of_anyone(request, full_of_her, wilhelmina, role):
    client = request.getfixturevalue(f"{role}_client")
    wilhelmina.ask_not_to_be_named()
    html = client.get(address(full_of_her)).content.decode()
    assert [name for name in NAMES if name in html] == []
    assert f"/people/{wilhelmina.pk}/" not in html


def test_unnamed_she_is_nowhere_in_what_comes_without_a_load(
    moderator_client, full_of_her, wilhelmina
):
    wilhelmina.ask_not_to_be_named()
    answers = [
        moderator_client.post(address(full_of_her, to=to), data, headers=HTMX)
        for to, data in (
            ("salute/", {}),
            ("retell/", {"told_to": "team"}),
            ("retell/", {"told_to": "nobody"}),
            ("notes/", {"text": "Thank you."}),
            ("notes/", {"text": ""}),
        )
    ]
    answers.append(moderator_client.get(address(full_of_her), {"notes": 1}, headers=HTMX))
    for answer in answers:
        assert answer.status_code == 200
        html = answer.content.decode()
        assert [name for name in NAMES if name in html] == []


def test_unnamed_she_is_a_colleague(staff_client, full_of_her, wilhelmina):
    wilhelmina.ask_not_to_be_named()
    words = words_of(staff_client.get(address(full_of_her)))
    assert "Told by a colleague," in words
    assert "A colleague told it" in words
    assert "A colleague told their team" in words
    assert "“ A colleague did it.”" in words
    assert "“Thank you, a colleague.”" in words
    html = staff_client.get(address(full_of_her)).content.decode()
    assert '<mark class="ev" data-hue="personal">A colleague knew. A colleague' in html
    assert '<span class="badge" dir="auto">a colleague</span>' in html


def test_named_again_she_is_back_on_the_next_page(staff_client, full_of_her, wilhelmina):
    before = staff_client.get(address(full_of_her)).content
    wilhelmina.ask_not_to_be_named()
    wilhelmina.ask_not_to_be_named(False)
    assert words_of(staff_client.get(address(full_of_her)))
    assert len(staff_client.get(address(full_of_her)).content) == len(before)


def test_a_namesake_keeps_the_name(staff_client, wilhelmina):
    wilhelmina.ask_not_to_be_named()
    other = EmployeeFactory(first_name="Wilhelmina", last_name="Bakker")
    story = PublishedStoryFactory(people=[other], body="Wilhelmina waited.")
    assert "Wilhelmina waited." in words_of(staff_client.get(address(story)))


def test_the_reader_who_is_unnamed_sees_the_same_page(wilhelmina, full_of_her, client):
    account = UserFactory(employee=None)
    Employee.objects.filter(pk=wilhelmina.pk).update(account=account, unnamed=True)
    client.force_login(account)
    main = client.get(address(full_of_her)).content.decode().split("<main")[1]
    assert [name for name in NAMES if name in main] == []
