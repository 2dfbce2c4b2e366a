"""One e-mail each, when it matters, and never because something did not happen."""

import datetime
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from retold.tasks import BackgroundBackend
from stories.models import Notice
from stories.models.owed import FIRST_PAUSE, MOST_ATTEMPTS
from stories.notices import sending
from stories.notices.sending import send_owed
from tests.factories import EmployeeFactory, PendingStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def teller(**fields):
    return EmployeeFactory(email="teller@example.org", first_name="Noor", **fields)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content()


def test_teller_and_those_credited_hear_once_that_a_story_is_published(postbox):
    marek = EmployeeFactory(email="marek@example.org")
    story = PendingStoryFactory(teller=teller(), people=[marek])
    story.publish(by=None)
    [mine], [his] = postbox.to("teller@example.org"), postbox.to("marek@example.org")
    assert mine["Subject"] == f"Your story is up: {story.title}"
    assert his["Subject"] == f"You are in a story: {story.title}"
    for mail in (mine, his):
        address = f"http://testserver{story.get_absolute_url()}"
        assert address in text_of(mail)
        assert address in html_of(mail)
        assert story.line in text_of(mail)
    assert "Noor told a story" in text_of(his)
    assert send_owed() == 0
    assert len(postbox.mails) == 2


def test_a_story_without_a_title_is_called_by_its_line_once(postbox):
    ruth = EmployeeFactory(email="ruth@example.org")
    line = "She knew the last tram by heart."
    PendingStoryFactory(teller=teller(), people=[ruth], title="", line=line).publish(by=None)
    assert len(postbox.mails) == 2
    for mail in postbox.mails:
        assert "“She knew the last tram by heart”" in text_of(mail)
        for words in (text_of(mail), html_of(mail)):
            assert words.count("She knew the last tram by heart") == 1


def test_its_buttons_are_seen_in_the_dark_too(postbox):
    PendingStoryFactory(teller=teller()).publish(by=None)
    _light, dark = html_of(postbox.mails[0]).split("@media (prefers-color-scheme: dark)")
    assert ".go { background: #eceef1; color: #0c0e12; }" in dark


def test_a_teller_who_credits_themselves_hears_once(postbox):
    person = teller()
    PendingStoryFactory(teller=person, people=[person]).publish(by=None)
    assert len(postbox.mails) == 1


def test_the_teller_reads_the_note_of_a_story_sent_back(postbox):
    story = PendingStoryFactory(teller=teller(), people=[EmployeeFactory(email="m@example.org")])
    story.send_back(by=None, note="Who is <he>?\nAnd where?")
    [mail] = postbox.mails
    assert "Who is <he>?" in text_of(mail)
    assert "Who is &lt;he&gt;?" in html_of(mail)
    assert f"/stories/{story.public_id}/edit/" in text_of(mail)


def test_the_teller_reads_the_reason_of_a_rejection(postbox):
    story = PendingStoryFactory(teller=teller())
    story.reject(by=None, reason="It names a customer.")
    [mail] = postbox.mails
    assert "It names a customer." in text_of(mail)
    assert mail["Subject"].startswith("Your story will not be published")


class TestOfAStoryThatIsTakenDown:
    @pytest.fixture
    def story(self, postbox):
        person = UserFactory().person
        person.email = "teller@example.org"
        person.save()
        story = PendingStoryFactory(teller=person)
        story.publish(by=None)
        postbox.mails.clear()
        return story

    def test_its_teller_hears_and_why(self, postbox, story):
        story.withdraw(by=UserFactory(), reason="The guest asked us to.")
        [mail] = postbox.to("teller@example.org")
        assert mail["Subject"] == f"Your story is off the wall: {story.title}"
        for text in (text_of(mail), html_of(mail)):
            assert "The guest asked us to." in text
            assert "http://testserver/stories/mine/" in text
            assert story.get_absolute_url() not in text

    def test_whoever_takes_down_their_own_knows(self, postbox, story):
        story.withdraw(by=story.teller.account)
        assert not postbox.mails

    def test_it_is_no_news_once_the_story_is_back(self, postbox, story, settings):
        with transaction.atomic():
            story.withdraw(by=UserFactory(), reason="By mistake.")
            story.submit(by=None)
            story.publish(by=None)
        assert [mail["Subject"].partition(":")[0] for mail in postbox.mails] == ["Your story is up"]

    def test_one_that_nobody_could_read_is_no_news(self, postbox):
        PendingStoryFactory(teller=teller()).withdraw(by=UserFactory(), reason="Twice.")
        assert not postbox.mails


def test_each_time_a_story_is_sent_back_the_teller_hears_again(postbox):
    story = PendingStoryFactory(teller=teller())
    story.send_back(by=None, note="Where?")
    story.submit(by=None)
    story.send_back(by=None, note="When?")
    assert ["Where?" in text_of(m) or "When?" in text_of(m) for m in postbox.mails] == [True] * 2


def test_published_again_after_it_was_taken_off_is_news_for_its_teller_alone(postbox):
    friend = EmployeeFactory(email="friend@example.org")
    story = PendingStoryFactory(teller=teller(), people=[friend])
    story.publish(by=None)
    assert len(postbox.mails) == 2
    story.withdraw(by=None)
    story.submit(by=None)
    story.publish(by=None)
    [again] = postbox.mails[2:]
    assert again["To"] != "friend@example.org"


def test_nothing_is_sent_for_a_decision_that_was_rolled_back(postbox):
    story = PendingStoryFactory(teller=teller())

    with transaction.atomic():
        story.publish(by=None)
        transaction.set_rollback(True)
    assert send_owed() == 0
    assert postbox.mails == []
    assert not Notice.objects.exists()


def test_a_server_that_refuses_keeps_nobody_from_deciding_and_is_asked_again(postbox):
    postbox.refused = {"*"}
    story = PendingStoryFactory(teller=teller())
    story.publish(by=None)
    story.refresh_from_db()
    assert story.is_published
    notice = Notice.objects.get()
    assert (notice.attempts, notice.sent_at) == (1, None)
    postbox.refused = set()
    call_command("send_notices")
    assert postbox.mails == [], "too soon: another process might be sending it"
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
        call_command("send_notices")
        call_command("send_notices")
    assert len(postbox.mails) == 1


def test_one_refused_address_does_not_hold_up_the_others(postbox):
    postbox.refused = {"teller@example.org"}
    story = PendingStoryFactory(teller=teller(), people=[EmployeeFactory(email="m@example.org")])
    story.publish(by=None)
    assert [mail["To"] for mail in postbox.mails] == ["m@example.org"]


def test_a_server_that_is_away_costs_one_try_and_loses_nothing(postbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    first = PendingStoryFactory(teller=teller())
    second = PendingStoryFactory(teller=EmployeeFactory(email="other@example.org"))
    first.publish(by=None)
    second.publish(by=None)
    assert list(Notice.objects.values_list("attempts", flat=True)) == [1, 0]
    settings.EMAIL_PORT = port
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
        assert send_owed() == 2
    assert len(postbox.mails) == 2


def test_tries_end_after_the_last_one_with_a_word_about_it(postbox, capsys):
    postbox.refused = {"*"}
    PendingStoryFactory(teller=teller()).publish(by=None)
    now = timezone.now()
    for tries in range(1, MOST_ATTEMPTS + 3):
        now += FIRST_PAUSE * 2**tries
        with time_machine.travel(now):
            call_command("send_notices")
    assert Notice.objects.get().attempts == MOST_ATTEMPTS
    assert "1 given up" in capsys.readouterr().err


def test_two_processes_send_a_notice_once(postbox):
    owe(6)

    def one_process(_number):
        try:
            return send_owed()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one_process, range(4))) == 6
    assert len({mail["Message-ID"] for mail in postbox.mails}) == len(postbox.mails) == 6


def test_people_who_left_and_people_without_an_address_get_no_mail(postbox):
    gone = EmployeeFactory(email="gone@example.org", active=False)
    story = PendingStoryFactory(teller=EmployeeFactory(email=""), people=[gone])
    story.publish(by=None)
    assert postbox.mails == []
    assert not Notice.objects.filter(sent_at=None).exists()


def test_without_an_address_of_their_own_the_account_s_is_used(postbox):
    user = UserFactory(email="account@example.org")
    PendingStoryFactory(teller=user.employee).publish(by=None)
    assert [mail["To"] for mail in postbox.mails] == ["account@example.org"]


def test_somebody_who_is_not_to_be_named_is_a_colleague_in_the_mail(postbox):
    hidden = EmployeeFactory(
        first_name="Ottoline", last_name="Quist", email="o@example.org", unnamed=True
    )
    story = PendingStoryFactory(
        teller=hidden, people=[EmployeeFactory(email="m@example.org")], title="Ottoline Quist waits"
    )
    story.publish(by=None)
    [mail] = postbox.to("m@example.org")
    whole = mail["Subject"] + text_of(mail) + html_of(mail)
    assert "Ottoline" not in whole
    assert "A colleague told a story" in whole


def test_an_anonymous_teller_is_not_named_to_those_credited(postbox):
    story = PendingStoryFactory(
        teller=teller(), people=[EmployeeFactory(email="m@example.org")], anonymous=True
    )
    story.publish(by=None)
    [mail] = postbox.to("m@example.org")
    assert "Noor" not in text_of(mail) + html_of(mail)


def test_a_title_cannot_add_a_header(postbox):
    story = PendingStoryFactory(
        teller=teller(), title="Warm hands\r\nBcc: everyone@example.org\x0b\u2028X: y"
    )
    story.publish(by=None)
    [mail] = postbox.mails
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["Subject"].startswith("Your story is up: Warm hands Bcc: everyone@example.org")


def test_a_story_taken_off_before_the_mail_went_is_no_news(postbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    story = PendingStoryFactory(teller=teller())
    Notice.objects.create(story=story, to=story.teller, kind="published")
    assert send_owed() == 0
    assert Notice.objects.get().sent_at is not None


def test_an_error_in_one_letter_holds_up_neither_the_others_nor_the_decision(postbox, monkeypatch):
    real = sending.message

    def broken(notice, address, server):
        if address == "teller@example.org":
            raise RuntimeError("no template")
        return real(notice, address, server)

    monkeypatch.setattr(sending, "message", broken)
    PendingStoryFactory(teller=teller(), people=[EmployeeFactory(email="m@example.org")]).publish(
        by=None
    )
    assert [mail["To"] for mail in postbox.mails] == ["m@example.org"]


def owe(count: int) -> None:
    for number in range(count):
        story = PendingStoryFactory(teller=EmployeeFactory(email=f"t{number}@example.org"))
        Notice.objects.create(story=story, to=story.teller, kind="rejected", reason="No.")


def test_a_batch_is_one_short_connection_and_what_is_left_has_its_turn(postbox, monkeypatch):
    monkeypatch.setattr(sending, "send_owed", lambda: send_owed(4))
    owe(6)
    sending.send_in_background.enqueue()
    assert len(postbox.mails) == 6
    assert len(postbox.callers) == 2


def test_a_slow_server_does_not_hold_up_other_work_for_long(postbox):
    postbox.slowness = 0.3
    owe(3)
    assert send_owed(seconds=0.1) == 1
    assert Notice.objects.filter(attempts=0).count() == 2


def test_what_was_refused_is_tried_again_after_a_later_decision(postbox):
    postbox.refused = {"*"}
    PendingStoryFactory(teller=teller()).publish(by=None)
    postbox.refused = set()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3)):
        PendingStoryFactory(teller=EmployeeFactory(email="other@example.org")).publish(by=None)
    assert {mail["To"] for mail in postbox.mails} == {"teller@example.org", "other@example.org"}


@pytest.fixture
def background(monkeypatch):
    """The queue of a running server, in place of one that does everything at once."""
    backend, task = BackgroundBackend("default", {}), sending.send_in_background
    queue = SimpleNamespace(enqueue=lambda: backend.enqueue(task, [], {}))
    monkeypatch.setattr(sending, "send_in_background", queue)
    yield backend
    backend.finish()


@pytest.fixture
def dumb_server(settings):
    """A mail server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 60
        yield server


def test_a_decision_waits_for_no_mail_server(background, dumb_server):
    PendingStoryFactory(teller=teller()).publish(by=None)
    PendingStoryFactory(teller=EmployeeFactory(email="other@example.org")).publish(by=None)
    # The queue still waits for a word.
    assert not background.finish(timeout=0)
    dumb_server.close()
    assert background.finish()
    assert list(Notice.objects.values_list("attempts", "sent_at")) == [(1, None), (0, None)]


def test_what_a_server_owes_is_sent_after_its_answers(background, postbox):
    story = PendingStoryFactory(teller=teller(), people=[EmployeeFactory(email="m@example.org")])
    story.publish(by=None)
    assert background.finish()
    assert len(postbox.mails) == 2
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_queue_that_fails_undoes_no_decision_and_loses_nothing(postbox, monkeypatch):
    def fail():
        raise RuntimeError("no room")

    queue = SimpleNamespace(enqueue=fail)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "send_in_background", queue)
        story = PendingStoryFactory(teller=teller())
        story.publish(by=None)
    story.refresh_from_db()
    assert story.is_published
    call_command("send_notices")
    assert len(postbox.mails) == 1


def test_a_database_that_is_busy_is_a_line_in_the_log(postbox, monkeypatch, caplog):
    owe(1)

    def busy():
        raise OperationalError("locked")

    monkeypatch.setattr(sending, "_claim", busy)
    sending.send_in_background.enqueue()
    assert "The database is busy" in caplog.text
    assert Notice.objects.get().attempts == 0
