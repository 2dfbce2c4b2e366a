"""Who may fill a database with what, and synthetic stories for measuring."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from staff.models import Credit, Employee, Membership, Team, User
from stories.demo import hiring, synthetic
from stories.models import Entry, Index, Photo, Retelling, Salute, Story, StoryTrait
from stories.models.word import Word
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db


def demo(**options) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(params=["DEMO", "DEBUG"])
def trying_out(request, settings):
    setattr(settings, request.param, True)


def test_the_demo_is_refused_in_earnest():
    with pytest.raises(CommandError, match="only with DEMO=1 or DEBUG=1"):
        demo()
    assert not User.objects.exists()
    assert not Employee.objects.exists()


def test_it_is_refused_where_something_is_already_and_leaves_it_alone_if_asked(trying_out):
    UserFactory()
    with pytest.raises(CommandError, match="already"):
        demo()
    assert demo(if_empty=True) == ""
    assert Employee.objects.count() == 1
    assert not Story.objects.exists()


def test_it_can_do_without_photos(settings):
    settings.DEMO = True
    demo(without_photos=True)
    assert Story.objects.published().exists()
    assert not Photo.objects.exists()


class TestSyntheticStories:
    def test_are_whole_in_every_batch(self, monkeypatch):
        monkeypatch.setattr(synthetic, "BATCH", 20)
        monkeypatch.setattr(hiring, "STORIES_AN_EMPLOYEE", 1)
        monkeypatch.setattr(hiring, "STORIES_A_TEAM", 5)
        demo(stories=50, verbosity=0)
        demo(stories=10, verbosity=0)
        stories = Story.objects.published()
        assert stories.count() == 60
        assert stories.order_by("seq").last().seq == 60
        assert not stories.filter(story_traits__isnull=True).exists()
        assert not StoryTrait.objects.filter(seq__isnull=True).exists()
        assert not Credit.objects.filter(seq__isnull=True).exists()
        assert Membership.objects.count() == 50
        teams = Team.objects.with_tree_fields().filter(children__isnull=True)
        assert [team.tree_depth for team in teams] == [2] * 10
        assert stories.aggregate(Sum("salute_count"))["salute_count__sum"] == Salute.objects.count()
        retold = stories.aggregate(Sum("retelling_count"))["retelling_count__sum"]
        assert retold == Retelling.objects.count()
        assert not Photo.objects.exists()

    def test_are_indexed_as_if_they_had_been_told(self, monkeypatch):
        monkeypatch.setattr(hiring, "ONE_UNNAMED", 4)
        demo(stories=60, verbosity=0)
        stories = Story.objects.published()
        assert Entry.objects.exclude(withheld="").exists()
        assert Entry.objects.recount(0, mend=False) == []
        words = set(Word.objects.values_list("word", "language", "stem"))
        assert Entry.objects.follow(stories.values_list("pk", flat=True)) == 0
        assert words == set(Word.objects.values_list("word", "language", "stem"))
        assert len(Index().under("stale")) == 60

    def test_are_the_same_every_time(self):
        demo(stories=20, verbosity=0)
        first = list(Story.objects.order_by("seq").values_list("line", "body", "title"))
        Story.objects.all().delete()
        demo(stories=20, verbosity=0)
        assert list(Story.objects.order_by("seq").values_list("line", "body", "title")) == first

    @pytest.mark.parametrize("count", [0, -1, 1_000_001])
    def test_come_in_bounded_numbers(self, count):
        with pytest.raises(CommandError, match="from 1 to 1,000,000"):
            demo(stories=count)

    @pytest.mark.parametrize("something", [UserFactory, PublishedStoryFactory])
    def test_never_get_among_real_ones(self, something):
        something()
        before = Story.objects.count()
        with pytest.raises(CommandError, match="not synthetic"):
            demo(stories=5)
        assert Story.objects.count() == before

    def test_get_among_real_ones_only_when_told_to(self):
        PublishedStoryFactory()
        demo(stories=5, among_real_ones=True, verbosity=0)
        assert Story.objects.count() == 6

    def test_may_be_added_to_the_demo(self, trying_out):
        PublishedStoryFactory()
        demo(stories=5, verbosity=0)
        assert Story.objects.count() == 6
