"""What is kept for so long only goes once its time is up, and nothing else does."""

import datetime
import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.utils import timezone

from staff.models import Employee, History
from stories.models import Flag, Notice, Photo, Status, Story
from stories.photos.collecting import stored
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def said(*options: str) -> str:
    out = io.StringIO()
    call_command("let_go", *options, stdout=out)
    return out.getvalue()


def aged(story: Story, days: int) -> Story:
    long_ago = timezone.now() - datetime.timedelta(days=days)
    Story.objects.filter(pk=story.pk).update(updated_at=long_ago)
    return story


def rejected(days: int) -> Story:
    story = PendingStoryFactory()
    story.reject(by=UserFactory(roles=["moderators"]), reason="It names a customer.")
    return aged(story, days)


@pytest.fixture
def periods(settings) -> None:
    settings.KEEP_DRAFTS, settings.KEEP_REJECTED = 30, 10


@pytest.mark.usefixtures("periods")
class TestLettingGo:
    def test_takes_what_is_out_of_time(self):
        aged(StoryFactory(), 31)
        rejected(11)
        kept = {aged(StoryFactory(), 29), rejected(9)}
        assert "Draft, 30 days: 1 let go of." in said()
        assert set(Story.objects.all()) == kept

    def test_says_one_day_and_many_days(self, settings):
        settings.KEEP_DRAFTS, settings.KEEP_REJECTED = 1, 0
        assert "Draft, 1 day: 0 let go of." in said()
        assert "Rejected, any number of days: 0 let go of." in said()

    @pytest.mark.parametrize("factory", [PendingStoryFactory, PublishedStoryFactory])
    def test_takes_nothing_that_is_read_or_waits(self, factory):
        story = aged(factory(), 4000)
        said()
        assert list(Story.objects.all()) == [story]

    def test_leaves_what_a_teller_may_still_change(self):
        back, withdrawn = PendingStoryFactory(), PublishedStoryFactory()
        back.send_back(by=None, note="When was it?")
        withdrawn.withdraw(by=None)
        for story in (back, withdrawn):
            aged(story, 4000)
        said()
        assert Story.objects.count() == 2

    def test_tries_first_if_asked(self):
        story = aged(StoryFactory(), 31)
        assert f"{story.public_id} " in said("--dry-run")
        assert Story.objects.filter(pk=story.pk).exists()

    @pytest.mark.parametrize("make", [StoryFactory, lambda: rejected(0)])
    def test_takes_the_photos_and_their_files(self, make, django_capture_on_commit_callbacks):
        before = stored()
        story = make()
        PhotoFactory(story=story, made=True)
        aged(story, 400)
        with django_capture_on_commit_callbacks(execute=True):
            said()
        assert not Photo.objects.exists()
        assert stored() == before

    def test_keeps_for_good_what_has_no_period(self, settings):
        settings.KEEP_DRAFTS = settings.KEEP_REJECTED = 0
        aged(StoryFactory(), 4000)
        rejected(4000)
        said()
        assert Story.objects.count() == 2

    def test_asks_the_same_for_one_as_for_many_batches(self, monkeypatch):
        monkeypatch.setattr("stories.management.commands.let_go.BATCH", 2)
        for _number in range(5):
            aged(StoryFactory(), 31)
        assert "5 let go of" in said()
        assert not Story.objects.filter(status=Status.DRAFT).exists()


class TestLeavers:
    @pytest.fixture(autouse=True)
    def period(self, settings) -> None:
        settings.KEEP_LEAVERS = 30

    @pytest.fixture
    def leaver(self) -> Employee:
        """Somebody with an account who leaves today."""
        account = UserFactory(email="noor@example.org")
        EmailAddress.objects.create(user=account, email="noor@example.org", primary=True)
        person = account.person
        person.email = "noor@example.org"
        person.save()
        Employee.objects.filter(pk=person.pk).leave()
        person.refresh_from_db()
        return person

    def test_are_written_to_for_a_while(self, leaver):
        long_ago(leaver, 30)
        assert "Addresses of leavers, 30 days: 0 let go of." in said()
        leaver.refresh_from_db()
        assert leaver.email

    def test_have_no_address_after_it(self, leaver):
        long_ago(leaver, 31)
        assert "Addresses of leavers, 30 days: 1 let go of." in said()
        leaver.refresh_from_db()
        assert (leaver.email, leaver.account.email) == ("", "")
        assert not EmailAddress.objects.exists()
        assert "Addresses of leavers, 30 days: 0 let go of." in said()

    def test_keep_it_when_it_is_only_tried(self, leaver):
        long_ago(leaver, 31)
        output = said("--dry-run")
        assert "Addresses of leavers, 30 days: 1 would go." in output
        assert "noor" not in output.casefold()
        leaver.refresh_from_db()
        assert leaver.email

    def test_keep_it_for_good_without_a_period(self, leaver, settings):
        settings.KEEP_LEAVERS = 0
        long_ago(leaver, 4000)
        said()
        leaver.refresh_from_db()
        assert leaver.email

    def test_leave_on_a_day_that_is_not_counted_anew(self, leaver):
        long_ago(leaver, 10)
        Employee.objects.filter(pk=leaver.pk).leave()
        leaver.refresh_from_db()
        leaver.save()
        assert leaver.left_on == timezone.localdate() - datetime.timedelta(days=10)

    def test_who_come_back_have_not_left(self, leaver):
        leaver.active = True
        leaver.save(update_fields=["active"])
        leaver.refresh_from_db()
        assert leaver.left_on is None

    def test_people_who_work_here_keep_theirs(self):
        person = EmployeeFactory(email="marek@example.org")
        said()
        person.refresh_from_db()
        assert person.email


def long_ago(person: Employee, days: int) -> None:
    left_on = timezone.localdate() - datetime.timedelta(days=days)
    Employee.objects.filter(pk=person.pk).update(left_on=left_on)


class TestLettingGoOfFlags:
    @pytest.fixture(autouse=True)
    def _flags(self, settings):
        settings.KEEP_FLAGS = 30
        story = PublishedStoryFactory()
        self.old, self.new, self.open = (
            Flag.begin(each, by=EmployeeFactory(), reason="named")
            for each in (story, PublishedStoryFactory(), PublishedStoryFactory())
        )
        for flag, days in ((self.old, 31), (self.new, 29)):
            flag.decide("kept", by=None, reason="She agreed.")
            decided = timezone.now() - datetime.timedelta(days=days)
            Flag.objects.filter(pk=flag.pk).update(decided_at=decided)
        long_ago = timezone.now() - datetime.timedelta(days=4000)
        Flag.objects.filter(pk=self.open.pk).update(flagged_at=long_ago)

    def test_takes_what_was_decided_long_ago_and_nothing_else(self):
        assert "Flags, 30 days: 1 let go of." in said()
        assert set(Flag.objects.all()) == {self.new, self.open}

    def test_takes_what_was_owed_about_it_too(self):
        said()
        assert not Notice.objects.filter(kind=Notice.Kind.FLAGGED, once=str(self.old.pk)).exists()

    def test_tries_first_if_asked(self):
        assert "Flags, 30 days: 1 would go." in said("--dry-run")
        assert Flag.objects.count() == 3

    def test_keeps_for_good_without_a_period(self, settings):
        settings.KEEP_FLAGS = 0
        said()
        assert Flag.objects.count() == 3

    def test_goes_on_until_all_are_gone(self, monkeypatch):
        monkeypatch.setattr("stories.management.commands.let_go.BATCH", 1)
        Flag.objects.filter(pk=self.new.pk).update(
            decided_at=self.old.flagged_at.replace(year=2000)
        )
        assert "Flags, 30 days: 2 let go of." in said()


class TestWhereChangesCameFrom:
    @pytest.fixture(autouse=True)
    def changes(self, settings) -> None:
        settings.KEEP_ADDRESSES = 30
        for days in (40, 35, 20):
            moment = timezone.now() - datetime.timedelta(days=days)
            about = {"kind": "staff.team", "number": days, "what": "changed"}
            History.objects.bulk_create([History(at=moment, address="192.0.2.7", **about)])

    def kept(self) -> list[int]:
        rows = History.objects.filter(kind="staff.team", address="192.0.2.7")
        return list(rows.order_by("number").values_list("number", flat=True))

    def test_is_let_go_of_in_time(self, monkeypatch):
        monkeypatch.setattr("staff.models.history.BATCH", 1)
        assert "history, 30 days: 2 let go of." in said()
        assert self.kept() == [20]
        assert History.objects.filter(kind="staff.team").count() == 3

    def test_is_only_counted_if_asked(self):
        assert "history, 30 days: 2 would go." in said("--dry-run")
        assert self.kept() == [20, 35, 40]

    def test_is_kept_for_good_without_a_period(self, settings):
        settings.KEEP_ADDRESSES = 0
        said()
        assert self.kept() == [20, 35, 40]
