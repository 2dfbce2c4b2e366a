"""Whoever is not named is withheld by the names they had before, too, from the next request on."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from staff.directory_file import carry_out, plan, read_people
from staff.models import Employee
from stories.drawing import draw_all
from stories.models import Entry, Story, Word
from stories.privacy.erasing import erase
from tests.factories import (
    EmployeeFactory,
    NoteFactory,
    PublishedStoryFactory,
    TeamFactory,
    named_trait,
)
from tests.sharing.cards.test_card_page import card_of

from .people import speaking_of
from .test_erasure import traces
from .test_export import opened, read

pytestmark = pytest.mark.django_db
BEFORE, NOW = ("Wilhelmina", "Maatsuyker", "Mientje"), ("Bartholomea", "Zonderland", "Bartje")
NAMES = [name.lower() for name in (*BEFORE, *NOW)]


@pytest.fixture
def person() -> Employee:
    first_name, last_name, known_as = BEFORE
    return EmployeeFactory(first_name=first_name, last_name=last_name, known_as=known_as)


@pytest.fixture
def stories(person) -> list[Story]:
    """One that credits them, and one of others that says the whole name."""
    credited = PublishedStoryFactory(
        **speaking_of(BEFORE[0]), people=[person], people__team=TeamFactory(name="Till")
    )
    credited.set_traits([(named_trait("Personal"), f"{BEFORE[0]} waited.")])
    NoteFactory(story=credited, text=f"Thank {BEFORE[2]} for me.")
    others = PublishedStoryFactory(**speaking_of(f"{BEFORE[0]} {BEFORE[1]}"))
    return [credited, others]


def rename(person: Employee, names: tuple[str, str, str]) -> Employee:
    person = Employee.objects.get(pk=person.pk)
    person.first_name, person.last_name, person.known_as = names
    person.save()
    return person


def rename_by_a_file(person: Employee, names: tuple[str, str, str]) -> None:
    person.number = "N1"
    person.save(update_fields=["number"])
    rows = ["number,first_name,last_name,known_as", ",".join(["N1", *names])]
    carry_out(plan(read_people("\n".join(rows).encode())))


def unname(person: Employee) -> None:
    Employee.objects.get(pk=person.pk).ask_not_to_be_named()


def told(client, stories: list[Story]) -> dict[str, list[str]]:
    """Which of the names pages tell, and which stories a search for the beginning of one finds."""
    searches = {f"/?q={name[:-2]}": name for name in NAMES}
    offers = {f"{reverse('search_offers')}?q={name[:-2]}": name for name in NAMES}
    pages = ["/", "/?view=list", "/people/", "/traits/", *(map(Story.get_absolute_url, stories))]
    found = {}
    for address in (*pages, *searches, *offers):
        html = client.get(address).content.decode()
        names = [name for name in NAMES if name in html.lower()]
        ids = [story.public_id for story in stories if story.public_id in html]
        found[address] = names + (ids if address in searches else [])
    return {address: said for address, said in found.items() if said}


class TestARenamedPerson:
    @pytest.mark.parametrize("change", [rename, rename_by_a_file])
    @pytest.mark.parametrize("first", ["renamed", "unnamed"])
    def test_is_withheld_by_both_names_whichever_came_first(
        self, first, change, person, stories, staff_client
    ):
        before = told(staff_client, stories)
        assert {name for names in before.values() for name in names} >= {*NAMES[:3]}
        assert {story.public_id for story in stories} <= {*before["/?q=wilhelmi"]}
        steps = [lambda: change(person, NOW), lambda: unname(person)]
        for step in steps if first == "renamed" else reversed(steps):
            step()
            # What a process remembers of it, it has read by now.
            after = told(staff_client, stories)
        assert not after
        draw_all(lambda done: None)
        assert not told(staff_client, stories)
        found = staff_client.get("/?q=lighthouse").content.decode()
        assert all(story.public_id in found for story in stories)

    def test_is_in_the_index_as_if_it_were_made_anew(self, person, stories):
        unname(person)
        rename(person, NOW)
        draw_all(lambda done: None)
        followed = {entry.pk: entry.says() for entry in Entry.objects.all()}
        Entry.objects.build_again()
        assert {entry.pk: entry.says() for entry in Entry.objects.all()} == followed
        texts = " ".join(str(one) for says in followed.values() for one in says[4:8])
        assert "lighthous" in texts
        assert not [name for name in NAMES if name[:8] in texts]

    def test_who_may_be_named_is_told_of_as_before(self, person, stories, staff_client):
        rename(person, NOW)
        page = staff_client.get(stories[0].get_absolute_url()).content.decode()
        assert "Wilhelmina" in page
        assert "Bartje" in page

    def test_is_said_again_once_it_turns_out_that_the_name_was_never_theirs(
        self, person, stories, staff_client
    ):
        rename(person, NOW).ask_not_to_be_named()
        address = stories[1].get_absolute_url()
        assert "Maatsuyker" not in staff_client.get(address).content.decode()
        person = Employee.objects.get(pk=person.pk)
        person.never_theirs = [BEFORE]
        person.save()
        assert "Maatsuyker" in staff_client.get(address).content.decode()
        assert stories[1].public_id in staff_client.get("/?q=maatsuyker").content.decode()

    @pytest.mark.parametrize("change", [rename, rename_by_a_file])
    def test_is_on_no_picture_that_was_drawn_with_the_new_name(
        self, change, person, staff_client, django_capture_on_commit_callbacks
    ):
        story = PublishedStoryFactory(line=f"{NOW[0]} {NOW[1]} did it.")
        stays = PublishedStoryFactory()
        for one in (story, stays):
            assert staff_client.get(card_of(one)).status_code == 200
        unname(person)
        with django_capture_on_commit_callbacks(execute=True):
            change(person, NOW)
        assert default_storage.listdir("cards")[0] == [stays.public_id]


class TestOfWhoIsErased:
    SECRETS = (*BEFORE, *NOW)

    def test_no_byte_says_an_earlier_name(
        self, person, stories, django_capture_on_commit_callbacks
    ):
        rename(person, NOW)
        assert {secret for _where, secret in traces(self.SECRETS)} == {*self.SECRETS}
        with django_capture_on_commit_callbacks(execute=True):
            erase(Employee.objects.get(pk=person.pk), by=None)
        assert not traces(self.SECRETS)
        credited, others = Story.objects.order_by("pk")
        assert credited.body == others.body
        assert credited.story_traits.get().evidence in credited.body
        assert not Word.objects.filter(word__in=NAMES).exists()
        assert Employee.objects.get(pk=person.pk).former_names is None


class TestTheirData:
    @pytest.mark.parametrize("own", [True, False])
    def test_has_the_names_they_had_and_where_others_say_them(self, own, person, stories):
        person = rename(person, NOW)
        archive = opened(person, own=own)
        (about,) = read(archive, "person")
        names = dict(zip(("first_name", "last_name", "known_as"), BEFORE, strict=True))
        assert about["former_names"] == [names]
        said = str(read(archive, "mentions"))
        assert all(story.public_id in said for story in stories)
