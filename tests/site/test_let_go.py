"""Forgotten drafts and stories that were turned down go once their time is up, nothing else."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from stories.models import Photo, Status, Story
from stories.photos.collecting import stored
from tests.factories import (
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
