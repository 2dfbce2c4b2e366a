"""Following a part of the wall by e-mail: what is new, at one's own rhythm, never twice."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stories.models import Follow, FollowMail, Story, StoryEvent
from stories.notices import sending
from stories.notices.following import news, turns
from stories.notices.sending import owe_followers, send_owed
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    TraitFactory,
    UserFactory,
    merged,
)

from .test_notices import html_of, text_of

pytestmark = pytest.mark.django_db(transaction=True)

# A Wednesday, at noon.
NOON = datetime.datetime(2026, 11, 18, 12, tzinfo=datetime.UTC)
MORNING = datetime.timedelta(hours=20)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _traits(transactional_db):
    """A test that ends by emptying the tables takes along what Retold ships with."""
    for name in ("Personal", "Caring"):
        TraitFactory(name=name)


@pytest.fixture
def account(clock):
    return UserFactory(username="reader", email="reader@example.org")


@pytest.fixture
def inbox(postbox):
    """What came to the reader since it was last looked at."""
    seen = []

    def inbox():
        new = [mail for mail in postbox.to("reader@example.org") if mail not in seen]
        seen.extend(new)
        return new

    return inbox


def begin(account, query="", rhythm="daily", weekday=0) -> Follow:
    return Follow.begin(account, query, rhythm=rhythm, weekday=weekday)


def publish(**about) -> Story:
    story = PendingStoryFactory(**about)
    story.publish(by=None)
    return story


def run(clock=None, later=None) -> None:
    """What cron does."""
    if later:
        clock.shift(later)
    call_command("send_notices", verbosity=0)


class TestAtOnce:
    def test_a_story_in_the_filter_is_told_when_it_is_published(self, account, inbox):
        begin(account, "trait=personal", "at_once")
        publish(traits=["caring"])
        assert inbox() == []
        story = publish(traits=["personal"], people=[EmployeeFactory(first_name="Marek")])
        [mail] = inbox()
        assert mail["Subject"].strip() == "A new story: “No relation. He’s my customer.”"
        for said in (text_of(mail), html_of(mail)):
            assert f"http://testserver{story.get_absolute_url()}" in said
            assert "No relation. He’s my customer." in said
            assert story.title in said
            assert "Marek" in said
            assert "Personal" in said
        run()
        assert inbox() == []

    def test_what_was_there_before_is_no_news(self, account, inbox):
        publish()
        begin(account, "", "at_once")
        run()
        assert inbox() == []

    def test_one_by_one(self, account, inbox):
        begin(account, "", "at_once")
        first, second = publish(), publish()
        texts = [text_of(mail) for mail in inbox()]
        assert [story.public_id in text for story, text in zip((first, second), texts, strict=True)]
        assert second.public_id not in texts[0]
        assert first.public_id not in texts[1]

    def test_an_import_is_history(self, account, inbox):
        begin(account, "", "at_once")
        story = PendingStoryFactory()
        story.record(StoryEvent.Action.IMPORTED, None)
        story.publish(by=None, quietly=True)
        run()
        assert inbox() == []


class TestEveryMorning:
    def test_all_that_is_new_comes_in_one_e_mail_the_next_morning(self, account, inbox, clock):
        begin(account)
        told = [publish(title=f"Story {number}") for number in range(3)]
        assert inbox() == []
        run(clock, datetime.timedelta(hours=12))
        assert inbox() == [], "nobody is woken"
        run(clock, datetime.timedelta(hours=7))
        [mail] = inbox()
        assert mail["Subject"].strip() == "3 new stories"
        places = [text_of(mail).index(story.public_id) for story in told]
        assert places == sorted(places, reverse=True), "the newest first"
        publish()
        run(clock, datetime.timedelta(hours=3))
        assert inbox() == [], "once a day"
        run(clock, DAY)
        assert len(inbox()) == 1

    def test_nothing_new_is_no_e_mail(self, account, inbox, clock):
        begin(account)
        for _day in range(3):
            run(clock, DAY)
        assert inbox() == []
        assert not FollowMail.objects.exists()

    def test_a_story_withdrawn_before_is_left_out(self, account, inbox, clock):
        begin(account)
        gone, stays = publish(title="The one that went"), publish()
        gone.withdraw(by=None)
        run(clock, MORNING)
        [mail] = inbox()
        assert stays.public_id in text_of(mail)
        assert gone.public_id not in text_of(mail) + html_of(mail)

    def test_withdrawn_between_owing_and_sending_is_left_out_too(self, account, inbox, clock):
        begin(account)
        gone = publish()
        clock.shift(MORNING)
        assert owe_followers()
        assert FollowMail.objects.count() == 1
        gone.withdraw(by=None)
        send_owed()
        assert inbox() == []
        assert not FollowMail.objects.filter(sent_at=None).exists()

    def test_a_story_that_comes_back_is_not_told_twice(self, account, inbox, clock):
        begin(account)
        story = publish()
        run(clock, MORNING)
        assert len(inbox()) == 1
        story.withdraw(by=None)
        story.submit(by=None)
        story.publish(by=None)
        run(clock, DAY)
        assert inbox() == []

    def test_one_that_came_back_before_it_was_told_is_told(self, account, inbox, clock):
        begin(account)
        story = publish()
        story.withdraw(by=None)
        story.submit(by=None)
        story.publish(by=None)
        run(clock, MORNING)
        assert len(inbox()) == 1

    def test_twenty_stories_and_a_word_about_the_others(self, account, inbox, clock):
        begin(account, "trait=personal")
        for _number in range(news.MOST_STORIES + 3):
            PublishedStoryFactory(traits=["personal"])
        run(clock, MORNING)
        [mail] = inbox()
        assert mail["Subject"].strip() == "23 new stories: Personal"
        for said in (text_of(mail), html_of(mail)):
            assert len(set(re.findall("/stories/([^/]+)/", said))) == news.MOST_STORIES
            assert "And 3 more" in said
            assert "http://testserver/?trait=personal" in said

    def test_after_months_without_a_turn_nothing_old_is_told(self, account, inbox, clock):
        begin(account)
        publish()
        clock.shift(DAY * 60)
        new = publish()
        run(clock, DAY)
        [mail] = inbox()
        assert set(re.findall("/stories/([^/]+)/", text_of(mail))) == {new.public_id}


class TestOnceAWeek:
    def test_it_comes_on_the_day_that_was_chosen(self, account, inbox, clock):
        begin(account, rhythm="weekly", weekday=4)
        publish()
        run(clock, MORNING)
        assert inbox() == [], "Thursday"
        run(clock, DAY)
        assert len(inbox()) == 1, "Friday"
        publish()
        for _day in range(6):
            run(clock, DAY)
        assert inbox() == []
        run(clock, DAY)
        assert len(inbox()) == 1

    def test_a_day_that_was_missed_is_made_up_for(self, account, inbox, clock):
        begin(account, rhythm="weekly", weekday=4)
        publish()
        run(clock, DAY * 5)
        assert len(inbox()) == 1, "Monday, because nothing ran on Friday"

    def test_begun_on_its_own_weekday_it_comes_a_week_later(self, account, inbox, clock):
        begin(account, rhythm="weekly", weekday=2)
        publish()
        run(clock, DAY)
        assert inbox() == []
        run(clock, DAY * 6)
        assert len(inbox()) == 1


class TestNeverTwice:
    def test_two_processes_take_one_turn(self, account, inbox, clock):
        for number in range(6):
            begin(account, f"q=word{number}&setting=here" if number else "")
        publish(body="word1 word2 word3 word4 word5")
        clock.shift(MORNING)

        def one_process(_number):
            try:
                owe_followers()
                return send_owed()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(one_process, range(4))) == 6
        mails = inbox()
        assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 6

    def test_a_turn_that_somebody_else_took_meanwhile_owes_nothing(self, account):
        mine = begin(account)
        theirs = Follow.objects.get()
        with time_machine.travel(NOON + DAY):
            assert theirs.turn(7, news=True)
            assert mine.turn(7, news=True) is None
        assert FollowMail.objects.count() == 1

    def test_a_turn_and_what_it_owes_are_stored_together_or_not_at_all(self, account, clock):
        follow = begin(account)
        publish()
        clock.shift(MORNING)
        with transaction.atomic():
            follow.turn(1, news=True)
            transaction.set_rollback(True)
        follow.refresh_from_db()
        assert follow.seq == 0
        assert not FollowMail.objects.exists()

    def test_a_server_that_refuses_is_asked_again_and_then_no_more(self, account, inbox, postbox):
        begin(account, "", "at_once")
        postbox.refused = {"reader@example.org"}
        publish()
        assert FollowMail.objects.get().attempts == 1
        postbox.refused = set()
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
            run()
            run()
        assert len(inbox()) == 1

    def test_what_is_published_while_turns_are_taken_has_its_turn_too(
        self, account, inbox, clock, monkeypatch
    ):
        begin(account, "", "at_once")
        begin(account, "setting=here", "at_once")
        real, late = turns.stories_between, []

        def meanwhile(*between):
            if not late:
                late.append(None)
                late[0] = PublishedStoryFactory(title="The late one")
            return real(*between)

        monkeypatch.setattr(turns, "stories_between", meanwhile)
        publish()
        assert sum("The late one" in text_of(mail) for mail in inbox()) == 2

    def test_a_filter_that_cannot_be_read_holds_up_nobody(
        self, account, inbox, monkeypatch, caplog
    ):
        broken = begin(UserFactory(), "q=broken", "at_once")
        begin(account, "", "at_once")
        real = turns.stored

        def stored(query, *with_them):
            if query == broken.query:
                raise RuntimeError("no filter")
            return real(query, *with_them)

        monkeypatch.setattr(turns, "stored", stored)
        publish()
        assert len(inbox()) == 1
        assert "could not be read" in caplog.text

    def test_notices_go_first(self, account, inbox, postbox):
        begin(account, "", "at_once")
        with transaction.atomic():
            publish(teller=EmployeeFactory(email="teller@example.org"))
        assert [mail["To"] for mail in postbox.mails] == ["teller@example.org", account.email]

    def test_a_broken_filter_holds_up_nobody_and_is_a_line_in_the_log(
        self, account, inbox, monkeypatch, caplog
    ):
        other = UserFactory(email="other@example.org")
        broken, sound = begin(other, "", "at_once"), begin(account, "", "at_once")
        real = news.message

        def message(mail, server):
            if mail.follow == broken:
                raise RuntimeError("no template")
            return real(mail, server)

        monkeypatch.setattr(sending.news, "message", message)
        publish()
        assert len(inbox()) == 1
        assert "could not be sent" in caplog.text
        assert sound.mails.get().sent_at


class TestWhoIsToldWhat:
    def test_a_name_withdrawn_before_sending_is_in_no_part_of_it(self, account, inbox, clock):
        begin(account)
        person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
        publish(people=[person], title="Ottoline waits", line="Ask Ottoline Zwart.")
        person.ask_not_to_be_named()
        run(clock, MORNING)
        [mail] = inbox()
        whole = mail["Subject"] + text_of(mail) + html_of(mail)
        assert "Ottoline" not in whole
        assert "Zwart" not in whole
        assert "a colleague" in whole.lower()

    def test_a_followed_person_who_is_not_named_any_more_turns_into_silence(
        self, account, inbox, clock
    ):
        person = EmployeeFactory()
        begin(account, f"person={person.pk}")
        publish(people=[person])
        publish()
        person.ask_not_to_be_named()
        run(clock, MORNING)
        assert inbox() == [], "neither theirs nor, with nobody to filter by, everybody’s"

    def test_a_merged_trait_is_followed_under_its_new_name(self, account, inbox, clock):
        old, into = TraitFactory(name="Kindly"), TraitFactory(name="Caring")
        begin(account, "trait=kindly")
        merged(old, into)
        publish(traits=["Caring"])
        run(clock, MORNING)
        assert len(inbox()) == 1

    @pytest.mark.parametrize("how", ["closed", "left"])
    def test_who_left_is_not_written_to(self, account, inbox, clock, how):
        begin(account)
        publish()
        if how == "closed":
            type(account).objects.filter(pk=account.pk).update(is_active=False)
        else:
            type(account.employee).objects.filter(pk=account.employee.pk).leave()
        run(clock, MORNING)
        assert inbox() == []

    def test_it_is_written_in_two_ways_and_to_the_directory_s_address(self, account, postbox):
        person = account.employee
        person.email = "directory@example.org"
        person.save()
        begin(account, "", "at_once")
        publish(title="Fish & <chips>", line="")
        [mail] = postbox.to("directory@example.org")
        assert mail.get_content_type() == "multipart/alternative"
        assert "Fish & <chips>" in text_of(mail)
        assert "Fish &amp; &lt;chips&gt;" in html_of(mail)
        assert "<chips>" not in html_of(mail)

    def test_a_line_stands_in_its_own_direction_with_room_for_its_letters(self, account, inbox):
        begin(account, "", "at_once")
        publish(line="سأنتظر معك حتى تصل الحافلة.", title="", traits=["personal"])
        publish(line="I’ll wait with you.", title="", traits=["personal"])
        for mail, size in zip(inbox(), ("38px/1.3 ", "38px/1 "), strict=True):
            [line] = re.findall("<p [^>]*>(?=<a [^>]*>“)", html_of(mail))
            assert 'dir="auto"' in line
            assert size in line

    def test_a_line_adds_no_header(self, account, inbox):
        begin(account, "", "at_once")
        publish(line="Warm\r\nBcc: everyone@example.org\x0b\u2028X: y")
        [mail] = inbox()
        assert mail["Bcc"] is None
        assert mail["X"] is None


class TestEndingItFromTheEMail:
    @pytest.fixture
    def follow(self, account):
        return begin(account, "trait=personal", "at_once")

    def test_each_e_mail_says_how_a_mail_program_ends_it(self, follow, inbox):
        publish(traits=["personal"])
        [mail] = inbox()
        address = f"http://testserver{reverse('follow_end', args=[follow.token])}"
        assert mail["List-Unsubscribe"].strip() == f"<{address}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in text_of(mail)
        assert address in html_of(mail)

    def test_one_post_without_signing_in_ends_it(self, follow, inbox):
        address = reverse("follow_end", args=[follow.token])
        client = Client(enforce_csrf_checks=True)
        for _again in range(2):
            response = client.post(address, {"List-Unsubscribe": "One-Click"})
            assert response.status_code == 200, "a mail program follows no redirect"
        assert "No more of these e-mails" in response.content.decode()
        publish(traits=["personal"])
        run()
        assert inbox() == []

    def test_it_ends_what_is_on_its_way(self, follow, inbox, postbox):
        postbox.refused = {"*"}
        publish(traits=["personal"])
        postbox.refused = set()
        follow.end()
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
            run()
        assert inbox() == []
        assert not FollowMail.objects.filter(sent_at=None).exists()

    def test_to_look_at_the_page_ends_nothing(self, follow, inbox):
        response = Client().get(reverse("follow_end", args=[follow.token]))
        html = response.content.decode()
        assert "End these e-mails?" in html
        assert "Personal" not in html, "what somebody follows is theirs to know"
        assert response["X-Robots-Tag"] == "noindex"
        publish(traits=["personal"])
        assert len(inbox()) == 1

    def test_a_wrong_token_is_not_found(self, follow):
        for token in ("x", "0" * 32):
            assert Client().post(f"/follow/end/{token}/").status_code == 404
        follow.refresh_from_db()
        assert follow.ended_at is None

    def test_followed_again_it_begins_anew_and_ends_by_the_same_link(self, follow, account, inbox):
        follow.end()
        publish(traits=["personal"])
        again = begin(account, "trait=personal", "at_once")
        assert (again.pk, again.token) == (follow.pk, follow.token)
        assert inbox() == []
        publish(traits=["personal"])
        assert len(inbox()) == 1
