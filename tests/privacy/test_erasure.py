"""Once somebody is erased, no byte that is kept says who they were; what they did stays."""

from pathlib import Path

import pytest
from django.conf import settings as live
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.forgetting import Forgetting
from staff.models import Employee, Erasure, History, Membership, User
from staff.models.erasure import digest_of, records_of
from staff.names import fold
from stories import sealed
from stories.models import (
    Entry,
    Follow,
    Photo,
    Posting,
    SavedView,
    Story,
    StoryEvent,
    Trait,
    WallVersion,
    Word,
)
from stories.privacy.erasing import Erased, erase, preview
from stories.privacy.mentions import found
from tests.also_a_word import ALSO_A_WORD
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
)
from tests.moderation.pages import change, edit_data

from .people import FIRST, NUMBER, SECRETS, WHOLE

pytestmark = pytest.mark.django_db


def kept() -> dict[str, str]:
    """Every byte of every table, those behind the search index too, by table."""
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [name for (name,) in cursor.fetchall()]
        else:
            names = connection.introspection.table_names(cursor)
        for name in names:
            columns = "*" if connection.vendor == "sqlite" else "t::text"
            cursor.execute(f'SELECT {columns} FROM "{name}" AS t')  # noqa: S608
            found[name] = "\n".join(_read(cell) for row in cursor.fetchall() for cell in row)
    return found


def _read(cell) -> str:
    if isinstance(cell, memoryview | bytes):
        return bytes(cell).decode("latin-1")
    return str(cell)


def files() -> str:
    """Every byte of the media folder, with the names of the files."""
    found = [path for path in Path(live.MEDIA_ROOT).rglob("*") if path.is_file()]
    return "\n".join(f"{path} {path.read_bytes().decode('latin-1')}" for path in found)


def traces(secrets=SECRETS) -> list[tuple[str, str]]:
    where = {**kept(), "media": files()}
    found = []
    for name, said in where.items():
        folded = said.casefold()
        found += [(name, secret) for secret in secrets if secret.casefold() in folded]
    return found


@pytest.fixture
def erased(known, django_capture_on_commit_callbacks):
    """Somebody of whom Retold knew everything, erased by an admin."""
    with django_capture_on_commit_callbacks(execute=True):
        known.erasure = erase(known.person, by=UserFactory(roles=["admins"]))
    return known


class TestSomebody:
    """Of whom everything was known."""

    def test_before_they_are_known_everywhere(self, known):
        found = traces()
        assert {secret for _table, secret in found} == set(SECRETS)
        tables = {table for table, _secret in found}
        assert tables >= {
            "staff_user", "staff_employee", "staff_session", "account_emailaddress",
            "mfa_authenticator", "django_admin_log", "stories_story", "stories_storytrait",
            "stories_note", "stories_photo", "stories_storyevent", "stories_savedview",
            "stories_follow", "stories_screen", "staff_team", "stories_trait", "staff_credit",
            "stories_entry", "stories_word", "stories_notice",
        }  # fmt: skip

    def test_no_byte_says_who_they_were(self, erased):
        assert not traces()

    def test_what_they_did_stays(self, erased):
        told = Story.objects.get(pk=erased.told.pk)
        assert told.is_published
        assert told.anonymous
        assert told.body == "I, a colleague, saw it."
        assert str(told.teller) == "someone on staff"
        assert not told.teller.active
        credited = Story.objects.get(pk=erased.credited.pk)
        assert credited.body == (
            "By the lighthouse a colleague waited. “A colleague will know,” he said. So it was."
        )
        assert credited.credits.to_people().count() == 2
        assert {salute.story_id for salute in told.teller.salutes.all()} == {told.pk, credited.pk}
        assert told.teller.notes.get().text == "Thank you. A colleague"
        assert not Story.objects.filter(pk=erased.draft.pk).exists()
        assert not User.objects.filter(employee=told.teller).exists()

    def test_evidence_is_still_in_the_text(self, erased):
        for pk in (erased.credited.pk, erased.others.pk):
            story = Story.objects.get(pk=pk)
            (tagging,) = story.story_traits.all()
            assert "olleague" in tagging.evidence
            assert tagging.evidence in story.body

    def test_the_index_is_as_if_it_were_made_anew(self, erased):
        for pk in (erased.told.pk, erased.credited.pk, erased.others.pk):
            entry = Entry.objects.get(story=pk)
            before = entry.says()
            Entry.objects.follow([pk])
            assert Entry.objects.get(story=pk).says() == before
        assert not Word.objects.filter(word__startswith="philip").exists()
        assert Word.objects.filter(word="lighthouse").exists()

    def test_nor_does_the_vocabulary_know_the_name_as_one_word(
        self, known, django_capture_on_commit_callbacks
    ):
        PublishedStoryFactory(body=f"A thank you to #{known.person.full_name.replace(' ', '')}.")
        joined = Word.objects.filter(word=fold(known.person.full_name.replace(" ", "")))
        assert joined.exists()
        with django_capture_on_commit_callbacks(execute=True):
            erase(known.person, by=None)
        assert not joined.exists()

    def test_a_word_that_another_story_says_stays_in_the_vocabulary(
        self, known, django_capture_on_commit_callbacks
    ):
        PublishedStoryFactory(body="A customer from Oosterschelde.", title="", line="")
        with django_capture_on_commit_callbacks(execute=True):
            erase(known.person, by=None)
        assert Word.objects.filter(word="oosterschelde").exists()
        assert Story.objects.filter(body="A customer from Oosterschelde.").exists()

    def test_their_photos_go_and_others_stay(self, known, django_capture_on_commit_callbacks):
        assert Photo.objects.filter(story=known.told).exists()
        with django_capture_on_commit_callbacks(execute=True):
            erase(known.person, by=None)
        assert not Photo.objects.filter(story=known.told).exists()

    def test_photos_may_stay(self, known, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            erase(known.person, by=None, photos=False)
        assert Photo.objects.get(story=known.told).alt == "A colleague and a kite."
        assert not traces()

    def test_it_is_found_under_a_former_key_while_that_is_named(self, erased, settings):
        former, settings.SECRET_KEY = settings.SECRET_KEY, "another"
        assert not records_of(NUMBER)
        settings.SECRET_KEY_FALLBACKS = [former]
        assert records_of(NUMBER).get() == Erasure.objects.get()

    def test_it_is_recorded_without_saying_who(self, erased):
        erasure = Erasure.objects.get()
        assert erasure.digest == digest_of(None, "", NUMBER) == digest_of(NUMBER, "x@y.example", "")
        assert erasure.by_name
        assert erasure.counts["drafts"] == 1
        assert erasure.index_is_clean
        event = StoryEvent.objects.filter(story=erased.credited).first()
        assert event.reason == "A name was taken out for good."
        assert event.actor == erasure.by
        kept = (
            History.objects.of("stories.story", erased.credited.pk).filter(why=event.reason).get()
        )
        assert (kept.account, kept.changes) == (erasure.by.pk, {})

    def test_who_has_a_story_open_is_told(self, known):
        before = Story.objects.get(pk=known.credited.pk).version
        erase(known.person, by=None)
        story = Story.objects.get(pk=known.credited.pk)
        assert story.version > before
        assert story.writer is None

    def test_a_form_opened_before_does_not_write_a_name_as_told_back(self, known, moderator_client):
        story = PendingStoryFactory()
        story.set_credits(names=[WHOLE])
        before = edit_data(moderator_client, story, title="Mended")
        erase(known.person, by=None)
        answer = moderator_client.post(change(story), before)
        assert "changed this story while you were writing" in answer.content.decode()
        assert story.credits.get().name_text == "A colleague"

    def test_a_form_opened_before_does_not_say_again_who_told_a_story(
        self, known, moderator_client
    ):
        story = PendingStoryFactory(teller=known.person, body="It rained, and she waited.")
        before = edit_data(moderator_client, story, title="Mended")
        erase(known.person, by=None)
        answer = moderator_client.post(change(story), before)
        assert "changed this story while you were writing" in answer.content.decode()
        assert Story.objects.get(pk=story.pk).anonymous

    def test_what_they_said_by_an_address_is_from_nowhere(self, known, client):
        other = EmployeeFactory()
        story = PublishedStoryFactory(people=[known.person, other])
        for person in (known.person, other):
            address = sealed.address(story.pk, person.pk)
            assert client.post(address, {"said": "Not so."}, REMOTE_ADDR="198.51.100.9")
        theirs, others = story.consents.order_by("pk").values_list("pk", flat=True)
        erase(known.person, by=None)
        row = History.objects.of("stories.consent", theirs).get()
        assert (row.address, row.label, row.changes) == (None, "", {})
        assert History.objects.of("stories.consent", others).get().address == "198.51.100.9"

    def test_what_others_keep_is_theirs_still(self, erased):
        view = SavedView.objects.get()
        assert (view.name, view.query) == ("A colleague, for Monday", "q=a+colleague")
        follow = Follow.objects.get()
        assert follow.query == "q=a+colleague"
        assert follow.ended_at
        assert LogEntry.objects.get().object_repr == "someone on staff"
        assert Trait.objects.get(slug="like-a-colleague").proposed_by is None
        assert Employee.objects.filter(job_title="Assistant to a colleague", manager=None).exists()

    def test_two_things_may_lose_the_same_name(self, known):
        reader = UserFactory()
        for name in (WHOLE, "A colleague"):
            SavedView.keep(reader.person, name, "gold=1", pinned=False, opens=False)
        Follow.begin(reader, "q=a+colleague", rhythm="daily", weekday=0)
        Follow.begin(reader, f"q={WHOLE.replace(' ', '+')}", rhythm="daily", weekday=0)
        TeamFactory(name="The team of a colleague")
        erase(known.person, by=None)
        names = reader.person.saved_views.values_list("name", flat=True)
        assert sorted(names) == ["A colleague", "A colleague 2"]
        assert reader.follows.get().query == "q=a+colleague"

    def test_the_preview_counts_and_changes_nothing(self, known):
        before = kept()
        seen = preview(known.person)
        assert kept() == before
        go = {str(what): number for number, what in seen.go}
        stay = {str(what): number for number, what in seen.stay}
        texts = {str(what): number for number, what in seen.texts}
        assert go["drafts"] == 1
        assert go["second factors"] == 1
        assert stay["stories"] == 1
        assert stay["salutes"] == 2
        erasure = erase(known.person, by=None)
        assert texts["stories"] == erasure.counts["texts: stories.Story"]
        assert texts["words that show a trait"] == erasure.counts["texts: stories.StoryTrait"] >= 1
        assert seen.photos == erasure.counts["photos"]

    def test_a_first_name_alone_goes_only_where_it_is_theirs_or_if_asked(self, known):
        story = PublishedStoryFactory(body="Pippa Longstocking came by. Pippa laughed.")
        seen = preview(known.person)
        assert seen.loose >= 1
        erase(known.person, by=None)
        story.refresh_from_db()
        assert story.body.startswith("Pippa")

    def test_a_first_name_alone_goes_everywhere_if_asked(self, known):
        story = PublishedStoryFactory(body="Then Pippa laughed.")
        erase(known.person, by=None, everywhere=True)
        story.refresh_from_db()
        assert story.body == "Then a colleague laughed."

    def test_a_name_that_is_written_meanwhile_goes_too(self, known, monkeypatch):
        first = found(Forgetting(known.person))

        def found_before(forgetting: Forgetting) -> dict:
            """Somebody writes it once it was looked for."""
            monkeypatch.setattr("stories.privacy.erasing.found", found)
            PublishedStoryFactory(body=f"{WHOLE} again.")
            return first

        monkeypatch.setattr("stories.privacy.erasing.found", found_before)
        erase(known.person, by=None)
        assert Story.objects.filter(body="A colleague again.").exists()
        assert not traces([WHOLE])

    def test_no_page_says_it_any_more_from_the_next_request_on(self, known, staff_client):
        NoteFactory(story=known.told, text=f"Thank you, {WHOLE}.")
        story = f"/stories/{known.told.public_id}/"
        of_team, of_person = f"/teams/{known.team.slug}/", f"/people/{known.person.pk}/"
        pages = ["/", "/?view=list", f"/?q={FIRST}", "/people/", "/teams/", "/stories/mine/", story]
        pages += [of_team, of_person, "/traits/", f"/stories/{known.credited.public_id}/"]
        before = [staff_client.get(page).content.decode() for page in pages]
        assert any(WHOLE in page for page in before)
        erase(known.person, by=None)
        for page in pages:
            shown = staff_client.get(page).content.decode().casefold()
            # A search says again what was asked for.
            names = [one.casefold() for one in SECRETS if one != FIRST or "?q" not in page]
            assert not [name for name in names if name in shown], page
        told = staff_client.get(story).content.decode()
        assert "someone on staff" in told.casefold()
        assert "Thank you, a colleague." in told

    def test_nobody_is_erased_twice(self, erased):
        with pytest.raises(Erased):
            erase(erased.person, by=None)

    def test_others_of_the_same_team_stay_unnamed(self, known):
        shy = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
        MembershipFactory(employee=shy, team=known.team)
        story = PublishedStoryFactory(teller=known.person, body="Ottoline held the door.")
        erase(known.person, by=None)
        assert "ottoline" not in Entry.objects.get(story=story).body
        assert Membership.objects.filter(employee=known.person, leads=False).exists()

    def test_what_a_database_looks_for_is_in_every_text_that_names_them(self, known):
        forgetting = Forgetting(known.person)
        for text in (WHOLE, WHOLE.upper(), WHOLE.lower(), f"P. {known.person.last_name}"):
            assert forgetting.find(text)
            NoteFactory(text=text)
        found = known.person.notes.model.objects.filter(forgetting.likely(["text"]))
        assert found.count() >= 4


@pytest.mark.parametrize(("first", "last", "word"), ALSO_A_WORD)
def test_words_that_are_a_name_written_as_one_word_stay(
    first, last, word, django_capture_on_commit_callbacks
):
    person = EmployeeFactory(first_name=first, last_name=last)
    body = f"There was {word} in it. Thank you, #"
    joined = fold(first + last).replace("’", "")
    story = PublishedStoryFactory(body=f"{body}{joined}.")
    with django_capture_on_commit_callbacks(execute=True):
        erase(person, by=None)
    story.refresh_from_db()
    assert story.body == f"{body}a colleague."
    assert Word.objects.filter(word=fold(word)).exists()


def test_a_name_without_its_apostrophe_is_found_inside_a_word(django_capture_on_commit_callbacks):
    person = EmployeeFactory(first_name="Maeve", last_name="De’Ath")
    story = PublishedStoryFactory(body="A sudden death. Ask @DeAthMaeve or M. DeAth.")
    alone = PublishedStoryFactory(body="Ask M. DeAth.")
    with django_capture_on_commit_callbacks(execute=True):
        erase(person, by=None)
    story.refresh_from_db()
    alone.refresh_from_db()
    assert story.body == "A sudden death. Ask @a colleague or a colleague."
    assert alone.body == "Ask a colleague."


def test_a_last_name_alone_goes_where_the_story_has_the_whole():
    person = EmployeeFactory(first_name="Oluwaseun", last_name="Okonjo")
    body = "Oluwaseun Okonjo sang. Ms Okonjo stayed late."
    story = PublishedStoryFactory(line="Okonjo sang.", body=body, traits=["Caring"])
    story.story_traits.update(evidence="Ms Okonjo stayed late.")
    note = NoteFactory(story=story, text="Thank you, Okonjo.")
    other = PublishedStoryFactory(body="Another Okonjo sang.")
    erase(person, by=None)
    for row in (story, note, other):
        row.refresh_from_db()
    assert story.body == "A colleague sang. A colleague stayed late."
    assert story.line == "A colleague sang."
    assert story.story_traits.get().evidence == "A colleague stayed late."
    assert note.text == "Thank you, a colleague."
    assert other.body == "Another Okonjo sang."


def test_an_umlaut_may_be_written_in_any_way():
    person = EmployeeFactory(first_name="Zoë", last_name="Müller-Łęcka", known_as="Żaba")
    texts = ("ZOË MÜLLER-ŁĘCKA", "zoe muller lecka", "Zoe Mueller-Lecka", "Żaba Müller-Łęcka")
    notes = [NoteFactory(text=f"Thank you, {text}.") for text in texts]
    erase(person, by=None)
    for note in notes:
        note.refresh_from_db()
        assert note.text == "Thank you, a colleague."


@pytest.mark.parametrize("name", ["Жанна Петрова", "李 小明", "مريم حداد", "Li Wei"])
def test_names_of_every_script_go(name):
    first, _space, last = name.partition(" ")
    person = EmployeeFactory(first_name=first, last_name=last)
    story = PublishedStoryFactory(body=f"So {name} came.", line="", title="", people=[person])
    note = NoteFactory(text=f"{name}, thank you.")
    erase(person, by=None)
    for row in (story, note):
        row.refresh_from_db()
    assert story.body == "So a colleague came."
    assert note.text == "A colleague, thank you."


def test_a_word_that_is_a_user_name_is_left_alone():
    account = UserFactory(username="manager", first_name="Kim", last_name="Dao")
    story = PublishedStoryFactory(body="Nobody asked a manager.")
    erase(account.person, by=None)
    story.refresh_from_db()
    assert story.body == "Nobody asked a manager."


def test_a_long_past_costs_little_more_than_a_short_one():
    asked = []
    for number in (1, 41):
        person = EmployeeFactory(first_name="Philippina", last_name="Oosterschelde")
        for _story in range(number):
            PublishedStoryFactory(people=[person], body="Philippina again.")
        with CaptureQueriesContext(connection) as captured:
            erase(person, by=None)
        asked.append(len(captured))
    # Each story that says the name is saved by itself.
    assert asked[1] - asked[0] <= 40 * 5
    assert not traces(["philippina again"])


def test_that_a_photo_went_is_told_to_whoever_holds_the_index():
    person = EmployeeFactory(first_name="Ottilie", last_name="Vandersteen")
    photo = PhotoFactory(alt="Ottilie Vandersteen and a kite.", made=True)
    Entry.objects.follow([photo.story_id])
    held = WallVersion.current().number
    assert Posting.objects.get(facet="photo").number == 1
    erase(person, by=None)
    row = Posting.objects.get(facet="photo")
    assert (row.number, row.version > held) == (0, True)
