"""Two taps from an e-mail, or from one's own page, and a name is taken back everywhere."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from staff.audiences import COLLEAGUE, FIRST, FULL, ORGANISATION, PUBLIC, SCREENS, TEAM, Audience
from stories import sealed
from stories.models import Consent
from stories.notices.sending import send_owed
from stories.privacy.erasing import erase
from tests.factories import EmployeeFactory, PublishedStoryFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    account = UserFactory(first_name="Philippina", last_name="Oosterschelde")
    return account.person


@pytest.fixture
def story(person):
    return PublishedStoryFactory(people=[person], title="At the door")


@pytest.fixture
def address(story, person):
    return sealed.address(story.pk, person.pk)


def held(story) -> dict:
    return story.credits.get().agreed


def everywhere(named) -> dict:
    return dict.fromkeys(Audience, named)


class TestFromTheEMail:
    def test_the_e_mail_asks_and_the_ledger_says_that_it_did(self, person, story):
        person.email = "p@example.org"
        person.save()
        assert send_owed()
        (letter,) = [one for one in mail.outbox if "You are in a story" in one.subject]
        link = re.search(r"https?://[^/]+(/named/\S+/)", letter.body)[1]
        assert sealed.opened(link.split("/")[2]) == (story.pk, person.pk)
        assert link in letter.alternatives[0][0]
        row = story.consents.get()
        assert (row.employee, row.what, row.how) == (person, "asked", "email")

    def test_where_names_wait_it_says_so(self, person, story, settings):
        settings.NAMES_WAIT = True
        person.email = "p@example.org"
        person.save()
        send_owed()
        assert "Until you say how you want to be named" in mail.outbox[0].body

    def test_reading_it_changes_nothing(self, client, story, address):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
        assert held(story) == everywhere(FULL)
        assert not story.consents.exists()

    @pytest.mark.parametrize("named", [FULL, FIRST, COLLEAGUE])
    def test_one_button_says_it_for_everybody_without_signing_in(
        self, client, story, address, named
    ):
        response = client.post(address, {"named": named}, follow=True)
        assert "It holds from the next page on" in response.content.decode()
        assert held(story) == everywhere(named)
        row = story.consents.get()
        assert (row.how, row.by, row.agreed) == (Consent.How.EMAIL, None, named)

    def test_each_audience_may_hear_something_else(self, client, story, address):
        chosen = {TEAM: FULL, ORGANISATION: FIRST, SCREENS: COLLEAGUE, PUBLIC: COLLEAGUE}
        client.post(address, chosen)
        assert held(story) == chosen

    @pytest.mark.parametrize("data", [{}, {"named": "boss"}, {TEAM: FULL}, {"said": " "}])
    def test_what_makes_no_sense_changes_nothing(self, client, story, address, data):
        assert client.post(address, data).status_code == 422
        assert held(story) == everywhere(FULL)
        assert not story.consents.exists()

    def test_a_correction_reaches_the_moderators(self, client, story, person, address):
        client.post(address, {"said": "I am a porter."})
        row = Consent.objects.open_corrections().get()
        assert (row.story, row.employee, row.said) == (story, person, "I am a porter.")

    def test_where_much_waits_it_asks_for_a_few_days(self, client, story, address, monkeypatch):
        monkeypatch.setattr("stories.models.agreeing.MOST_WAITING", 0)
        answer = client.post(address, {"said": "I am a porter."})
        assert answer.status_code == 422
        assert "Write again in a few days." in answer.content.decode()
        assert not story.consents.exists()

    def test_what_is_written_is_made_fit_to_store(self, client, story, address):
        assert client.post(address, {"said": "\x00 I am \u202eno nurse. \x07"}).status_code == 302
        assert story.consents.get().said == "I am no nurse."

    def test_it_is_for_nobody_elses_name_and_no_other_story(self, client, story, person):
        other = EmployeeFactory()
        assert client.get(sealed.address(story.pk, other.pk)).status_code == 404
        elsewhere = PublishedStoryFactory()
        assert client.get(sealed.address(elsewhere.pk, person.pk)).status_code == 404

    @pytest.mark.parametrize("token", ["x", "a:b:c", "W10:1vMu:x"])
    def test_what_we_did_not_seal_opens_nothing(self, client, token):
        assert client.get(reverse("named", args=[token])).status_code == 404

    def test_it_grows_old(self, client, address, time_machine):
        time_machine.move_to(timezone.now() + timedelta(days=91))
        assert client.get(address).status_code == 404

    def test_of_a_story_that_is_not_on_the_wall_it_says_nothing(self, client, story, address):
        assert "At the door" in client.get(address).content.decode()
        story.withdraw(by=None)
        assert "At the door" not in client.get(address).content.decode()

    def test_who_left_can_still_take_their_name_back_and_reads_nothing(
        self, client, story, person, address
    ):
        type(person).objects.filter(pk=person.pk).leave()
        assert "At the door" not in client.get(address).content.decode()
        client.post(address, {"named": COLLEAGUE})
        assert held(story) == everywhere(COLLEAGUE)

    def test_it_goes_nowhere_else_and_is_kept_by_nobody(self, client, address):
        response = client.get(address)
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]

    def test_a_draft_asks_nobody(self, client, person):
        draft = StoryFactory(people=[person])
        assert client.get(sealed.address(draft.pk, person.pk)).status_code == 404


class TestForwarded:
    """The address in somebody else's hands names nobody more fully than they want."""

    @pytest.fixture
    def taken_back(self, client, person, story, address):
        client.post(address, {"named": FULL})
        client.force_login(person.account)
        client.post(address, {"named": FIRST})
        client.logout()

    def test_what_was_taken_back_on_their_own_page_stays_so(
        self, client, story, address, taken_back
    ):
        response = client.post(address, {"named": FULL})
        assert response.status_code == 422
        page = response.content.decode()
        assert "you can only say less of your name" in page
        assert "Sign in to say more" in page
        assert held(story) == everywhere(FIRST)

    def test_nor_by_way_of_saying_less_first(self, client, story, address, taken_back):
        assert client.post(address, {"named": FIRST}).status_code == 302
        assert client.post(address, {"named": COLLEAGUE}).status_code == 302
        assert client.post(address, {"named": FIRST}).status_code == 422
        assert held(story) == everywhere(COLLEAGUE)

    def test_nor_for_one_audience_and_the_form_keeps_what_was_chosen(
        self, client, story, address, taken_back
    ):
        chosen = {TEAM: FULL, ORGANISATION: FIRST, SCREENS: FIRST, PUBLIC: COLLEAGUE}
        response = client.post(address, chosen)
        assert response.status_code == 422
        assert response.context["form"].data[TEAM] == FULL
        assert '<details class="fold" open>' in response.content.decode()
        assert held(story) == everywhere(FIRST)

    def test_what_was_said_by_e_mail_holds_once_it_is_said_again_on_their_own_page(
        self, client, person, story, address
    ):
        client.post(address, {"named": COLLEAGUE})
        client.force_login(person.account)
        for _again in range(3):
            client.post(address, {"named": COLLEAGUE})
        assert story.consents.answers().count() == 2
        client.force_login(UserFactory())
        assert client.post(address, {"named": FULL}).status_code == 422
        assert held(story) == everywhere(COLLEAGUE)

    def test_signed_in_they_say_more_again(self, client, person, story, address, taken_back):
        client.force_login(person.account)
        assert client.post(address, {"named": FULL}).status_code == 302
        assert held(story) == everywhere(FULL)

    @pytest.mark.parametrize("about", [{"active": False}, {"unnamed": True}])
    def test_who_left_or_asked_not_to_be_named_is_only_named_less(
        self, client, person, story, address, about
    ):
        client.post(address, {"named": FIRST})
        type(person).objects.filter(pk=person.pk).update(**about)
        assert client.post(address, {"named": FULL}).status_code == 422
        assert held(story) == everywhere(FIRST)
        assert client.post(address, {"named": COLLEAGUE}).status_code == 302

    def test_it_does_not_say_the_name_of_who_asked_not_to_be_named(self, client, person, address):
        person.ask_not_to_be_named()
        page = client.get(address).content.decode()
        assert "Oosterschelde" not in page
        assert "Philippina" not in page
        client.force_login(person.account)
        assert "Philippina Oosterschelde" in client.get(address).content.decode()

    def test_of_who_was_erased_it_opens_nothing_and_keeps_no_words(
        self, client, person, story, address
    ):
        erase(person, by=None)
        assert story.credits.filter(employee=person).exists()
        assert client.get(address).status_code == 404
        for data in ({"named": FIRST}, {"said": "I am Philippina."}):
            assert client.post(address, data).status_code == 404
        assert not story.consents.exists()

    def test_it_costs_as_much_as_ten_forms(self, client, address, settings):
        settings.LIMIT_WRITES, settings.LIMIT_ADDRESS = 29, 1
        codes = [client.post(address, {"named": FIRST}).status_code for _n in range(3)]
        assert codes == [302, 302, 429]


class TestOnMyOwnPage:
    def test_each_story_that_credits_me_is_there_with_its_buttons(self, client, person, story):
        client.force_login(person.account)
        assert reverse("my_naming") in client.get(reverse("me")).content.decode()
        page = client.get(reverse("my_naming")).content.decode()
        assert "At the door" in page
        assert "Philippina Oosterschelde" in page
        assert page.count('name="named"') == 3

    def test_who_is_not_named_at_all_is_told_that_it_holds_here_too(self, client, person, story):
        client.force_login(person.account)
        said = "You asked not to be named at all"
        assert said not in client.get(reverse("my_naming")).content.decode()
        person.unnamed = True
        person.save()
        page = client.get(reverse("my_naming")).content.decode()
        assert said in page
        assert "It holds from the next page on" not in page

    def test_a_choice_leads_back_and_is_written_down_as_mine(self, client, person, story, address):
        client.force_login(person.account)
        response = client.post(address, {"named": FIRST, "back": ""})
        assert response.url == f"{reverse('my_naming')}#in-{story.public_id}"
        row = story.consents.get()
        assert (row.by, row.how) == (person.account, Consent.How.OWN_PAGE)

    @pytest.mark.parametrize("further", ["?before=7", ""])
    def test_a_choice_leads_back_to_its_place_in_the_list(self, client, person, story, further):
        for _number in range(3):
            story = PublishedStoryFactory(people=[person])
        client.force_login(person.account)
        page = client.get(f"{reverse('my_naming')}{further}").content.decode()
        back = re.search(r'name="back" value="(.*?)"', page)[1]
        address = sealed.address(story.pk, person.pk)
        response = client.post(address, {"named": FIRST, "back": back})
        assert response.url == f"{reverse('my_naming')}{further}#in-{story.public_id}"
        assert f'id="in-{story.public_id}"' in page

    @pytest.mark.parametrize("back", ["//evil.example", "1&next=//evil.example", "9" * 30, "٣"])
    def test_a_choice_leads_nowhere_else(self, client, person, story, address, back):
        client.force_login(person.account)
        response = client.post(address, {"named": FIRST, "back": back})
        assert response.url == f"{reverse('my_naming')}#in-{story.public_id}"

    def test_after_many_in_a_day_only_less_is_let_through(
        self, client, person, story, monkeypatch, time_machine
    ):
        monkeypatch.setattr("stories.models.agreeing.MOST_A_DAY", 4)
        address = sealed.address(story.pk, person.pk)
        client.force_login(person.account)
        for named in (FULL, FIRST, FULL, FIRST):
            assert client.post(address, {"named": named}).status_code == 302
        response = client.post(address, {"named": FULL, "back": "1"})
        assert response.status_code == 422
        assert "changed this many times today" in response.content.decode()
        assert client.post(address, {"named": COLLEAGUE}).status_code == 302
        assert held(story) == everywhere(COLLEAGUE)
        assert client.post(address, {"named": FIRST}).status_code == 422
        time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
        client.force_login(person.account)
        assert client.post(address, {"named": FULL}).status_code == 302

    def test_what_is_not_on_the_wall_is_not_there(self, client, person, story):
        story.withdraw(by=None)
        client.force_login(person.account)
        assert "At the door" not in client.get(reverse("my_naming")).content.decode()

    def test_many_come_page_by_page_in_as_many_questions(
        self, client, person, story, monkeypatch, django_assert_max_num_queries
    ):
        monkeypatch.setattr("stories.agreeing.views.PAGE", 2)
        more = [PublishedStoryFactory(people=[person], title=f"Story {n}") for n in range(4)]
        client.force_login(person.account)
        with django_assert_max_num_queries(12):
            page = client.get(reverse("my_naming")).content.decode()
        assert [more[n].title in page for n in range(4)] == [False, False, True, True]
        further = re.search(r"\?before=\d+", page)[0]
        page = client.get(reverse("my_naming") + further).content.decode()
        assert [more[n].title in page for n in range(4)] == [True, True, False, False]

    def test_my_own_page_has_the_stories_in_which_i_am_a_colleague(self, client, person, story):
        story.name_as(person, everywhere(COLLEAGUE), by=None, how="email")
        client.force_login(person.account)
        assert story.public_id in client.get(reverse("me")).content.decode()
        assert story.public_id not in client.get(person.get_absolute_url()).content.decode()
