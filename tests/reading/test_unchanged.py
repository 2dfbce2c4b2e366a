"""A story's page that has not changed is not made again, and nobody gets what is another's."""

import datetime

import pytest
import time_machine
from django.test import Client

from retold.sessions import Glance
from staff.audiences import COLLEAGUE, ORGANISATION
from stories.drawing import draw_all
from stories.models import Entry, Note, Story
from stories.reading import unchanged
from stories.remembered import Pages
from stories.unchanged import ME, TOKEN
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PhotoFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
    named_trait,
)

from .conftest import address


@pytest.fixture
def told(db):
    """A story with all that its page shows: people, a family, a note, a way it went."""
    team, zadie = TeamFactory(name="Night desk"), EmployeeFactory(first_name="Zadie")
    parent = PublishedStoryFactory(line="It began here.")
    story = PublishedStoryFactory(
        traits=["Personal"], people=[zadie], people__team=team, line="Zadie stayed.",
        inspired_by=parent, teller=UserFactory().person,
    )  # fmt: skip
    PublishedStoryFactory(inspired_by=story, line="And led here.")
    story.note = Note.objects.create(story=story, author=UserFactory().person, text="Thank you.")
    story.retelling = story.retell(by=EmployeeFactory(first_name="Femi"), told_to="team")
    story.open_from("link")
    story.person, story.team, story.parent = zadie, team, parent
    draw_all(lambda done: None)
    return story


def get(client: Client, story: Story, tag: str = "", to: str = ""):
    return client.get(address(story, to=to), headers={"If-None-Match": tag} if tag else {})


def had(client: Client, story: Story) -> str:
    """The tag of the page as somebody has it who was there before."""
    get(client, story)
    return get(client, story)["ETag"]


def test_a_page_that_one_has_is_not_sent_again(told, staff_client, django_assert_num_queries):
    tag = had(staff_client, told)
    # The session with its account, and what is known of the story.
    with django_assert_num_queries(2):
        response = get(staff_client, told, tag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == tag
    assert response["Cache-Control"] == "private, no-cache"
    assert get(staff_client, told, tag, to="?notes=2").status_code == 200
    assert get(staff_client, told, tag, to="?family=all").status_code == 200


CHANGES = {
    "withdrawn": lambda told: told.withdraw(by=None),
    "changed": lambda told: change(told, place="At the gate"),
    "gold": lambda told: told.set_gold(True, by=None),
    "retold": lambda told: told.retell(by=EmployeeFactory(), told_to="friend"),
    "retold to more": lambda told: told.retell(
        by=told.retelling.reader, told_to="team", heads=4, on=told.retelling.told_on
    ),
    "saluted": lambda told: told.salute(by=EmployeeFactory()),
    "opened": lambda told: told.open_from("poster"),
    "opened again": lambda told: told.open_from("link"),
    "thanked": lambda told: Note.objects.create(story=told, author=told.person, text="So good."),
    "a note is gone": lambda told: told.note.remove(by=None),
    "a trait": lambda told: named_trait("Personal").save(),
    "a team": lambda told: told.team.save(),
    "a person": lambda told: told.person.save(),
    "unnamed": lambda told: told.person.ask_not_to_be_named(),
    "named less in it": lambda told: told.name_as(
        told.person, {ORGANISATION: COLLEAGUE}, by=None, how="email"
    ),
    "who wrote a note": lambda told: told.note.author.ask_not_to_be_named(),
    "who told it on": lambda told: told.retelling.reader.ask_not_to_be_named(),
    "what inspired it came down": lambda told: told.parent.withdraw(by=None),
    "what inspired it is changed": lambda told: change(told.parent, line="It began elsewhere."),
    "it inspired another": lambda told: PublishedStoryFactory(inspired_by=told),
}


def change(story: Story, **facts: str) -> None:
    story = Story.objects.get(pk=story.pk)
    for name, value in facts.items():
        setattr(story, name, value)
    story.save_content(by=None)


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_that_it_may_show_makes_it_another_page(what, told, staff_client):
    tag = had(staff_client, told)
    CHANGES[what](told)
    assert get(staff_client, told, tag).status_code in (200, 404)


def test_a_salute_to_another_story_leaves_it_as_it_was(told, staff_client):
    reader, tag = EmployeeFactory(), had(staff_client, told)
    told.parent.salute(by=reader)
    assert get(staff_client, told, tag).status_code == 304


def test_tomorrow_is_another_day(told, staff_client):
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12), tick=False):
        tag = had(staff_client, told)
        assert get(staff_client, told, tag).status_code == 304
    with time_machine.travel(datetime.datetime(2026, 3, 4, 0, 5), tick=False):
        assert get(staff_client, told, tag).status_code == 200


def test_ones_own_salute_and_a_new_secret_of_ones_forms_make_it_another_page(told, staff_client):
    tag = had(staff_client, told)
    staff_client.cookies["csrftoken"] = "b" * 32
    response = get(staff_client, told, tag)
    assert response.status_code == 200
    staff_client.post(address(told, to="salute/"))
    assert get(staff_client, told, response["ETag"]).status_code == 200
    del staff_client.cookies["csrftoken"]
    assert get(staff_client, told, had(staff_client, told)).status_code == 304


@pytest.mark.parametrize("roles", [[], ["managers"], ["moderators"], ["admins"]])
def test_nobody_has_the_page_of_another(roles, told, staff_client):
    tag, other = had(staff_client, told), signed_in(UserFactory(roles=roles))
    other.cookies["csrftoken"] = staff_client.cookies["csrftoken"].value
    assert get(other, told, tag).status_code == 200


def test_who_signed_out_gets_nothing(told, staff_client):
    tag = had(staff_client, told)
    staff_client.logout()
    assert get(staff_client, told, tag).status_code == 302


def test_for_a_session_that_is_nobodys_only_the_session_is_asked(told, django_assert_num_queries):
    visitor = Client()
    visitor.cookies["csrftoken"] = "b" * 32
    session = visitor.session
    session["asked"] = "before"
    session.save()
    visitor.cookies["sessionid"] = session.session_key
    with django_assert_num_queries(1):
        response = get(visitor, told, 'W/"story-before"')
    assert response.status_code == 302


def test_what_has_just_happened_is_said_once(told, staff_client):
    tag = had(staff_client, told)
    staff_client.post(address(told, to="retell/"), {"told_to": "team"})
    response = get(staff_client, told, tag)
    assert "Thank you for telling it on." in response.content.decode()
    assert "ETag" not in response
    assert "Thank you for telling it on." not in get(staff_client, told).content.decode()


def test_what_is_not_on_the_wall_or_not_in_its_index_has_no_tag(told, moderator_client):
    Entry.objects.all().delete()
    assert "ETag" not in get(moderator_client, told)
    told.withdraw(by=None)
    response = get(moderator_client, told)
    assert (response.status_code, "ETag" in response) == (200, False)


def test_its_forms_go_with_the_secret_of_their_reader(told):
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    for _ in range(2):
        get(client, told)
    token = get(client, told).content.decode().partition('csrfmiddlewaretoken" value="')[2][:64]
    to = address(told, to="salute/")
    assert client.post(to, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(to, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.django_db(transaction=True)
class TestAPageForSeveral:
    """Pages are remembered outside of transactions only, which may never come to be."""

    @pytest.fixture(autouse=True)
    def pages(self, monkeypatch):
        made = Pages(1_000_000, packed=True)
        monkeypatch.setattr(unchanged, "PAGES", made)
        return made

    def test_is_made_once_and_says_who_reads(self, told, pages, monkeypatch):
        ilse = signed_in(UserFactory(first_name="Ilse", last_name="Visser"))
        sam = signed_in(UserFactory(first_name="Sam", last_name="Onyango"))
        first = get(ilse, told).content.decode()
        monkeypatch.setattr("stories.reading.views.story_page", None)
        second = get(sam, told).content.decode()
        assert "Ilse Visser, my own page" in first
        assert "Sam Onyango, my own page" in second
        assert "Ilse" not in second
        assert len(pages) == 1
        kept = pages.get(next(iter(pages._pages)), pages._of).decode()
        assert {ME, TOKEN} == {mark for mark in (ME, TOKEN) if mark in kept}

    def test_is_given_before_the_rest_of_the_middleware_begins(
        self, told, django_assert_num_queries, monkeypatch
    ):
        client = signed_in(UserFactory())
        first = [get(client, told) for _ in range(2)][-1]
        monkeypatch.setattr("stories.reading.views.Standing", None)
        # The session with its account, and what is known of the story.
        with django_assert_num_queries(2):
            second = get(client, told)
        assert untold(second) == untold(first)
        same = ("ETag", "Vary", "Cache-Control", "X-Frame-Options", "Content-Security-Policy")
        for name in (*same, "Content-Type", "Content-Length", "Permissions-Policy"):
            assert second[name] == first[name], name
        client.cookies["csrftoken"] = "not a secret"
        with pytest.raises(AttributeError):
            get(client, told)

    def test_is_for_each_what_would_be_made_for_them_alone(self, told, pages, monkeypatch):
        """Whoever reads it first: each in turn, and then everybody else."""
        clients = readers(told)
        alone = {}
        with monkeypatch.context() as patched:
            patched.setattr("stories.reading.views.may_be_unchanged", lambda request: False)
            alone = {who: untold(get(client, told)) for who, client in clients.items()}
        for first in clients:
            pages._pages.clear()
            get(clients[first], told)
            for who, client in clients.items():
                assert untold(get(client, told)) == alone[who], f"{who} after {first}"

    def test_is_made_anew_after_every_change(self, told, monkeypatch):
        client = signed_in(UserFactory())
        # What comes down can't be changed any more.
        for what in sorted(CHANGES, key="withdrawn".__eq__):
            # Made, found, and found the same lately.
            for _ in range(3):
                get(client, told)
            CHANGES[what](told)
            response = get(client, told)
            with monkeypatch.context() as patched:
                patched.setattr("stories.reading.views.may_be_unchanged", lambda request: False)
                alone = get(client, told)
            assert response.status_code == alone.status_code, what
            assert untold(response) == untold(alone), what

    def test_that_was_found_lately_is_not_found_out_again(self, told, monkeypatch):
        client = Client(enforce_csrf_checks=True)
        client.force_login(user := UserFactory())
        for _ in range(3):
            first = get(client, told)
        with monkeypatch.context() as patched:
            patched.setattr(Glance, "account", None)
            assert get(client, told, first["ETag"]).status_code == 304
            again = get(client, told)
        assert untold(again) == untold(first)
        token = again.content.decode().partition('csrfmiddlewaretoken" value="')[2][:64]
        to = address(told, to="salute/")
        assert client.post(to, {"csrfmiddlewaretoken": token}).status_code == 302
        assert get(client, told, first["ETag"]).status_code == 200
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert get(client, told, first["ETag"]).status_code == 302

    def test_takes_a_bounded_part_of_the_memory(self, told, monkeypatch):
        few = Pages(4_000, packed=True)
        monkeypatch.setattr(unchanged, "PAGES", few)
        client = signed_in(UserFactory())
        for notes in range(1, 9):
            get(client, told, to=f"?notes={notes}")
        assert few.size <= 4_000
        assert len(few) < 8


def readers(told: Story) -> dict[str, Client]:
    """Everybody whose page is another's, and two whose page is the same."""
    saluted, wrote = UserFactory().person, told.note.author
    told.salute(by=saluted)
    manager = UserFactory(roles=["managers"])
    MembershipFactory(employee=manager.person, team=told.team, leads=True)
    draw_all(lambda done: None)
    users = {
        "staff": UserFactory(),
        "another": UserFactory(),
        "a manager of others": UserFactory(roles=["managers"]),
        "the manager": manager,
        "a moderator": UserFactory(roles=["moderators"]),
        "an admin": UserFactory(roles=["admins"]),
        "the teller": told.teller.account,
        "who saluted": saluted.account,
        "who wrote the note": wrote.account,
    }
    return {who: signed_in(user) for who, user in users.items()}


def untold(response) -> str:
    """What a page says but for its tokens, which are others each time."""
    pieces = response.content.decode().split('csrfmiddlewaretoken" value="')
    return " ".join(" ".join([pieces[0], *(piece[64:] for piece in pieces[1:])]).split())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["staff", "moderator", "manager"])
def test_a_page_that_only_others_have_costs_no_question_more(
    told, role, request, monkeypatch, django_assert_max_num_queries
):
    """What is looked at to find that out need not be asked again to make the page."""
    reader, other = request.getfixturevalue(f"{role}_client"), signed_in(UserFactory())
    MembershipFactory(employee=reader.user.person, team=told.team, leads=True)
    told.salute(by=other.user.person)
    told.name_as(told.person, {ORGANISATION: COLLEAGUE}, by=None, how="email")
    told.set_gold(True, by=None)
    PhotoFactory(story=told)
    for client in (reader, other):
        get(client, told)
    asked = []
    for others in ([], [other]):
        monkeypatch.setattr(unchanged, "PAGES", Pages(unchanged.MOST, packed=True))
        for client in others:
            get(client, told)
        with django_assert_max_num_queries(12) as counted:
            assert get(reader, told).status_code == 200
        asked.append(len(counted))
    assert asked[1] <= asked[0]
