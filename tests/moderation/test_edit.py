"""Editing a story: whole, on the record, and never over somebody else's words unseen."""

import threading
import time

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from staff.audiences import Audience, NamedAs
from staff.models import History
from stories.models import Notice
from stories.moderation.people import label
from stories.privacy.erasing import erase
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    TeamFactory,
    TraitFactory,
    UserFactory,
)
from tests.telling.test_twice import at_once

from .pages import change, edit_data, said

pytestmark = pytest.mark.django_db

SENTENCE = "Roberta came round the counter and warmed his hands."


def errors(response) -> str:
    form = response.context["adminform"].form
    rows = [row.errors for row in (*form.trait_rows, *form.person_rows)]
    return f"{form.errors} {rows}"


def test_an_edit_is_stored_and_recorded_with_before_and_after(moderator_client):
    story = PendingStoryFactory(place="Till 6")
    data = edit_data(moderator_client, story, place="Till 7", title="Warm hands")
    answer = moderator_client.post(change(story), data)
    assert answer.headers["Location"] == change(story)
    before = story.title
    story.refresh_from_db()
    assert (story.place, story.title, story.version) == ("Till 7", "Warm hands", 2)
    event = story.events.first()
    assert (event.action, event.actor) == ("edited", moderator_client.user)
    assert event.changes == {"place": ["Till 6", "Till 7"], "title": [before, "Warm hands"]}
    assert story.status == "pending"


def test_an_edit_is_written_down_once_and_the_history_leads_there(moderator_client, admin_client):
    story = PendingStoryFactory()
    moderator_client.post(change(story), edit_data(moderator_client, story, title="Warm hands"))
    assert not LogEntry.objects.exists()
    history = reverse("admin:stories_story_history", args=[story.pk])
    page = moderator_client.get(history).headers["Location"]
    assert page == f"{change(story)}#record"
    assert "Warm hands" in str(moderator_client.get(page).context["record"])
    everything = admin_client.get(history).headers["Location"]
    shown = admin_client.get(everything).content.decode()
    assert story.public_id in shown


def test_saving_what_was_not_changed_records_nothing(moderator_client):
    story = PendingStoryFactory(
        traits=["Personal"],
        people=[EmployeeFactory()],
        body="One.\n\nTwo.",
        recovery=True,
        went_wrong="The soup.",
    )
    data = edit_data(moderator_client, story)
    data["body"] = data["body"].replace("\n", "\r\n")
    moderator_client.post(change(story), data)
    story.refresh_from_db()
    assert (story.version, story.body) == (1, "One.\n\nTwo.")
    assert not story.events.filter(action="edited").exists()


def test_traits_with_evidence_and_credits_are_edited_on_the_record(moderator_client):
    caring, personal = TraitFactory(name="Caring"), TraitFactory(name="Personal")
    before, after = EmployeeFactory(number="N1"), EmployeeFactory(number=None)
    team = TeamFactory()
    MembershipFactory(employee=after, team=team)
    story = PendingStoryFactory(traits=[caring], people=[before])
    data = edit_data(moderator_client, story) | {
        "traits-0-trait": personal.pk,
        "traits-0-evidence": SENTENCE,
        "traits-1-trait": caring.pk,
        "people-0-who": f"{after.full_name} (#{after.pk})",
        "people-1-who": "Roberta from till 6",
    }
    moderator_client.post(change(story), data)
    held = [(tagging.tag.name, tagging.evidence) for tagging in story.story_traits.all()]
    assert held == [("Personal", SENTENCE), ("Caring", "")]
    assert [str(credit) for credit in story.credits.all()] == [
        after.full_name,
        "Roberta from till 6",
    ]
    assert story.credits.first().team == team
    changes = story.events.first().changes
    assert changes["people"] == [[before.pk], [after.pk]]
    assert changes["names"] == [[], ["Roberta from till 6"]]
    assert changes["traits"] == [[["caring", ""]], [["personal", SENTENCE], ["caring", ""]]]


def test_swapping_two_traits_or_emptying_a_row_is_no_trouble(moderator_client):
    one, two = TraitFactory(), TraitFactory()
    story = PendingStoryFactory(traits=[one, two], people=[EmployeeFactory(), EmployeeFactory()])
    data = edit_data(moderator_client, story) | {
        "traits-0-trait": two.pk,
        "traits-1-trait": one.pk,
        "people-0-who": "",
    }
    moderator_client.post(change(story), data)
    assert [tagging.tag for tagging in story.story_traits.all()] == [two, one]
    assert story.credits.count() == 1


def test_a_whole_team_can_be_credited_and_the_place_on_the_wall_is_kept(moderator_client):
    story, team = PublishedStoryFactory(), TeamFactory()
    moderator_client.post(change(story), edit_data(moderator_client, story, team=str(team.pk)))
    credit = story.credits.get()
    assert credit.is_whole_team
    assert credit.seq == story.seq


def test_words_the_story_does_not_say_are_no_evidence(moderator_client):
    story = PendingStoryFactory(traits=[TraitFactory()])
    data = edit_data(moderator_client, story) | {"traits-0-evidence": "He paid."}
    answer = moderator_client.post(change(story), data)
    assert "does not say this, word for word" in errors(answer)
    assert "He paid." in answer.content.decode()


def test_evidence_needs_a_trait(moderator_client):
    story = PendingStoryFactory()
    data = edit_data(moderator_client, story) | {"traits-0-evidence": SENTENCE}
    assert "Which trait" in errors(moderator_client.post(change(story), data))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"body": ""}, "This can’t be empty."),
        ({"body": "x" * 12_001}, "room for 12,000"),
        ({"happened_on": "9999-12-31"}, "not come yet"),
        ({"happened_on": "0001-01-01"}, "before 1900"),
        ({"organisation": "7-Eleven"}, "seen elsewhere"),
        ({"went_wrong": "The soup."}, "leave out what went wrong"),
        ({"inspired": "/stories/nothing123/"}, "no other published story"),
        ({"served": "nobody"}, "valid choice"),
        ({"traits-TOTAL_FORMS": "9999"}, "at most 8"),
        ({"traits-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(moderator_client, changed, message):
    story = PendingStoryFactory()
    data = edit_data(moderator_client, story, title="Kept") | changed
    answer = moderator_client.post(change(story), data)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    whole = errors(answer) + str(form.trait_rows.non_form_errors())
    assert message in whole
    assert "Not saved yet" in answer.content.decode()
    story.refresh_from_db()
    assert story.version == 1


def test_a_story_of_twelve_thousand_characters_with_line_ends_is_not_too_long(moderator_client):
    story = PendingStoryFactory()
    body = ("x" * 99 + "\n") * 120
    data = edit_data(moderator_client, story, body=body.strip().replace("\n", "\r\n"))
    moderator_client.post(change(story), data)
    story.refresh_from_db()
    assert len(story.body) == 11_999


def test_what_cannot_be_seen_is_left_out_of_what_is_stored(moderator_client):
    story = PendingStoryFactory()
    dirty = {"title": "Warm\x00 \u202ehands\r\n", "body": "One\x07.\u2028Two \ud83d\ude00."}
    dirty["body"] = dirty["body"].encode("utf-16", "surrogatepass").decode("utf-16")
    moderator_client.post(change(story), edit_data(moderator_client, story, **dirty))
    story.refresh_from_db()
    assert (story.title, story.body) == ("Warm hands", "One.\nTwo 😀.")


def test_a_stale_form_is_refused_keeps_the_words_and_can_be_saved_knowingly(moderator_client):
    story = PendingStoryFactory(place="Till 6")
    mine = edit_data(moderator_client, story, place="My words")
    story.place = "Their words"
    story.save_content(by=moderator_client.user)
    answer = moderator_client.post(change(story), mine)
    html = answer.content.decode()
    assert f"{moderator_client.user.shown_name} changed this story while you were writing" in html
    assert 'value="My words"' in html
    story.refresh_from_db()
    assert story.place == "Their words"
    again = mine | {"opened_at": answer.context["adminform"].form["opened_at"].value()}
    moderator_client.post(change(story), again)
    story.refresh_from_db()
    assert story.place == "My words"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_at_once_one_is_stored_whole_and_the_other_is_told():
    clients = [signed_in(UserFactory(roles=["moderators"])) for _number in range(2)]
    traits = [TraitFactory(name=name) for name in ("Caring", "Personal")]
    for _time in range(5):
        story = PendingStoryFactory(traits=["Patient"], people=[EmployeeFactory()])
        typed = [
            edit_data(client, story, place=f"Till {number}")
            | {"traits-1-trait": traits[number].pk, "people-1-who": f"Lou {number}"}
            for number, client in enumerate(clients)
        ]

        def save(number: int, story=story, typed=typed) -> tuple[bool, int]:
            answer = clients[number].post(change(story), typed[number])
            return "changed this story while you were writing" in answer.content.decode(), number

        (told, stored), (other_told, _other) = sorted(at_once(2, save))
        assert (told, other_told) == (False, True)
        story.refresh_from_db()
        assert (story.place, story.version) == (f"Till {stored}", 2)
        assert [held.tag for held in story.story_traits.all()][1:] == [traits[stored]]
        assert [str(credit) for credit in story.credits.all()][1:] == [f"Lou {stored}"]


def saved_while(act, story, **typed):
    """What an edit is answered that has to wait for something else that is done to its story."""
    client, begun = signed_in(UserFactory(roles=["moderators"])), threading.Event()
    typed = edit_data(client, story) | typed

    def run(number: int):
        if number:
            begun.wait()
            return client.post(change(story), typed)
        with transaction.atomic():
            act()
            begun.set()
            # The other is there by then, and waits.
            time.sleep(0.3)

    return next(filter(None, at_once(2, run)))


@pytest.mark.django_db(transaction=True)
def test_what_is_said_of_a_name_while_an_edit_waits_for_it_holds():
    people, named = [EmployeeFactory(), EmployeeFactory()], dict.fromkeys(Audience, NamedAs.FIRST)
    story, turned = PendingStoryFactory(people=people), {}
    for number, person in enumerate(reversed(people)):
        turned[f"people-{number}-who"] = label(person)
    saved_while(lambda: story.name_as(people[0], named, by=None, how="email"), story, **turned)
    assert [credit.employee for credit in story.credits.all()] == people[::-1]
    assert story.credits.get(employee=people[0]).agreed == named


@pytest.mark.django_db(transaction=True)
def test_what_comes_into_a_story_while_an_edit_waits_for_it_stays():
    story, traits = PendingStoryFactory(traits=["Patient"]), [TraitFactory(), TraitFactory()]

    def edit() -> None:
        story.save_content(by=None, traits=[(trait, "") for trait in traits])

    answer = saved_while(edit, story, place="Till 7", **{"traits-1-trait": traits[1].pk})
    assert "changed this story while you were writing" in answer.content.decode()
    assert [held.tag for held in story.story_traits.all()] == traits


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_taken_out_while_an_edit_waits_for_it_is_not_recorded():
    person = EmployeeFactory(first_name="Philippina", last_name="Oosterschelde")
    story = PendingStoryFactory()
    story.set_credits(names=["Kim", person.full_name])
    saved_while(lambda: erase(person, by=None), story, **{"people-1-who": ""})
    rows = [*story.events.all(), *History.objects.of("stories.story", story.pk)]
    assert person.last_name not in str([row.changes for row in rows])
    assert [credit.name_text for credit in story.credits.all()] == ["Kim", "A colleague"]


def test_a_form_without_its_version_is_refused(moderator_client):
    story = PendingStoryFactory()
    data = edit_data(moderator_client, story, place="New")
    del data["opened_at"]
    assert moderator_client.post(change(story), data).status_code == 200
    story.refresh_from_db()
    assert story.place == ""


def test_what_was_refused_is_not_shown_as_if_it_were_the_story(moderator_client):
    story = PendingStoryFactory(title="Stored")
    data = edit_data(moderator_client, story, title="Typed", happened_on="9999-01-01")
    answer = moderator_client.post(change(story), data)
    assert answer.context["card"].title == "Stored"


def test_saved_and_approved_in_one_step(moderator_client):
    story, other = PendingStoryFactory(), PendingStoryFactory()
    data = edit_data(moderator_client, story, title="Better") | {"_approve": "1"}
    answer = moderator_client.post(change(story), data)
    assert answer.headers["Location"] == change(other)
    story.refresh_from_db()
    assert (story.title, story.status) == ("Better", "published")


def test_what_is_saved_and_approved_in_one_step_is_one_change_in_the_history(moderator_client):
    story = PendingStoryFactory(title="Good")
    data = edit_data(moderator_client, story, title="Better") | {"_approve": "1"}
    before = History.objects.of("stories.story", story.pk).count()
    moderator_client.post(change(story), data)
    rows = History.objects.of("stories.story", story.pk)
    assert rows.count() == before + 1
    assert rows[0].changes == {"title": ["Good", "Better"], "status": ["pending", "published"]}
    assert rows[0].account == moderator_client.user.pk


def test_an_edit_is_kept_when_another_decided_meanwhile(moderator_client):
    story = PendingStoryFactory()
    data = edit_data(moderator_client, story, title="Better") | {"_approve": "1"}
    story.reject(by=moderator_client.user, reason="No.")
    answer = moderator_client.post(change(story), data, follow=True)
    assert "Your changes are saved." in said(answer)[0]
    story.refresh_from_db()
    assert (story.title, story.status) == ("Better", "rejected")


def test_status_in_the_post_changes_nothing(moderator_client):
    story = PendingStoryFactory()
    data = edit_data(moderator_client, story) | {"status": "published", "gold": "on", "seq": "1"}
    moderator_client.post(change(story), data)
    story.refresh_from_db()
    assert (story.status, story.gold, story.seq) == ("pending", False, None)


def test_a_public_story_that_loses_its_consent_comes_back_inside_and_it_is_said(moderator_client):
    story = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    story.set_visibility("public", by=None)
    data = edit_data(moderator_client, story)
    del data["may_show_outside"]
    answer = moderator_client.post(change(story), data, follow=True)
    assert "no longer shown outside" in said(answer)[0]
    story.refresh_from_db()
    assert story.visibility == "organisation"


def test_somebody_credited_after_publication_hears_of_it(moderator_client):
    story, person = PublishedStoryFactory(), EmployeeFactory(number="N7")
    data = edit_data(moderator_client, story) | {"people-0-who": f"{person.full_name} (N7)"}
    moderator_client.post(change(story), data)
    assert Notice.objects.filter(to=person, kind="credited").count() == 1


def test_a_mended_word_is_no_news_for_those_who_were_credited_quietly(moderator_client):
    story, person = PendingStoryFactory(), EmployeeFactory(number="N7")
    story.set_credits([person])
    story.publish(by=None, quietly=True)
    moderator_client.post(change(story), edit_data(moderator_client, story, title="Mended"))
    story.refresh_from_db()
    assert story.title == "Mended"
    assert not Notice.objects.filter(to=person).exists()


def test_who_is_credited_besides_is_no_news_for_those_who_were_credited_quietly(moderator_client):
    story, before = PendingStoryFactory(), EmployeeFactory(number="N7")
    added = EmployeeFactory(number="N8")
    story.set_credits([before])
    story.publish(by=None, quietly=True)
    people = {"people-0-who": f"{before.full_name} (N7)", "people-1-who": f"{added} (N8)"}
    moderator_client.post(change(story), edit_data(moderator_client, story) | people)
    assert [notice.to for notice in Notice.objects.all()] == [added]


def test_who_is_credited_once_more_is_named_as_they_said_before(moderator_client):
    story, person = PublishedStoryFactory(), EmployeeFactory(number="N7")
    named = dict.fromkeys(Audience, NamedAs.FIRST)
    story.set_credits([person])
    story.name_as(person, named, by=None, how="email")
    story.set_credits([])
    data = edit_data(moderator_client, story) | {"people-0-who": f"{person.full_name} (N7)"}
    moderator_client.post(change(story), data)
    assert story.credits.get().agreed == named


def test_staff_and_managers_edit_nothing_here(staff_client, manager_client):
    story = PendingStoryFactory()
    for client in (staff_client, manager_client):
        assert client.post(change(story), {"title": "Mine"}).status_code == 403


def test_inspired_by_is_chosen_by_address(moderator_client):
    first, second = PublishedStoryFactory(), PendingStoryFactory()
    data = edit_data(moderator_client, second, inspired=f"https://x.org/stories/{first.public_id}/")
    moderator_client.post(change(second), data)
    second.refresh_from_db()
    assert second.inspired_by == first


def test_today_is_not_in_the_future(moderator_client):
    story = PendingStoryFactory()
    today = timezone.localdate()
    data = edit_data(moderator_client, story, happened_on=today.isoformat())
    moderator_client.post(change(story), data)
    story.refresh_from_db()
    assert story.happened_on == today
