"""Cards are kept as they were drawn, and never shown once they are overtaken."""

from __future__ import annotations

import datetime
import random
import re
import threading

import pytest
from django.db import connection
from django.template.loader import render_to_string

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.cards import cards
from stories.drawing import cards_at, draw_all, draw_cards, draw_step, drawn
from stories.models import (
    CardClaim,
    Credited,
    Entry,
    Index,
    Moves,
    StoredCard,
    Story,
    Trait,
    WallVersion,
)
from stories.models.postings import STALE, UNSURE
from stories.printed import BETWEEN, EDGE, Showing, filled, look, printed
from stories.wall.rows import LAYOUTS, Slot
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    UserFactory,
    merged,
    named_trait,
)

TODAY = datetime.date(2026, 3, 3)


def draw() -> None:
    draw_all(lambda done: None)
    assert not Index().under(STALE)
    assert not Index().under(UNSURE)


def stale() -> set[int]:
    return set(Index().under(STALE))


def kept_of(story: Story) -> str:
    return StoredCard.objects.get(pk=story.seq).html


def wall(client, address: str = "/") -> str:
    """The posters of the wall, without what is another in each test."""
    page = client.get(address).content.decode()
    return page[page.index('<div class="wall"') : page.index('<footer class="site-footer">')]


@pytest.fixture
def without_kept(monkeypatch):
    """A page as if no card had ever been kept."""

    def nothing(*_asked) -> dict:
        return {}

    def read(client, address: str = "/") -> str:
        with monkeypatch.context() as patched:
            for kept in ("shown", "as_told"):
                patched.setattr(f"stories.models.stored_card.StoredCardQuerySet.{kept}", nothing)
            return wall(client, address)

    return read


@pytest.mark.django_db
class TestACard:
    @pytest.fixture
    def all_sorts(self) -> list[Story]:
        team, person = TeamFactory(name="Ward <4>"), EmployeeFactory(first_name="D’Arcy & Sons")
        told = [
            PublishedStoryFactory(traits=["Personal"], people=[person], people__team=team),
            PublishedStoryFactory(line="", title="Only a title"),
            PublishedStoryFactory(line="", title="", body="Just <b>this</b> sentence."),
            PublishedStoryFactory(line="A line that goes on. " * 12, title="And a title"),
            PublishedStoryFactory(setting="elsewhere", organisation="Corner Shop"),
            PublishedStoryFactory(recovery=True, went_wrong="We forgot the “cake” & the candles."),
        ]
        told[0].set_gold(True, by=None)
        PhotoFactory(story=told[0], made=True, alt="Two hands, “held”.")
        told[1].retell(by=person, told_to="team")
        told[2].retell(by=person, told_to="team")
        told[2].retell(by=person, told_to="friend")
        return told

    @pytest.mark.parametrize("swap", [True, False])
    @pytest.mark.parametrize("eager", [True, False])
    @pytest.mark.parametrize("tag", ["h2", "h3"])
    def test_that_is_filled_is_what_the_template_shows(
        self, all_sorts, swap, eager, tag, time_machine_at
    ):
        time_machine_at(TODAY)
        stories = Story.objects.published().for_cards()
        for card in cards(stories, Naming(ORGANISATION)):
            slot = Slot(card, LAYOUTS[0].places[0], swap=swap)
            live = {"card": card, "slot": slot, "eager": eager, "tag": tag}
            showing = Showing(TODAY, slot.css, swap, eager, tag, card.told_on)
            assert filled(printed(card).html, showing) == render_to_string(
                "components/poster.html", live
            )

    @pytest.mark.parametrize(
        "words", ["sentence", "line", "title", "cake", "corner", "“d’arcy”", "ward", "personal"]
    )
    def test_shows_what_was_found_as_one_that_is_drawn_for_it(
        self, all_sorts, staff_client, without_kept, words
    ):
        draw()
        page = wall(staff_client, f"/?q={words}")
        assert page == without_kept(staff_client, f"/?q={words}")
        assert 'class="poster' in page

    def test_says_its_day_by_today(self, time_machine_at):
        story = PublishedStoryFactory(happened_on=TODAY)
        card = printed(cards_at([story.seq], Naming(ORGANISATION))[story.seq])
        said = []
        for later in (0, 1, 400):
            today = TODAY + datetime.timedelta(later)
            time_machine_at(today)
            html = filled(card.html, Showing(today))
            said.append(re.search(r"<time[^>]*>([^<]*)</time>", html)[1])
        assert said == ["Today", "Yesterday", "March 2026"]

    def test_cannot_be_broken_by_characters_that_look_like_marks(self):
        trait = Trait.objects.create(name=f"Odd{EDGE}tag{EDGE}", hue="personal")
        story = PublishedStoryFactory(
            line=f"{EDGE}photo{BETWEEN}a{BETWEEN}b{EDGE}", traits=[trait], happened_on=TODAY
        )
        PhotoFactory(story=story, made=True, alt=f"{EDGE}lazily{EDGE}")
        html = filled(
            printed(cards_at([story.seq], Naming(ORGANISATION))[story.seq]).html, Showing(TODAY)
        )
        assert EDGE not in html
        assert BETWEEN not in html
        assert "photoab" in html
        assert "Oddtag" in html


@pytest.fixture
def time_machine_at():
    import time_machine

    travels = []

    def travel(day):
        travels.append(time_machine.travel(datetime.datetime.combine(day, datetime.time(12))))
        travels[-1].start()

    yield travel
    for one in reversed(travels):
        one.stop()


@pytest.mark.django_db
class TestDrawing:
    def test_keeps_what_is_stale_and_takes_it_out(self):
        stories = [PublishedStoryFactory() for _ in range(3)]
        assert stale() == {story.seq for story in stories}
        draw()
        assert set(StoredCard.objects.values_list("pk", flat=True)) == {s.seq for s in stories}
        assert not CardClaim.objects.exists()

    def test_takes_the_newest_first(self):
        stories = [PublishedStoryFactory() for _ in range(3)]
        assert draw_step(1) == 1
        assert StoredCard.objects.get().pk == stories[-1].seq

    @pytest.mark.parametrize(
        "change",
        [
            lambda story: story.set_gold(True, by=None),
            lambda story: named_trait("Personal").save(),
        ],
    )
    def test_a_change_while_a_card_is_drawn_leaves_it_stale(self, change):
        story = PublishedStoryFactory(traits=["Personal"])
        other = PublishedStoryFactory()
        claim = StoredCard.objects.claim(10, look())
        cards = drawn(claim)
        trait = named_trait("Personal")
        trait.name = "Personally"
        trait.save()
        assert StoredCard.objects.keep(claim, cards, look()) == 1
        assert stale() == {story.seq}
        assert StoredCard.objects.get().pk == other.seq

    def test_a_story_that_leaves_while_its_card_is_drawn_keeps_none(self):
        story = PublishedStoryFactory()
        claim = StoredCard.objects.claim(10, look())
        cards = drawn(claim)
        story.withdraw(by=None)
        assert StoredCard.objects.keep(claim, cards, look()) == 0
        assert not StoredCard.objects.exists()

    def test_two_who_draw_share_the_work(self):
        stories = [PublishedStoryFactory() for _ in range(4)]
        first, second = (StoredCard.objects.claim(2, look()) for _ in range(2))
        assert set(first.places | second.places) == {story.seq for story in stories}
        assert StoredCard.objects.claim(2, look()) is None

    def test_who_does_not_come_back_leaves_the_work_to_others(self):
        story = PublishedStoryFactory()
        lost = StoredCard.objects.claim(10, look())
        CardClaim.objects.update(since=lost.since - datetime.timedelta(minutes=2))
        again = StoredCard.objects.claim(10, look())
        assert set(again.places) == {story.seq}
        assert StoredCard.objects.keep(lost, drawn(lost), look()) == 0
        assert stale() == {story.seq}
        assert StoredCard.objects.keep(again, drawn(again), look()) == 1

    def test_cards_of_another_look_are_drawn_again(self, staff_client):
        story = PublishedStoryFactory()
        draw()
        StoredCard.objects.update(look="old", html="An old card")
        assert "An old card" not in wall(staff_client)
        draw()
        assert story.public_id in kept_of(story)

    def test_by_hand_finds_cards_that_are_missing(self, capsys):
        from django.core.management import call_command

        stories = [PublishedStoryFactory() for _ in range(2)]
        draw()
        StoredCard.objects.filter(pk=stories[0].seq).delete()
        call_command("draw_cards", verbosity=0)
        assert StoredCard.objects.count() == 2
        assert "Every card is as it should be." in capsys.readouterr().out


@pytest.mark.django_db
class TestStale:
    def test_are_the_cards_of_a_trait_that_is_called_otherwise(self):
        story, _other = PublishedStoryFactory(traits=["Personal"]), PublishedStoryFactory()
        draw()
        trait = named_trait("Personal")
        for change in ({"name": "Personally"}, {"hue": "caring"}):
            for name, value in change.items():
                setattr(trait, name, value)
            trait.save()
            assert stale() == {story.seq}
            draw()
        trait.meaning = "Another meaning."
        trait.save()
        assert not stale()

    def test_are_the_cards_of_a_proposed_trait_that_is_accepted(self, staff_client):
        proposed = Trait.objects.propose("Cheerful", by=EmployeeFactory())
        story = PublishedStoryFactory(traits=[proposed])
        draw()
        assert "Cheerful" not in kept_of(story)
        proposed.meaning = "Made the morning lighter."
        proposed.save()
        proposed.accept()
        assert stale() == {story.seq}
        assert "Cheerful" in wall(staff_client)

    def test_are_the_cards_of_a_team_that_is_called_otherwise(self, staff_client):
        team = TeamFactory(name="Night desk")
        story, _other = PublishedStoryFactory(people__team=team), PublishedStoryFactory()
        draw()
        team.name = "Early desk"
        team.save()
        assert stale() == {story.seq}
        assert "Night desk" not in wall(staff_client)

    def test_are_the_cards_of_somebody_who_is_called_otherwise(self):
        person = EmployeeFactory(first_name="Zadie", last_name="Quill")
        story, _other = PublishedStoryFactory(people=[person]), PublishedStoryFactory()
        draw()
        person.known_as = "Zed"
        person.save()
        assert stale() == {story.seq}
        draw()
        assert "zed" in Entry.objects.get(pk=story.seq).people

    def test_is_no_card_of_somebody_who_only_got_another_job(self):
        person = EmployeeFactory()
        PublishedStoryFactory(people=[person])
        draw()
        before = WallVersion.current()
        person.job_title = "Head of the night desk"
        person.save()
        assert not stale()
        # Their page says so, though.
        assert WallVersion.current() != before

    @pytest.mark.parametrize(
        "words",
        [
            {"line": "Zadie Quill stayed."},
            {"body": "And then ZADIE QUILL’s sister came."},
            {"title": "Quill, Zadie"},
            {"place": "At Zádie Quill’s desk"},
            {"recovery": True, "went_wrong": "Zadie Quill was ill."},
        ],
    )
    def test_is_every_text_that_says_the_name_of_somebody_who_asks(self, words, staff_client):
        person = EmployeeFactory(first_name="Zadie", last_name="Quill")
        story, _other = PublishedStoryFactory(**words), PublishedStoryFactory()
        draw()
        person.ask_not_to_be_named()
        assert stale() == {story.seq}
        draw()
        assert "quill" not in Entry.objects.get(pk=story.seq).body.split()
        assert "quill" in Entry.objects.get(pk=story.seq).withheld.split()
        assert "Quill" not in kept_of(story)
        person.ask_not_to_be_named(False)
        assert stale() == {story.seq}
        draw()
        assert not Entry.objects.get(pk=story.seq).withheld

    @pytest.mark.parametrize("name", ["#ZadieOQuill", "Zadie OʼQuill", "Zadie (“Zed”) O‘Quill"])
    def test_is_what_names_them_in_a_way_of_its_own(self, name):
        person = EmployeeFactory(first_name="Zadie", last_name="O’Quill", known_as="Zed")
        story = PublishedStoryFactory(line=f"Ask {name}.")
        draw()
        assert "Quill" in kept_of(story)
        person.ask_not_to_be_named()
        assert stale() == {story.seq}
        draw()
        assert "Quill" not in kept_of(story)

    def test_is_a_photo_that_names_them(self):
        person = EmployeeFactory(first_name="Zadie", last_name="Quill")
        story = PublishedStoryFactory()
        PhotoFactory(story=story, made=True, alt="Zadie Quill behind the counter.")
        draw()
        assert "Quill" in kept_of(story)
        person.ask_not_to_be_named()
        assert stale() == {story.seq}

    def test_is_what_speaks_of_somebody_unnamed_who_joins_its_team(self):
        team = TeamFactory()
        person = EmployeeFactory(first_name="Zadie", last_name="Quill", unnamed=True)
        story = PublishedStoryFactory(line="Zadie stayed.", people__team=team)
        draw()
        assert "Zadie" in kept_of(story)
        person.move_to(team)
        assert stale() == {story.seq}
        draw()
        assert "Zadie" not in kept_of(story)
        person.memberships.get().delete()
        assert stale() == {story.seq}

    def test_is_what_somebody_tells_who_joins_a_team_with_somebody_unnamed(self):
        team, teller = TeamFactory(), EmployeeFactory()
        unnamed = EmployeeFactory(first_name="Zadie", last_name="Quill", unnamed=True)
        MembershipFactory(employee=unnamed, team=team)
        story = PublishedStoryFactory(line="Zadie stayed.", teller=teller)
        draw()
        assert "Zadie" in kept_of(story)
        MembershipFactory(employee=teller, team=team)
        assert stale() == {story.seq}
        draw()
        assert "Zadie" not in kept_of(story)

    def test_is_a_team_that_is_called_after_them(self):
        person = EmployeeFactory(first_name="Zadie", last_name="Quill")
        story = PublishedStoryFactory(people__team=TeamFactory(name="Zadie Quill’s shift"))
        draw()
        person.ask_not_to_be_named()
        assert stale() == {story.seq}
        draw()
        assert "Quill" not in kept_of(story)

    def test_of_those_the_index_is_unsure_until_a_task_was_there(self, staff_client):
        person = EmployeeFactory(first_name="Zadie", last_name="Quill")
        stories = [PublishedStoryFactory(line="Zadie Quill stayed.") for _ in range(3)]
        draw()
        person.ask_not_to_be_named()
        seqs = {story.seq for story in stories}
        assert (set(Index().under(UNSURE)), stale()) == (seqs, seqs)
        assert "Quill" not in wall(staff_client)
        assert not StoredCard.objects.filter(html__contains="colleague").exists()
        draw()
        assert "Quill" not in "".join(StoredCard.objects.values_list("html", flat=True))
        assert not Index().under(UNSURE)
        assert all(entry.withheld for entry in Entry.objects.all())

    def test_half_a_million_cards_become_stale_in_a_few_statements(
        self, django_assert_max_num_queries
    ):
        trait = named_trait("Personal")
        moves = Moves()
        moves.into(f"trait:{trait.pk}", range(1, 1_000_000, 2))
        moves.write()
        trait.name = "Personally"
        # Sixteen blocks, two statements each, and what stands around them.
        with django_assert_max_num_queries(45):
            trait.save()
        assert len(Index().under(STALE)) == 500_000


@pytest.mark.django_db
def test_a_page_asks_for_kept_cards_once(staff_client, django_assert_max_num_queries):
    for _ in range(24):
        PublishedStoryFactory(traits=["Personal"])
    staff_client.get("/")
    draw()
    with django_assert_max_num_queries(12) as asked:
        staff_client.get("/")
    assert not [one for one in asked if "body" in one["sql"]]


@pytest.mark.django_db
def test_a_search_reads_no_story_whose_card_is_kept(staff_client, django_assert_max_num_queries):
    for _ in range(3):
        PublishedStoryFactory(traits=["Personal"], body="A kettle.", people=[EmployeeFactory()])
    draw()
    staff_client.get("/?q=teapot")
    with django_assert_max_num_queries(12) as asked:
        page = staff_client.get("/?q=kettle").content.decode()
    assert page.count("<mark>kettle</mark>") == 3
    assert not [one for one in asked if "staff_credit" in one["sql"]]


@pytest.mark.django_db
def test_through_a_month_of_changes_every_page_equals_one_made_from_nothing(  # noqa: PLR0915
    staff_client, without_kept
):
    chance = random.Random(11)  # noqa: S311  # to be repeatable
    by = UserFactory()
    people = [
        EmployeeFactory(first_name=first, last_name=last)
        for first, last in (("Zadie", "Quill"), ("Omar", "Reyes"), ("Ines", "Holm"), ("Kai", "Bo"))
    ]
    teams = [TeamFactory(name=name) for name in ("Night desk", "Ward 4", "Zadie’s own")]
    for person in people:
        person.move_to(chance.choice(teams))
    traits = [named_trait(name) for name in ("Personal", "Honest", "Playful", "Caring")]
    lines = ["Zadie stayed.", "Omar Reyes ran.", "Nobody asked Ines.", "He’s my customer."]

    def tell(*_story: Story) -> None:
        story = StoryFactory(
            line=chance.choice(lines),
            body=f"{chance.choice(lines)} And Kai Bo said so.",
            traits=chance.sample(traits, 2),
            people=chance.sample(people, chance.randint(0, 2)),
            people__team=chance.choice(teams),
            teller=chance.choice(people),
        )
        story.submit(by=by)
        story.publish(by=by)

    def edit(story: Story) -> None:
        story.line = chance.choice(lines)
        chosen = [(trait, "") for trait in chance.sample(traits, 2)]
        story.save_content(by=by, traits=chosen, credited=Credited(chance.sample(people, 1)))

    def withdraw(story: Story) -> None:
        story.withdraw(by=by)
        if chance.random() < 0.5:
            story.submit(by=by)
            story.publish(by=by)

    def rename_trait(_story: Story) -> None:
        trait = Trait.objects.get(pk=chance.choice(traits).pk)
        trait.name, trait.hue = f"Trait {chance.random()}", chance.choice(["caring", "honest"])
        trait.save()

    def rename_team(_story: Story) -> None:
        team = chance.choice(teams)
        team.name = f"Team {chance.random()}"
        team.save()

    def rename_person(_story: Story) -> None:
        person = chance.choice(people)
        person.refresh_from_db()
        person.known_as = chance.choice(["", "Zed", "Mo", "Ina"])
        person.save()

    def unname(_story: Story) -> None:
        person = chance.choice(people)
        person.refresh_from_db()
        person.ask_not_to_be_named(not person.unnamed)

    def move(_story: Story) -> None:
        chance.choice(people).move_to(chance.choice(teams))

    def merge(_story: Story) -> None:
        fresh = Trait.objects.create(name=f"Fresh {chance.random()}", hue="playful")
        PublishedStoryFactory(traits=[fresh])
        merged(fresh, chance.choice(traits), by=by)

    def retell(story: Story) -> None:
        story.retell(by=chance.choice(people), told_to="team")

    searches = ("said", "stayed", "zadie", "reyes", "ines", "my customer", "desk", "nobody bo")
    changes = [tell, edit, withdraw, rename_trait, rename_team, rename_person, unname, move, merge]
    changes += [retell, lambda story: story.set_gold(not story.gold, by=by)]
    for _ in range(8):
        tell()
    for _ in range(60):
        change = chance.choice(changes)
        change(chance.choice(Story.objects.published()))
        if chance.random() < 0.6:
            draw_step(chance.choice([3, 100]))
        assert wall(staff_client) == without_kept(staff_client), change
        search = f"/?q={chance.choice(searches)}"
        assert wall(staff_client, search) == without_kept(staff_client, search), (change, search)
    draw()
    for words in searches:
        assert wall(staff_client, f"/?q={words}") == without_kept(staff_client, f"/?q={words}")
    kept = dict(Entry.objects.values_list("pk", "withheld"))
    assert wall(staff_client) == without_kept(staff_client)
    Entry.objects.follow(list(Entry.objects.values_list("story", flat=True)))
    assert dict(Entry.objects.values_list("pk", "withheld")) == kept


@pytest.mark.django_db(transaction=True)
def test_who_draws_and_who_changes_at_once_leave_the_cards_of_the_last_change(monkeypatch):
    monkeypatch.setattr("stories.models.postings._draw_cards", lambda: None)
    for _ in range(12):
        PublishedStoryFactory(traits=["Personal"])
    trait, end = named_trait("Personal"), threading.Event()
    failed: list[BaseException] = []

    def work(what) -> None:
        try:
            what()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    def go_on_drawing() -> None:
        while not end.is_set():
            draw_step(5)

    def rename() -> None:
        for number in range(15):
            trait.name = f"Name {number}"
            trait.save()
            shown = StoredCard.objects.exclude(pk__in=list(Index().under(STALE)))
            assert all(f"Name {number}" in card.html for card in shown)
        end.set()

    threads = [
        threading.Thread(target=work, args=[what]) for what in (rename, *[go_on_drawing] * 2)
    ]
    for thread in threads:
        thread.start()
    threads[0].join(60)
    end.set()
    for thread in threads:
        thread.join(60)
    assert not failed
    CardClaim.objects.all().delete()
    draw()
    assert all("Name 14" in card.html for card in StoredCard.objects.all())


@pytest.mark.django_db(transaction=True)
def test_cards_are_drawn_once_a_change_is_committed():
    story = PublishedStoryFactory(traits=["Personal"])
    assert not stale()
    story.set_gold(True, by=None)
    assert "seal" in kept_of(story)


@pytest.mark.django_db
def test_who_comes_upon_a_stale_card_has_it_drawn_but_not_each_time(staff_client, monkeypatch):
    monkeypatch.setattr("stories.posters.SECONDS_BETWEEN", 60)
    monkeypatch.setattr("stories.posters._asked_at", -100)
    first = PublishedStoryFactory()
    wall(staff_client)
    assert StoredCard.objects.get().pk == first.seq
    second = PublishedStoryFactory()
    assert second.public_id in wall(staff_client)
    assert StoredCard.objects.count() == 1


@pytest.mark.django_db
def test_the_task_goes_on_in_another_turn(monkeypatch):
    monkeypatch.setattr("stories.drawing.SECONDS", 0.0001)
    monkeypatch.setattr("stories.drawing.STEP", 1)
    for _ in range(3):
        PublishedStoryFactory()
    draw_cards.call()
    assert StoredCard.objects.count() == 3


def test_a_mark_is_safe_html():
    assert (
        filled(f"a{EDGE}told{EDGE}b", Showing(TODAY, retold=2)) == "a <span>told on twice</span>b"
    )


@pytest.mark.django_db
def test_kept_cards_are_asked_for_by_their_places_alone(django_assert_num_queries):
    """All cards look alike, so an index of their look would lead through all of them."""
    with django_assert_num_queries(1) as asked:
        StoredCard.objects.shown([1, 2], "as today")
    where = asked.captured_queries[0]["sql"].partition(" WHERE ")[2]
    assert "seq" in where
    assert "look" not in where
