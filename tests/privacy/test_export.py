"""All that is known of a person can be handed out, and nothing that is a secret or another's."""

import io
import json
import zipfile

import pytest

from staff.acting import acting
from staff.audiences import COLLEAGUE, ORGANISATION
from staff.models import Employee
from stories.models import Consent, FeedKey, Flag, Follow, Notice, Story
from stories.privacy.exporting import export
from stories.privacy.known import KNOWN
from tests.factories import (
    EmployeeFactory,
    NoteFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    UserFactory,
)

from .people import EMAIL, FACTOR, FIRST, KNOWN_AS, LAST, NUMBER, USERNAME, WHOLE

pytestmark = pytest.mark.django_db


def opened(person: Employee, *, own: bool = False) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(export(person, own=own))))


def read(archive: zipfile.ZipFile, name: str):
    return json.loads(archive.read(f"{name}.json"))


class TestSomebody:
    """Of whom everything is known."""

    @pytest.mark.parametrize("own", [True, False])
    def test_everything_that_is_theirs_is_in_it(self, known, own):
        archive = opened(known.person, own=own)
        assert archive.testzip() is None
        empty = {one.file for one in KNOWN if one.file and not read(archive, one.file)}
        assert not empty
        (person,) = read(archive, "person")
        assert (person["number"], person["first_name"], person["email"]) == (NUMBER, FIRST, EMAIL)
        (account,) = read(archive, "account")
        assert account["username"] == USERNAME
        assert read(archive, "second_factors")[0]["name"] == FACTOR
        told = {story["story"]: story for story in read(archive, "stories")}
        assert told.keys() == {known.told.public_id, known.draft.public_id}
        assert told[known.told.public_id]["body"] == f"I, {KNOWN_AS}, saw it."
        photos = [name for name in archive.namelist() if name.startswith("photos/")]
        assert len(photos) == 2
        assert all(archive.read(name).startswith(b"\xff\xd8") for name in photos)

    def test_it_says_where_others_name_them(self, known):
        said = read(opened(known.person), "mentions")
        places = {(one["where"], one["story"], one["column"]) for one in said}
        for column in ("line", "title", "body", "place", "organisation", "went_wrong"):
            assert ("story", known.credited.public_id, column) in places
        assert {where for where, _story, _column in places} >= {
            "credit", "note", "storytrait", "storyevent", "screen", "savedview", "logentry", "team",
            "employee", "trait", "photo",
        }  # fmt: skip
        body = next(
            one["words"]
            for one in said
            if one["story"] == known.others.public_id and one["column"] == "body"
        )
        assert f"{FIRST.upper()} {LAST} waited" in body

    def test_no_key_is_in_it(self, known):
        account = known.person.account
        secrets = [
            FeedKey.of(account).token,
            Follow.objects.get(account=account).token,
            account.password,
            account.sessions.get().session_key,
            account.sessions.get().session_data,
        ]
        assert all(secrets)
        archive = opened(known.person)
        content = b"".join(archive.read(name) for name in archive.namelist()).decode(
            errors="replace"
        )
        assert not [secret for secret in secrets if secret in content]

    def test_their_own_has_nothing_that_waits_for_others(self, known):
        PublishedStoryFactory.create(body=f"{WHOLE} went by.").withdraw(by=None)
        StoryFactory(body=f"{WHOLE} in a draft.", people=[known.person])
        own, whole = opened(known.person, own=True), opened(known.person)
        assert {one["where"] for one in read(own, "mentions")} <= {
            "story",
            "credit",
            "photo",
            "note",
        }
        assert "went by" not in own.read("mentions.json").decode()
        assert "went by" in whole.read("mentions.json").decode()
        assert "draft" in {one["status"] for one in read(whole, "credits")}
        assert {one["status"] for one in read(own, "credits")} == {"published"}

    def test_nobody_reads_what_a_draft_of_another_says(self, known):
        draft = StoryFactory(body=f"{WHOLE} and a secret.")
        said = [
            one for one in read(opened(known.person), "mentions") if one["story"] == draft.public_id
        ]
        assert [one["words"] for one in said] == [None]

    def test_who_asked_not_to_be_named_is_not_named_in_anothers_own(self, known):
        shy = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
        StoryFactory(teller=known.person, people=[shy])
        PublishedStoryFactory(body=f"Ottoline Zwart met {WHOLE}.")
        archive = opened(known.person, own=True)
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Ottoline" not in content

    def test_who_chose_not_to_be_named_in_a_story_is_not_in_the_tellers_own(self, known):
        story = told_of_ottoline(known)
        own, whole = (
            {one["story"]: one["people"] for one in read(opened(known.person, own=own), "stories")}
            for own in (True, False)
        )
        assert own[story.public_id] == ["a colleague"]
        assert whole[story.public_id] == ["Ottoline Zwart"]

    def test_what_moderators_write_names_nobody_who_is_withheld_from_them(self, known):
        story = told_of_ottoline(known)
        Flag.begin(story, by=known.person, reason="other").decide(
            Flag.Decision.TAKEN_DOWN, by=None, reason="Ottoline Zwart asked us to."
        )
        Notice.objects.create(
            story=story, to=known.person, kind="sent_back", reason="Ask Ottoline about it."
        )
        own, whole = opened(known.person, own=True), opened(known.person)
        for name in ("flags", "mails", "stories"):
            assert "Ottoline" in whole.read(f"{name}.json").decode()
            assert "Ottoline" not in own.read(f"{name}.json").decode()
        assert "A colleague asked us to." in own.read("flags.json").decode()
        assert "Ask a colleague about it." in own.read("mails.json").decode()

    def test_a_note_that_names_them_withholds_its_author(self, known):
        author = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
        NoteFactory(story=known.others, author=author, text=f"{WHOLE}, thank you. Ottoline")
        own = opened(known.person, own=True).read("mentions.json").decode()
        assert f"{WHOLE}, thank you. A colleague" in own

    def test_their_own_has_no_reason_that_is_for_moderators(self, known):
        moderator = UserFactory(roles=["moderators"])
        story = PendingStoryFactory(teller=known.person)
        story.send_back(by=moderator, note="Say more.")
        story.submit(by=None)
        story.publish(by=moderator)
        story.record("edited", moderator, reason="Between us.")
        story.record("visibility", moderator, reason="Between us.")
        reader = EmployeeFactory()
        Flag.begin(story, by=reader, reason="untrue").decide(
            "kept", by=moderator, reason="Between us."
        )
        own, whole = (
            next(
                one["events"]
                for one in read(opened(known.person, own=own), "stories")
                if one["story"] == story.public_id
            )
            for own in (True, False)
        )
        assert {one["what"]: one.get("why") for one in own} == {
            "submitted": None,
            "sent_back": "Say more.",
            "published": None,
            "edited": None,
            "visibility": None,
        }
        assert all(one["at"] for one in own)
        assert {one["what"] for one in whole if one["why"] == "Between us."} == {
            "edited", "visibility", "flags",
        }  # fmt: skip

    def test_a_photo_that_is_not_there_does_not_stop_it(self, known):
        photo = known.told.photos.get()
        photo.original.storage.delete(photo.original.name)
        archive = opened(known.person)
        assert "photos/missing.txt" in archive.namelist()

    def test_it_asks_the_same_for_many_as_for_a_few(self, known, django_assert_max_num_queries):
        with django_assert_max_num_queries(400):
            opened(known.person)

    def test_what_they_changed_is_in_it_and_what_was_changed_about_them(self, known):
        account = known.person.account
        with acting(by=account, way="page", place="me"):
            TeamFactory(name="Till six")
        Employee.objects.filter(pk=known.person.pk).update(job_title="Porter")
        *_before, team, porter = read(opened(known.person), "changes")
        assert (team["kind"], team["place"], team["fields"][:4]) == ("staff.team", "me", "name")
        assert "Till six" not in str(team)
        assert porter["changes"]["job_title"][1] == "Porter"
        own = read(opened(known.person, own=True), "changes")
        assert own[-1] == team


def told_of_ottoline(known, **story) -> Story:
    """Told by them, and published; who is in it chose not to be named in this one story."""
    other = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    told = PublishedStoryFactory(people=[other], **{"teller": known.person, **story})
    told.name_as(other, {ORGANISATION: COLLEAGUE}, by=None, how=Consent.How.EMAIL)
    return told
