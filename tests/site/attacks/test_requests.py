"""Requests made to mislead: to go elsewhere, by another name, from another site, with more fields.

Posts without their token are in tests/site/test_bad_input.py, frames and caches in test_headers.py,
and every address as every role in test_access.py.
"""

import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from staff.models import User
from stories.models import Follow, SavedView, Story
from tests.factories import StoryFactory, UserFactory
from tests.shared import undone
from tests.site.addresses import OK, SENT_ON, TABLE, got, url
from tests.site.world import World

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "\t//evil.example",
    "/\t/evil.example",
    "//testserver@evil.example/",
    "https://testserver.evil.example/",
    "data:text/html,evil.example",
)
LEADING = ("next", "back", "redirect_to", "return", "url", "goto", "_to", "redirect_field_name")
ROLES = ("visitor", "staff", "admin")


def leaves(location: str) -> bool:
    """Whether a browser would go to another site, or run what it is given."""
    # As browsers do: no control characters, and a backslash is a slash.
    found = urlsplit(re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/"))
    return found.scheme not in ("", "http") or found.netloc not in ("", "testserver")


def goals(answer) -> list[str]:
    """Where an answer sends a browser."""
    return [answer.headers[key] for key in ("Location", "HX-Redirect") if key in answer.headers]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_no_address_leads_to_another_site(role, method, world: World):
    wrong, client = [], world.client(role)
    for name, address in TABLE.items():
        path = url(name, world)
        data = address.data(world, world.stories["published"]) if method == "post" else {}
        for hostile in (ELSEWHERE[0], ELSEWHERE[3]):
            asked = dict.fromkeys(LEADING, hostile)
            there, headers = f"{path}?{urlencode(asked)}", {"Referer": hostile}
            with undone(client):
                answer = getattr(client, method)(there, {**data, **asked}, headers=headers)
            wrong += [(name, goal) for goal in goals(answer) if leaves(goal)]
            if not goals(answer):
                # It leads nowhere, whatever it is told.
                break
    assert not wrong


@pytest.mark.parametrize("hostile", ELSEWHERE)
def test_signing_in_and_out_lead_to_no_other_site(hostile, client):
    UserFactory(username="anke", password="long-Walk-7")
    data = {"login": "anke", "password": "long-Walk-7", "next": hostile}
    query = urlencode({"next": hostile})
    seen = [
        client.get(f"{reverse('admin:login')}?{query}"),
        client.post(reverse("account_login"), data),
        client.get(f"{reverse('account_login')}?{query}"),
        client.get(f"{reverse('second_factor')}?{query}"),
        client.post(
            f"{reverse('account_reauthenticate')}?{query}",
            {"password": "long-Walk-7", "next": hostile},
        ),
        client.post(reverse("account_logout"), {"next": hostile}),
    ]
    assert [response.status_code for response in seen] == [SENT_ON] * len(seen)
    assert not [goal for response in seen if leaves(goal := response.url)]


def test_a_mail_leads_to_us_whatever_the_request_called_us(client, settings):
    """The machine itself answers to its own names, too; no mail may carry one of them."""
    settings.ALLOWED_HOSTS = ["stories.example.org", "localhost"]
    settings.SITE_URL = "https://stories.example.org"
    UserFactory(email="anke@example.org")
    headers = {"Host": "localhost:8443", "X-Forwarded-Host": "evil.example"}
    client.post(reverse("account_reset_password"), {"email": "anke@example.org"}, headers=headers)
    link = next(at for at in re.findall(r"https?://\S+", mail.outbox[0].body) if "key" in at)
    assert not [at for at in re.findall(r"//\S+", mail.outbox[0].body) if "localhost" in at]
    assert link.startswith("https://stories.example.org/accounts/password/reset/key/")
    response = client.get(urlsplit(link).path, headers={"Host": "stories.example.org"}, follow=True)
    assert "password1" in response.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil", ""])
def test_no_other_host_is_answered(host, client):
    response = client.get(reverse("account_login"), headers={"Host": host})
    assert response.status_code == 400 or not host


@pytest.mark.parametrize("role", ROLES)
def test_what_a_proxy_may_say_changes_no_page(role, world: World):
    """Else one request could put another's words, or address, into what a cache keeps for all."""
    said = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Server": "evil.example",
        "X-Forwarded-Port": "6666",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil.example",
        "X-Forwarded-For": "evil.example",
        "X-Host": "evil.example",
        "X-Original-URL": "/evil.example",
        "X-Rewrite-URL": "/evil.example",
        "X-HTTP-Method-Override": "POST",
        "X-Script-Name": "/evil.example",
        "Forwarded": "host=evil.example;proto=https",
    }
    wrong, client = [], world.client(role)
    for name, address in TABLE.items():
        with undone(client):
            answer = client.get(url(name, world), headers=said)
        body = b"" if answer.streaming else answer.content
        headers = str(answer.headers)
        if got(answer) != address.get(role, "published") or b"evil.example" in body:
            wrong.append(name)
        # A tag is made of digits too, any four of them in a row.
        if "evil.example" in headers or ":6666" in headers:
            wrong.append((name, headers))
    assert not wrong


def test_a_form_sent_by_another_site_is_refused_even_with_its_token(world: World):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["staff"])
    html = client.get(reverse("tell")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html).group(1)
    data = {"body": "She kept the seat.", "keep": "1", "csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        with undone(client):
            response = client.post(reverse("tell"), data, headers={"Origin": origin})
        assert response.status_code == 403
    with undone(client):
        response = client.post(reverse("tell"), data, headers={"Origin": "http://testserver"})
    assert response.status_code == SENT_ON


# What nobody may set by sending it: rights, owners, states, places in an order.
EXTRA = {
    **dict.fromkeys(("is_superuser", "is_staff", "superuser", "held_back"), "on"),
    **dict.fromkeys(("groups", "roles", "role"), "admins"),
    **dict.fromkeys(("status", "state"), "published"),
    **dict.fromkeys(("teller", "author", "owner", "account", "user", "user_id", "made_by"), "1"),
    **dict.fromkeys(("id", "pk", "seq", "salutes", "retellings", "teller_id"), "1"),
    "visibility": "public",
    "gold": "1",
    "is_gold": "on",
    "public_id": "bcdfghjkmn",
    "published_at": "2020-01-01",
    "token": "known",
    "key": "known",
    "username": "taken",
    "email": "evil@example.org",
}
# What says itself who holds a story up, and asks for the right to.
MEANT = {"gold": ("gold",), "admin:stories_story_gold": ("gold",)}


def standing() -> dict:
    """Who has which rights, and what state every story is in."""
    people = User.objects.values_list(
        "pk", "username", "email", "is_superuser", "is_staff", "is_active", "password"
    )
    stories = Story.objects.exclude(status="draft").values_list(
        "pk", "public_id", "status", "visibility", "teller", "seq", "gold"
    )
    return {
        "people": sorted(people, key=str),
        "roles": sorted(User.objects.filter(groups__isnull=False).values_list("pk", "groups")),
        "stories": sorted(stories, key=str),
        "views": sorted(SavedView.objects.values_list("owner", "name")),
        "follows": sorted(Follow.objects.values_list("account", "query"), key=str),
    }


@pytest.mark.parametrize(
    "name", sorted(name for name, a in TABLE.items() if a.post and not name.startswith("admin"))
)
def test_more_fields_than_a_form_has_change_nothing_more(name, world: World):
    address = TABLE[name]
    may = [role for role in ("staff", "teller") if address.post(role, "published") in (OK, SENT_ON)]
    for role in may:
        client = world.client(role)
        data = address.data(world, world.stories["published"])
        more = {key: value for key, value in EXTRA.items() if key not in MEANT.get(name, ())}
        with undone(client):
            client.post(url(name, world), data)
            alone = standing()
        cache.clear()
        with undone(client):
            client.post(url(name, world), {**more, **data})
            together = standing()
        cache.clear()
        assert together == alone, role


def test_a_new_story_is_its_sender_s_and_waits_whatever_else_was_sent(world: World):
    client = world.client("staff")
    with undone(client):
        client.post(reverse("tell"), {**EXTRA, "body": "She kept the seat for him.", "send": "1"})
        story = Story.objects.order_by("-pk").first()
        assert story.body == "She kept the seat for him."
        assert (story.status, story.teller.account) == ("pending", world.users["staff"])
        assert (story.public_id == EXTRA["public_id"], story.gold) == (False, False)


@pytest.mark.parametrize("name", ["edit", "withdraw", "discard", "sent", "draft_photos"])
def test_a_draft_is_found_by_nobody_else_by_any_of_its_numbers(name, client):
    draft = StoryFactory()
    client.force_login(UserFactory(roles=["managers"]))
    for number in (draft.public_id, str(draft.pk), str(draft.submission), draft.public_id.lower()):
        path = reverse(name, args=[draft.public_id]).replace(draft.public_id, number)
        assert client.get(path).status_code in (404, 405)
        assert client.post(path, {"body": "Mine now.", "keep": "1"}).status_code in (404, 405)
    draft.refresh_from_db()
    assert draft.body != "Mine now."
