"""What a story's page shows."""

import datetime

import pytest

from stories.models import Retelling
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
)

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 12, 12, tzinfo=datetime.UTC), tick=False)


def test_it_shows_the_line_the_title_and_the_text(staff_client):
    story = PublishedStoryFactory(body="First thing.\n\nSecond thing.")
    response = staff_client.get(address(story))
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<h1 dir="auto">{story.title}</h1>' in html
    assert "No relation. He’s my customer." in html
    assert "data-story-body" in html
    assert '<p dir="auto">First thing.</p>' in html
    assert '<p dir="auto">Second thing.</p>' in html
    assert html.count("<h1") == 1


GERMAN = {
    "line": "Ich bin noch da.",
    "title": "Die letzte Bahn",
    "body": "Er hat mit mir gewartet, bis die Bahn kam.\n\nUnd dann ist er nach Hause gegangen.",
}


def test_words_in_another_language_are_marked_as_such_for_whoever_reads_them_aloud(staff_client):
    story = PublishedStoryFactory(**GERMAN)
    html = staff_client.get(address(story)).content.decode()
    for words in ("<h1", '<p class="poster-line line"', '<p class="poster-title"'):
        assert f'{words} dir="auto" lang="de">' in html
    assert html.count('<p dir="auto" lang="de">') == 2
    for url in ("/", "/?view=list"):
        wall = staff_client.get(url).content.decode()
        assert wall.count('lang="de"') == 2


def test_words_in_the_language_of_the_page_are_not_marked(staff_client, story):
    for url in (address(story), "/", "/?view=list"):
        assert staff_client.get(url).content.decode().count("lang=") == 1, url


def test_a_story_without_a_title_is_headed_by_its_line(staff_client):
    story = PublishedStoryFactory(title="")
    html = staff_client.get(address(story)).content.decode()
    assert html.count("<h1") == 1
    assert "<title>No relation. He’s my customer." in html


def test_a_story_with_neither_is_headed_by_its_first_words(staff_client):
    story = PublishedStoryFactory(
        title="", line="", body="One two three four five six seven eight nine ten."
    )
    html = staff_client.get(address(story)).content.decode()
    assert "<title>One two three four five six seven eight…" in html
    assert html.count("<h1") == 1


def test_its_evidence_is_marked_and_explained(staff_client, traits):
    [caring] = traits("Caring")
    story = PublishedStoryFactory(body="He was cold. She warmed his hands.", traits=[])
    story.set_traits([(caring, "She warmed his hands.")])
    html = staff_client.get(address(story)).content.decode()
    assert '<mark class="ev" data-hue="personal">She warmed his hands.</mark>' in html
    assert "<b>Caring</b> What Caring means." in html


def test_it_says_who_told_it_and_when_as_people_say_it(staff_client):
    teller = EmployeeFactory(first_name="Noor")
    story = PublishedStoryFactory(teller=teller, happened_on=datetime.date(2026, 1, 5))
    words = words_of(staff_client.get(address(story)))
    assert "Told by Noor, today happened in January" in words


def test_the_exact_day_is_in_the_time_element(staff_client):
    story = PublishedStoryFactory(happened_on=datetime.date(2026, 3, 9))
    html = staff_client.get(address(story)).content.decode()
    assert '<time datetime="2026-03-09" title="Monday 9 March 2026">last Monday</time>' in html


def test_people_wear_badges_that_lead_to_their_page(staff_client):
    marek = EmployeeFactory(first_name="Marek")
    story = PublishedStoryFactory(people=[marek])
    html = staff_client.get(address(story)).content.decode()
    assert f'<a class="badge" href="/people/{marek.pk}/"' in html


def test_a_name_as_told_leads_nowhere(staff_client):
    story = PublishedStoryFactory()
    story.set_credits(names=["Roberta from the kiosk"])
    html = staff_client.get(address(story)).content.decode()
    assert '<span class="badge" dir="auto">Roberta from the kiosk</span>' in html


def test_the_team_is_the_one_of_that_day(staff_client):
    marek = EmployeeFactory()
    old, new = TeamFactory(name="Night desk"), TeamFactory(name="Booking office")
    MembershipFactory(
        employee=marek, team=old, since=datetime.date(2025, 1, 1), until=datetime.date(2026, 3, 5)
    )
    MembershipFactory(employee=marek, team=new, since=datetime.date(2026, 3, 5))
    story = PublishedStoryFactory(people=[marek], happened_on=datetime.date(2026, 3, 2))
    words = words_of(staff_client.get(address(story)))
    assert "Team, as of that day Night desk" in words
    assert "Booking office" not in words


def test_a_whole_team_is_credited_without_a_badge(staff_client):
    story = PublishedStoryFactory(people__team=TeamFactory(name="Night desk"))
    html = staff_client.get(address(story)).content.decode()
    assert '<a href="/teams/night-desk/">Night desk</a>' in html
    assert "badge" not in html.split("</header>")[1]


def test_how_it_was_done_is_said_in_words(staff_client):
    story = PublishedStoryFactory(
        initiative="own",
        took_time="minutes",
        took_money="nothing",
        took_permission="nobody",
        served="colleague",
        place="By the lift",
    )
    words = words_of(staff_client.get(address(story)))
    assert "Done for A colleague" in words
    assert "Decided On their own" in words
    assert "What it took A few minutes, nothing, nobody asked" in words
    assert "When 2 March 2026 Where By the lift" in words


def test_what_is_not_known_is_not_mentioned(staff_client):
    words = words_of(staff_client.get(address(PublishedStoryFactory(happened_on=None))))
    for heading in ("Decided", "What it took", "When ", "Where ", "Seen elsewhere", "happened"):
        assert heading not in words.split("Who and how")[1].split("Where it went")[0]


def test_seen_elsewhere_names_the_organisation(staff_client):
    story = PublishedStoryFactory(setting="elsewhere", organisation="A 7-Eleven on Clark Street")
    assert "Seen elsewhere A 7-Eleven on Clark Street" in words_of(staff_client.get(address(story)))


def test_a_recovery_says_what_went_wrong_first(staff_client):
    story = PublishedStoryFactory(recovery=True, went_wrong="The first treatment hurt.")
    words = words_of(staff_client.get(address(story)))
    assert words.count("The first treatment hurt.") == 2  # on the poster and among the facts


def test_traits_stand_with_their_meanings_and_lead_to_their_page(staff_client, traits):
    story = PublishedStoryFactory(traits=traits("Caring", "Noticed"))
    html = staff_client.get(address(story)).content.decode()
    assert '<a class="trait" href="/traits/caring/"' in html
    assert "What Noticed means." in html


def test_a_proposed_trait_waits_for_a_moderator(staff_client, traits):
    [proposed] = traits("Zesty")
    proposed.standing = "proposed"
    proposed.save()
    story = PublishedStoryFactory(traits=[proposed])
    assert "Zesty" not in words_of(staff_client.get(address(story)))


def test_what_inspired_it_and_what_it_inspired_are_linked(staff_client):
    first = PublishedStoryFactory(line="The first one.")
    story = PublishedStoryFactory(inspired_by=first)
    later = PublishedStoryFactory(inspired_by=story, line="The later one.")
    words = words_of(staff_client.get(address(story)))
    assert "It began with “The first one.”" in words
    assert "which inspired “The later one.”" in words
    html = staff_client.get(address(story)).content.decode()
    assert html.count(f'href="{address(later)}"') == 1


def test_only_what_is_on_the_wall_is_linked(staff_client):
    first = PublishedStoryFactory(line="The first one.")
    story = PublishedStoryFactory(inspired_by=first)
    first.withdraw(by=None)
    assert "The first one." not in words_of(staff_client.get(address(story)))


def test_a_story_may_remind_of_another(staff_client, story):
    html = staff_client.get(address(story)).content.decode()
    assert f'href="/stories/new/?inspired_by={story.public_id}"' in html


def test_it_describes_itself_with_its_line(staff_client, story):
    html = staff_client.get(address(story)).content.decode()
    assert '<meta name="description" content="“No relation. He’s my customer.”">' in html


def test_texts_are_escaped_everywhere(staff_client, traits):
    evil = "<script>alert(1)</script>"
    [trait] = traits(evil)
    story = PublishedStoryFactory(
        line=evil, title=evil, body=f"{evil} Yes.", place=evil, organisation=evil, traits=[trait],
        went_wrong=evil, setting="elsewhere", recovery=True,
    )  # fmt: skip
    story.set_credits(names=[evil])
    NoteFactory(story=story, text=evil, author=EmployeeFactory(first_name=evil))
    html = staff_client.get(address(story)).content.decode()
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10


def test_a_link_in_the_text_stays_text(staff_client):
    story = PublishedStoryFactory(body="See https://example.org/x for more.")
    assert "https://example.org/x" not in [
        part.split('"')[0]
        for part in staff_client.get(address(story)).content.decode().split('href="')[1:]
    ]


def test_the_longest_text_is_shown_whole(staff_client):
    body = ("A sentence of the story. " * 480).strip()
    story = PublishedStoryFactory(body=body)
    assert body in staff_client.get(address(story)).content.decode()


@pytest.mark.parametrize(
    "text",
    ["مرحبا بالعالم", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞a̴l̷g̸o", "👩‍👩‍👧‍👦", "\u202eevil\u202c"],
    ids=["rtl", "marks", "emoji", "override"],
)
def test_any_writing_is_shown_as_written(staff_client, text):
    story = PublishedStoryFactory(body=text, line=text, title=text, place=text)
    assert staff_client.get(address(story)).content.decode().count(text) >= 4


def test_an_address_that_no_story_has_is_404(staff_client, story):
    for public_id in ("nothing", "x" * 5000, story.public_id.swapcase() + "x"):
        assert staff_client.get(f"/stories/{public_id}/").status_code == 404


def test_a_page_of_notes_that_cannot_be_is_404(staff_client, story):
    for asked in ("0", "x", "99999", "-1", "٣", ""):
        assert staff_client.get(address(story), {"notes": asked}).status_code == 404


@pytest.fixture
def queries(django_assert_max_num_queries):
    def asked_by(client, story) -> int:
        with django_assert_max_num_queries(12) as counted:
            assert client.get(address(story)).status_code == 200
        return len(counted)

    return asked_by


def much_loved_story(manager=None):
    """With plenty of everything: people, teams, traits, notes, retellings, stories beside it."""
    people = [MembershipFactory().employee for _ in range(8)]
    names = [f"Trait {n}" for n in range(6)]
    root = PublishedStoryFactory(traits=names, people=people)
    story = PublishedStoryFactory(inspired_by=root, traits=names, people=people)
    for _ in range(8):
        PublishedStoryFactory(inspired_by=story, traits=names, people=people)
        PublishedStoryFactory(traits=names[:3], people=people[:2])
    for n in range(20):
        NoteFactory(story=story, text=f"Note {n}")
        reader = EmployeeFactory()
        story.salute(by=reader)
        story.retell(by=reader, told_to="team", heads=9)
    EmployeeFactory.create_batch(5, unnamed=True)
    return story


def test_it_asks_the_database_at_most_twelve_times_and_as_often_for_many_as_for_one(
    staff_client, moderator_client, queries
):
    first = PublishedStoryFactory()
    plain = PublishedStoryFactory(traits=["Caring"], people=[EmployeeFactory()], inspired_by=first)
    plain.retell(by=EmployeeFactory(), told_to="friend")
    much_loved = much_loved_story()
    # What a process asks for once as long as nothing changes: who is unnamed.
    staff_client.get(address(first))
    for client in (staff_client, moderator_client):
        assert queries(client, plain) == queries(client, much_loved)


def test_it_asks_a_managers_account_no_more_than_twelve_times(manager_client, queries):
    story = much_loved_story()
    team = story.credits.first().team
    MembershipFactory(employee=manager_client.user.person, team=team, leads=True)
    # What a process asks for once as long as nothing changes: who is unnamed, and the teams.
    manager_client.get(address(story))
    assert queries(manager_client, story) <= 12
    assert "Hold it up" in words_of(manager_client.get(address(story)))


def test_of_many_retellings_it_keeps_a_bounded_list(staff_client, story):
    for _ in range(12):
        story.retell(by=EmployeeFactory(), told_to="team")
    assert Retelling.objects.count() == 12
    words = words_of(staff_client.get(address(story)))
    assert words.count("told their team") == 5
    assert "Seven more tellings" in words


def test_a_reader_without_a_name_sees_the_page_too(client):
    client.force_login(UserFactory(first_name="", last_name="", employee=None))
    assert client.get(address(PublishedStoryFactory())).status_code == 200


def test_a_title_has_the_room_its_script_needs(staff_client):
    story = PublishedStoryFactory(line="Wait.", title="พนักงานเดินไปส่งคุณยายถึงบ้าน")
    page = staff_client.get(story.get_absolute_url()).content.decode()
    assert '<h1 class="airier" dir="auto">' in page
