"""A feed tells its account what that account may read, at that moment, and nobody anything more."""

import datetime
import json
import re
import uuid
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import Employee
from stories.models import FeedKey, Story
from stories.sharing.feeds import views
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def account():
    return UserFactory()


@pytest.fixture
def key(account):
    return FeedKey.renew(account)


@pytest.fixture
def get():
    """A feed reader: no session, no cookies."""

    def get(key, query="", kind="atom", **headers):
        address = reverse(f"feed_{kind}", args=[getattr(key, "token", key)])
        return Client().get(address + query, headers=headers)

    return get


@pytest.fixture
def read(get):
    """The feed as a real reader understands it."""

    def read(key, query=""):
        response = get(key, query)
        assert response.status_code == 200
        headers = {name.lower(): value for name, value in response.headers.items()}
        parsed = feedparser.parse(response.content, response_headers=headers)
        assert not parsed.bozo, parsed.get("bozo_exception")
        return parsed

    return read


@pytest.fixture
def items(get):
    def items(key, query=""):
        return json.loads(get(key, query, "json").content)["items"]

    return items


def links(parsed) -> list[str]:
    return [entry.link for entry in parsed.entries]


class TestWhatItSays:
    def test_a_reader_understands_all_of_a_story(self, key, read):
        marek = EmployeeFactory(first_name="Marek")
        team = TeamFactory(name="Platform team")
        MembershipFactory(employee=marek, team=team)
        story = PublishedStoryFactory(
            traits=["personal", "caring"],
            people=[marek],
            title="Fish & <chips>",
            body="He said <b>no</b> & meant it.\n\nThen he & I ran.",
        )
        feed = read(key)
        [entry] = feed.entries
        assert entry.title == "Fish & <chips>"
        assert entry.link == f"http://testserver{story.get_absolute_url()}"
        assert entry.author == "Marek, Platform team"
        assert [tag.term for tag in entry.tags] == ["Personal", "Caring"]
        assert entry.summary == "“No relation. He’s my customer.”"
        [content] = entry.content
        assert content.type == "text/html"
        assert "He said &lt;b&gt;no&lt;/b&gt; &amp; meant it." in content.value
        assert content.value.count("<p>") == 4
        assert feed.feed.title == "Retold"
        assert feed.feed.author == "Northgate"

    def test_json_feed_says_the_same(self, key, get):
        story = PublishedStoryFactory(traits=["personal"], people=[EmployeeFactory()])
        response = get(key, "?trait=personal", "json")
        assert response["Content-Type"] == "application/feed+json; charset=utf-8"
        document = json.loads(response.content)
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert document["home_page_url"] == "http://testserver/?trait=personal"
        address = reverse("feed_json", args=[key.token])
        assert document["feed_url"] == f"http://testserver{address}?trait=personal"
        assert document["title"] == "Retold · Personal"
        [item] = document["items"]
        assert item["url"].endswith(story.get_absolute_url())
        assert item["authors"] == [{"name": "Marek"}]
        assert item["tags"] == ["Personal"]
        assert "warmed his hands" in item["content_html"]
        assert datetime.datetime.fromisoformat(item["date_published"]) <= timezone.now()
        assert "next_url" not in document

    def test_atom_keeps_the_rules_of_rfc_4287(self, key, get):
        for _number in range(2):
            PublishedStoryFactory(traits=["personal"], line="", title="")
        response = get(key, "?trait=personal")
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        feed = ElementTree.fromstring(response.content)  # noqa: S314 - our own
        assert feed.tag == f"{ATOM}feed"
        for element in (feed, *feed.iter(f"{ATOM}entry")):
            for once in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{once}")) == 1, once
            assert uuid.UUID(element.findtext(f"{ATOM}id"))
            moment = element.findtext(f"{ATOM}updated")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", moment)
            kinds = [link.get("rel") for link in element.findall(f"{ATOM}link")]
            assert kinds.count("alternate") == 1
        [mine] = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert mine.get("href").endswith(f"/feeds/{key.token}/stories.atom?trait=personal")
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Northgate"
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
        assert len({*ids, feed.findtext(f"{ATOM}id")}) == 3
        for content in feed.iter(f"{ATOM}content"):
            assert content.get("type") == "html"
            assert len(content) == 0, "escaped, so that it has no elements of its own"

    def test_nothing_published_is_an_empty_feed(self, key, read):
        PendingStoryFactory()
        assert read(key).entries == []

    def test_photos_come_along_and_are_sent_to_whoever_holds_the_address(self, key, items, read):
        story = PublishedStoryFactory()
        PhotoFactory(story=story, made=True, alt="Hands & a <bag>")
        PhotoFactory(story=story)
        [item] = items(key)
        [attached] = item["attachments"]
        assert attached["mime_type"] == "image/jpeg"
        assert attached["title"] == "Hands & a <bag>"
        assert item["image"] == attached["url"]
        [enclosure] = read(key).entries[0].enclosures
        assert enclosure.href == attached["url"]
        assert enclosure.type == "image/jpeg"
        assert 'alt="Hands &amp; a &lt;bag&gt;"' in item["content_html"]
        for url in (attached["url"], re.search('src="([^"]+)"', item["content_html"])[1]):
            photo = Client().get(url)
            assert photo.status_code == 200
            assert photo["Content-Type"].startswith("image/")
            assert photo["Cross-Origin-Resource-Policy"] == "cross-origin"
        story.withdraw(by=None)
        assert Client().get(attached["url"]).status_code == 404


class TestWhatItShows:
    def test_any_filter_of_the_wall(self, key, read):
        mine = PublishedStoryFactory(traits=["personal"], recovery=True)
        PublishedStoryFactory(traits=["personal"])
        PublishedStoryFactory(traits=["caring"], recovery=True)
        assert links(read(key, "?trait=personal&recovery=1")) == [
            f"http://testserver{mine.get_absolute_url()}"
        ]

    def test_the_newest_first_whatever_order_is_asked_for(self, key, read):
        first, second = PublishedStoryFactory(), PublishedStoryFactory()
        first.salute(by=EmployeeFactory())
        assert links(read(key, "?sort=saluted")) == [
            f"http://testserver{story.get_absolute_url()}" for story in (second, first)
        ]

    def test_a_withdrawn_story_is_gone_at_the_next_request(self, key, read):
        story = PublishedStoryFactory()
        assert len(read(key).entries) == 1
        story.withdraw(by=None)
        assert read(key).entries == []

    def test_ones_own_drafts_are_no_part_of_it(self, account, key, read):
        PendingStoryFactory(teller=account.person)
        assert read(key).entries == []

    def test_pages_end_where_the_next_one_begins(self, key, items, get, monkeypatch):
        monkeypatch.setattr(views, "PAGE", 2)
        told = [PublishedStoryFactory(traits=["personal"]) for _number in range(5)]
        found, query = [], "?trait=personal"
        for count in (2, 2, 1):
            document = json.loads(get(key, query, "json").content)
            assert len(document["items"]) == count
            found += [item["url"].split("/")[-2] for item in document["items"]]
            query = "?" + document.get("next_url", "?").partition("?")[2]
        assert found == [story.public_id for story in reversed(told)]
        assert query == "?"
        first = feedparser.parse(get(key).content)
        [older] = [link.href for link in first.feed.links if link.rel == "next"]
        assert len(feedparser.parse(Client().get(older).content).entries) == 2

    def test_a_filter_for_something_that_is_gone_finds_nothing_and_says_so(self, key, read):
        person = EmployeeFactory(first_name="Ottoline")
        PublishedStoryFactory(people=[person])
        PublishedStoryFactory()
        assert len(read(key, f"?person={person.pk}").entries) == 1
        person.ask_not_to_be_named()
        feed = read(key, f"?person={person.pk}")
        assert feed.entries == []
        assert "stays empty" in feed.feed.subtitle
        assert "Ottoline" not in str(feed)


class TestNames:
    @pytest.mark.parametrize("kind", ["atom", "json"])
    def test_a_name_that_is_withdrawn_is_gone_at_the_next_request(self, kind, key, get):
        person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
        story = PublishedStoryFactory(
            people=[person],
            title="Ottoline waits",
            line="Ask Ottoline.",
            body="Ottoline Zwart came back.",
        )
        PhotoFactory(story=story, made=True, alt="Ottoline at the door")
        assert get(key, kind=kind).content.decode().count("Ottoline") > 3
        person.ask_not_to_be_named()
        text = get(key, kind=kind).content.decode()
        assert "Ottoline" not in text
        assert "Zwart" not in text
        assert "A colleague" in text

    def test_an_anonymous_teller_is_not_in_it(self, key, get):
        teller = EmployeeFactory(first_name="Quirijn", last_name="Teller")
        PublishedStoryFactory(teller=teller, anonymous=True)
        assert "Quirijn" not in get(key).content.decode()


class TestUpdated:
    """The moment an entry last began to read as it does."""

    @pytest.fixture
    def updated(self, key, items):
        def updated():
            [item] = items(key)
            return datetime.datetime.fromisoformat(item["date_modified"])

        return updated

    @pytest.fixture
    def story(self):
        return PublishedStoryFactory(traits=["personal"], people=[EmployeeFactory()])

    @pytest.mark.parametrize(
        "change",
        [
            lambda story: Story.objects.filter(pk=story.pk).update(body="Another."),
            lambda story: story.set_traits([]),
            lambda story: story.set_credits(people=[EmployeeFactory(first_name="Anke")]),
            lambda story: story.credits.get().employee.ask_not_to_be_named(),
            lambda story: PhotoFactory(story=story, made=True),
        ],
        ids=["words", "traits", "credits", "naming", "photos"],
    )
    def test_it_moves_with_what_is_read(self, change, story, updated):
        before = updated()
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=3)):
            now = timezone.now()
            assert updated() == before, "asking changes nothing"
            change(story)
            after = updated()
        assert after - before > datetime.timedelta(hours=2)
        assert after >= now.replace(microsecond=now.microsecond // 1000 * 1000)

    def test_salutes_and_retellings_do_not_move_it(self, story, updated):
        before = updated()
        story.salute(by=EmployeeFactory())
        story.retell(by=EmployeeFactory(), told_to="team")
        assert updated() == before

    def test_the_id_stays_when_everything_else_changes(self, key, items, story, settings):
        [before] = items(key)
        story.set_traits([])
        story.withdraw(by=None)
        story.submit(by=None)
        story.publish(by=None)
        settings.SITE_URL = "https://moved.example"
        [after] = items(FeedKey.renew(UserFactory()))
        assert after["id"] == before["id"]
        assert after["url"].startswith("https://moved.example/")


class TestAskedAgain:
    @pytest.mark.parametrize("kind", ["atom", "json"])
    def test_an_unchanged_feed_is_not_sent_again(self, kind, key, get):
        story = PublishedStoryFactory()
        first = get(key, kind=kind)
        assert first["Cache-Control"] == "private, no-cache"
        again = get(key, kind=kind, **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        story.withdraw(by=None)
        assert get(key, kind=kind, **{"If-None-Match": first["ETag"]}).status_code == 200

    def test_a_date_alone_never_hides_a_withdrawal(self, key, get):
        story = PublishedStoryFactory()
        assert "Last-Modified" not in get(key)
        story.withdraw(by=None)
        tomorrow = "Fri, 31 Dec 2100 00:00:00 GMT"
        assert get(key, **{"If-Modified-Since": tomorrow}).status_code == 200

    def test_head_says_the_same_without_the_body(self, key, get):
        PublishedStoryFactory()
        address = reverse("feed_atom", args=[key.token])
        head = Client().head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head["ETag"] == get(key)["ETag"]

    def test_no_cookie_is_set(self, key, get):
        assert not get(key).cookies


class TestTheAddress:
    def test_each_account_has_one_that_cannot_be_guessed(self):
        one, other = FeedKey.renew(UserFactory()), FeedKey.renew(UserFactory())
        assert one.token != other.token
        assert len(one.token) == 32

    def test_a_new_one_ends_the_old_one_at_once(self, account, key, get):
        PublishedStoryFactory()
        old = key.token
        new = FeedKey.renew(account)
        assert get(old).status_code == 404
        assert get(old, kind="json").status_code == 404
        assert get(new).status_code == 200

    def test_a_closed_account_has_none(self, account, key, get):
        story = PublishedStoryFactory()
        photo = PhotoFactory(story=story, made=True)
        Employee.objects.filter(account=account).leave()
        assert get(key).status_code == 404
        address = reverse("feed_photo", args=[key.token, photo.key, "full.jpg"])
        assert Client().get(address).status_code == 404

    @pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 500, "-", "_" * 32])
    def test_a_wrong_one_is_not_found(self, token, key, get):
        assert get(token).status_code == 404
        assert get(token, kind="json").status_code == 404

    @pytest.mark.parametrize(
        "query",
        ["?after=x", "?after=-1", "?after=1.2", "?after=" + "9" * 30, "?after=%00"],
    )
    def test_a_place_that_is_none_is_not_found(self, query, key, get):
        assert get(key, query).status_code == 404

    def test_signs_that_xml_cannot_hold_break_nothing(self, key, read):
        story = PublishedStoryFactory()
        Story.objects.filter(pk=story.pk).update(title="A\x08B\x0b\ufffe", body="C\x01 ]]> D")
        [entry] = read(key).entries
        assert entry.title == "AB"
        assert "]]&gt; D" in entry.content[0].value

    def test_it_asks_the_database_no_more_than_twelve_times(
        self, key, get, django_assert_max_num_queries
    ):
        team = TeamFactory(name="Ward four")
        person = EmployeeFactory()
        MembershipFactory(employee=person, team=team)
        query = f"?trait=personal&team={team.slug}&person={person.pk}&q=wrist+hands"
        for number in range(8):
            story = PublishedStoryFactory(traits=["personal", "caring"], people=[person])
            PhotoFactory(story=story, made=number < 2)
        EmployeeFactory(first_name="Hands", unnamed=True)
        with django_assert_max_num_queries(12):
            assert get(key, query).status_code == 200
