"""Every address of Retold, and what it answers to whom: the table that the site's tests walk.

`TABLE` has one entry for every name in the project's resolver (its route, where it has no name). A
new address without an entry fails tests/site/test_access.py; with one, it is walked as every role
and in every state of a story, and each of its pages is validated, counted, and looked at by axe.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from staff.models import History
from stories import sealed
from stories.models import Story
from stories.models.vocabulary import EDITABLE

from .world import READERS, STATES, World

OK, SENT_ON, FORBIDDEN, MISSING, NOT_ALLOWED, REFUSED, UNFIT = 200, 302, 403, 404, 405, 409, 422
# Sent on to the sign-in page, to come back afterwards.
SIGN_IN = 1
# Signed out while writing: the page shows the words and leads to the sign-in.
UNKNOWN = 401

# What an address answers to a role about a story in a state.
Answer = Callable[[str, str], int]
Arguments = Callable[[World, Story], tuple]


def answers(ok: int = OK, *, to: tuple[str, ...] = (), visitor: int = SIGN_IN) -> Answer:
    """`ok` to everybody who is signed in, or to the roles named, when the others get a 403."""

    def answer(role: str, state: str) -> int:
        if role == "visitor":
            return visitor
        return ok if not to or role in to else FORBIDDEN

    return answer


def everybody(ok: int = OK) -> Answer:
    return answers(ok, visitor=ok)


MODERATORS = ("moderator", "admin")
ADMINS = ("admin",)


def readable(role: str, state: str) -> int:
    """The rule of product pages: what is published, one's own, and for moderators what waits."""
    if role == "visitor":
        return SIGN_IN
    known = state in ("published", "public") or role == "teller"
    return OK if known or (role in MODERATORS and state != "draft") else MISSING


def published(ok: int = SENT_ON, to: tuple[str, ...] = ()) -> Answer:
    """What readers do with a story, possible while it is published."""

    def answer(role: str, state: str) -> int:
        if role == "visitor":
            return SIGN_IN
        if state not in ("published", "public"):
            return MISSING
        return ok if not to or role in to else FORBIDDEN

    return answer


def of_the_note(ok: int, to: tuple[str, ...] = ()) -> Answer:
    """What is done with the note, which hangs on the published story alone."""
    return lambda role, state: (
        MISSING if state != "published" and role != "visitor" else published(ok, to)(role, state)
    )


def unless_draft(role: str, state: str) -> int:
    return MISSING if state == "draft" else OK


def sealed_for(story: Story) -> str:
    """The token of the last person the story credits who may be named."""
    credit = story.credits.to_people().filter(employee__unnamed=False).last()
    return sealed.address(story.pk, credit.employee_id).split("/")[2]


def no_arguments(world: World, story: Story) -> tuple:
    return ()


@dataclass(frozen=True)
class Address:
    """One address: its arguments, its answers, and what is looked at.

    `post=None` says that it takes no POST: 405. `by_state` walks it for a story in every state.
    `pages` are the queries of GET that show a page of its own each, with `{story}` for the story's
    id; `fragments` are those that htmx asks for. `page=False`: the answer is no page of HTML.
    `lists` says that its query chooses what is shown; it is tried with hostile ones.
    """

    arguments: Arguments = no_arguments
    get: Answer = field(default_factory=answers)
    post: Answer | None = None
    data: Callable[[World, Story], dict[str, Any]] = lambda world, story: {}
    by_state: bool = False
    pages: tuple[str, ...] = ("",)
    fragments: tuple[str, ...] = ()
    # What a fragment is put into: the names of the elements around it.
    within: str = "main"
    page: bool = True
    lists: bool = False
    # Whether a post needs the token of a form.
    token: bool = True

    @property
    def arguments_matter(self) -> bool:
        return self.arguments is not no_arguments

    def states(self, world: World) -> Iterator[str]:
        yield from world.stories if self.by_state else ("published",)


def of_story(**about) -> Address:
    """An address under a story's own."""
    defaults = {
        "arguments": lambda world, story: (story.public_id,),
        "get": answers(NOT_ALLOWED),
        "by_state": True,
    }
    return Address(**{**defaults, **about})


def names() -> dict[str, str]:
    """Every name in the resolver with one of its routes; nameless ones by their route."""
    found: dict[str, str] = {}

    def walk(resolver: URLResolver, spaces: tuple[str, ...], route: str) -> None:
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                space = (pattern.namespace,) if pattern.namespace else ()
                walk(pattern, spaces + space, here)
            elif isinstance(pattern, URLPattern):
                found.setdefault(":".join((*spaces, pattern.name)) if pattern.name else here, here)

    walk(get_resolver(), (), "")
    return found


def url(name: str, world: World, state: str = "published") -> str:
    """The address of this name, with the arguments that its entry makes."""
    arguments = TABLE[name].arguments(world, world.stories[state])
    if "/" in name:
        # Without a name it can't be reversed: the arguments are the path itself.
        return "/" + "/".join(map(str, arguments))
    return reverse(name, args=arguments)


def tellers(states: dict[str, int], other: int) -> Answer:
    """What only the teller of a story may do: others may not know that the address exists."""

    def answer(role: str, state: str) -> int:
        if role == "visitor":
            return SIGN_IN
        return states.get(state, other) if role == "teller" else MISSING

    return answer


def a_story(world: World, story: Story) -> dict[str, str]:
    return {"body": "She kept the seat for him.", "keep": "1", "version": str(story.version)}


def a_full_story(world: World, story: Story) -> dict[str, Any]:
    """A story as it is sent in, with all that asks for something of the database."""
    slug = world.trait.slug
    return {
        **a_story(world, story),
        "send": "1",
        "body": f"{story.body} She kept the seat for him.",
        "submission": str(story.submission),
        "traits": [slug],
        f"evidence-{slug}": "She kept the seat for him.",
        "people": [str(world.person.pk), str(world.loner.pk)],
        "people_text": "Lou",
        "team": world.team.slug,
        "inspired_by": world.stories["published"].public_id,
    }


TELLING = {
    "tell": Address(
        post=answers(SENT_ON),
        data=a_story,
        pages=("", "?prompt=When+did+somebody+surprise+you"),
        lists=True,
    ),
    "mine": Address(pages=("", "?kept={story}"), lists=True),
    "autosave": Address(get=answers(NOT_ALLOWED), post=answers(), data=a_story),
    "suggest": Address(get=answers(NOT_ALLOWED), post=answers(), data=a_story),
    "people_suggest": Address(page=False, lists=True),
    "edit": of_story(
        get=tellers(dict.fromkeys(EDITABLE, OK), SENT_ON),
        # What a moderator has decided meanwhile stands; the words are shown again.
        post=tellers(dict.fromkeys(EDITABLE, SENT_ON), REFUSED),
        data=a_story,
    ),
    "draft_photos": of_story(
        get=tellers(dict.fromkeys(EDITABLE, OK), MISSING),
        # What comes without a file is answered with a sentence.
        post=tellers(dict.fromkeys(EDITABLE, UNFIT), MISSING),
        within="main ol",
        page=False,
    ),
    "sent": of_story(get=tellers({"draft": MISSING}, OK)),
    "withdraw": of_story(get=tellers({"draft": SENT_ON}, OK), post=tellers({}, SENT_ON)),
    "discard": of_story(get=tellers({"draft": OK}, SENT_ON), post=tellers({}, SENT_ON)),
}

STORIES = {
    "story_alike": of_story(get=published(OK)),
    "story": of_story(get=readable, fragments=("?notes=1",), within="main section ol", lists=True),
    "salute": of_story(post=published()),
    "retell": of_story(post=published(), data=lambda world, story: {"told_to": "team"}),
    "note": of_story(post=published(), data=lambda world, story: {"text": "Thank you."}),
    "remove_note": of_story(
        arguments=lambda world, story: (story.public_id, world.note.pk),
        post=of_the_note(SENT_ON, to=("teller", *MODERATORS)),
    ),
    "flag": of_story(
        get=published(OK),
        post=published(),
        data=lambda world, story: {"reason": "untrue"},
        fragments=("",),
        within="main article div",
    ),
    "flag_note": of_story(
        arguments=lambda world, story: (story.public_id, world.note.pk),
        get=of_the_note(OK),
        post=of_the_note(SENT_ON),
        data=lambda world, story: {"reason": "unkind", "words": "It mocks her."},
    ),
    "gold": of_story(
        post=published(to=("manager", *MODERATORS)), data=lambda world, story: {"gold": "1"}
    ),
}


SHARING = {
    "story_card": of_story(
        arguments=lambda world, story: (story.public_id, "landscape"), get=readable, page=False
    ),
    "story_poster": of_story(get=readable, page=False),
    "line_up": Address(page=False, lists=True),
    "screens": Address(get=answers(to=("manager", *MODERATORS))),
    "screen_new": Address(
        get=answers(to=("manager", *MODERATORS)),
        post=answers(SENT_ON, to=("manager", *MODERATORS)),
        data=lambda world, story: {
            "name": "Staff room",
            "team": str(world.team.pk),
            "names": "1",
            "seconds": "20",
        },
        pages=("", "?trait=personal&q=hands"),
        lists=True,
    ),
    "screen_off": Address(
        arguments=lambda world, story: (world.screen.pk,),
        get=answers(NOT_ALLOWED),
        post=answers(SENT_ON, to=("manager", *MODERATORS)),
    ),
    "screen": Address(
        arguments=lambda world, story: (world.screen.token,),
        get=everybody(),
        pages=("", "?at=2"),
        lists=True,
    ),
    "screen_slides": Address(
        arguments=lambda world, story: (world.screen.token,), get=everybody(), page=False
    ),
    "screen_photo": Address(
        arguments=lambda world, story: (
            world.screen.token,
            world.photos[story.pk].key,
            "halftone-personal.png",
        ),
        get=lambda role, state: OK if state in ("published", "public") else MISSING,
        by_state=True,
        page=False,
    ),
    "story_from": of_story(
        arguments=lambda world, story: (story.public_id, "link"),
        get=lambda role, state: SENT_ON if readable(role, state) == OK else readable(role, state),
        page=False,
    ),
}


FOLLOWING = {
    "follow": Address(),
    "follow_new": Address(
        post=answers(SENT_ON),
        data=lambda world, story: {"rhythm": "weekly", "weekday": "4", "query": "trait=caring"},
        pages=("", "?trait=personal&team=till-six&q=wrist", "?trait=unknown"),
        lists=True,
    ),
    "follow_stop": Address(
        arguments=lambda world, story: (world.follow.pk,),
        get=answers(NOT_ALLOWED),
        post=lambda role, state: {"visitor": SIGN_IN, "staff": SENT_ON}.get(role, MISSING),
    ),
    "follow_feed": Address(
        get=answers(NOT_ALLOWED),
        post=answers(SENT_ON),
        data=lambda world, story: {"query": "trait=personal"},
    ),
    # Whoever holds the token of an e-mail may end it, a mail program by one post.
    "follow_end": Address(
        arguments=lambda world, story: (world.follow.token,),
        get=everybody(),
        post=everybody(),
        data=lambda world, story: {"List-Unsubscribe": "One-Click"},
        token=False,
    ),
    "my_naming": Address(pages=("", "?before=1", "?before=x"), lists=True),
    # Whoever holds the address of an e-mail says how its reader is named; a draft names nobody yet.
    "named": Address(
        arguments=lambda world, story: (sealed_for(story),),
        get=unless_draft,
        post=lambda role, state: MISSING if state == "draft" else SENT_ON,
        data=lambda world, story: {"named": "first"},
        by_state=True,
    ),
    "feed_atom": Address(
        arguments=lambda world, story: (world.feed.token,), get=everybody(), page=False, lists=True
    ),
    "feed_json": Address(
        arguments=lambda world, story: (world.feed.token,), get=everybody(), page=False, lists=True
    ),
    # The account whose feed it is told these stories, and reads what is published there even so.
    "feed_photo": Address(
        arguments=lambda world, story: (
            world.feed.token,
            world.photos[story.pk].key,
            "full.jpg",
        ),
        get=lambda role, state: OK if state in ("published", "public") else MISSING,
        by_state=True,
        page=False,
    ),
}


def keepers(ok: int) -> Answer:
    """What only the one who keeps a view may do with it."""
    return lambda role, state: {"visitor": SIGN_IN, "staff": ok}.get(role, MISSING)


def of_view(**about) -> Address:
    """An address under a saved view's own."""
    defaults = {"arguments": lambda world, story: (world.view.key,), "get": answers(NOT_ALLOWED)}
    return Address(**{**defaults, **about})


VIEWS = {
    "saved_views": Address(),
    "saved_view_new": Address(
        post=answers(SENT_ON),
        data=lambda world, story: {"name": "Kind ones", "query": "trait=caring"},
        pages=("", "?trait=personal&team=till-six&q=wrist&sort=retold", "?trait=unknown"),
        lists=True,
    ),
    "saved_view_opening": Address(
        get=answers(NOT_ALLOWED),
        post=answers(SENT_ON),
        data=lambda world, story: {"opens": "all"},
    ),
    "saved_view": of_view(get=answers(), lists=True),
    "saved_view_change": of_view(
        get=keepers(OK), post=keepers(SENT_ON), data=lambda world, story: {"name": "Another name"}
    ),
    "saved_view_place": of_view(post=keepers(SENT_ON), data=lambda world, story: {"do": "pin"}),
    "saved_view_delete": of_view(post=keepers(SENT_ON)),
}


PHOTOS = {
    "photo": of_story(
        arguments=lambda world, story: (world.photos[story.pk].key, "960.webp"),
        get=readable,
        page=False,
    ),
}


def for_visitors(role: str, state: str) -> int:
    """Pages on the way in: who is in already is sent on."""
    return OK if role == "visitor" else SENT_ON


WALL = {
    "wall": Address(
        lists=True,
        pages=(
            "",
            "?view=list",
            "?trait=personal&recovery=1&sort=retold",
            "?q=wrist",
            "?q=nobody-ever-said-this&gold=1",
            "?trait=unknown&after=forged",
        ),
    ),
    # The options of a list that js/search.js opens.
    "search_offers": Address(page=False, lists=True),
    "traits": Address(),
    "trait": Address(
        arguments=lambda world, story: (world.trait.slug,),
        pages=("", "?q=wrist", "?view=list"),
        lists=True,
    ),
    "me": Address(lists=True),
    "person": Address(
        arguments=lambda world, story: (world.person.pk,), pages=("", "?gold=1"), lists=True
    ),
    "team": Address(
        arguments=lambda world, story: (world.team.slug,), pages=("", "?gold=1"), lists=True
    ),
}

DIRECTORY = {
    "people": Address(pages=("", "?q=Roberta", "?q=nobody", "?team=harbour-street"), lists=True),
    "teams": Address(lists=True),
    "me_naming": Address(
        get=answers(NOT_ALLOWED), post=answers(SENT_ON), data=lambda world, story: {"unnamed": "1"}
    ),
}

ACCOUNTS = {
    "account_login": Address(get=for_visitors, post=for_visitors),
    "account_request_login_code": Address(get=for_visitors, post=for_visitors),
    # Without a code on its way there is nothing to confirm.
    "account_confirm_login_code": Address(get=everybody(SENT_ON), post=everybody(SENT_ON)),
    "account_signup": Address(get=for_visitors, post=for_visitors),
    "account_logout": Address(
        get=lambda role, state: SENT_ON if role == "visitor" else OK, post=everybody(SENT_ON)
    ),
    "account_inactive": Address(get=everybody()),
    "account_reauthenticate": Address(post=answers()),
    "account_sessions": Address(
        post=answers(SENT_ON), data=lambda world, story: {"end": "no-such-mark"}
    ),
    # Nobody here has to have a second factor: the way goes on to where one was going.
    "second_factor": Address(get=answers(SENT_ON)),
    "mfa_index": Address(),
    # Halfway through signing in alone; see tests/staff/test_second_factor.py.
    "mfa_authenticate": Address(get=everybody(SENT_ON), post=everybody(SENT_ON)),
    "mfa_reauthenticate": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "mfa_activate_totp": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "mfa_deactivate_totp": Address(get=answers(MISSING), post=answers(MISSING)),
    "mfa_view_recovery_codes": Address(get=answers(MISSING)),
    "mfa_generate_recovery_codes": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "mfa_download_recovery_codes": Address(get=answers(MISSING), page=False),
    "mfa_list_webauthn": Address(),
    "mfa_add_webauthn": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "mfa_reauthenticate_webauthn": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "mfa_edit_webauthn": Address(
        lambda world, story: (1,), get=answers(SENT_ON), post=answers(SENT_ON)
    ),
    "mfa_remove_webauthn": Address(
        lambda world, story: (1,), get=answers(SENT_ON), post=answers(SENT_ON)
    ),
    "mfa_login_webauthn": Address(get=everybody(SENT_ON), post=everybody(SENT_ON)),
    "account_email": Address(),
    # Who has not shown their password just now does that first.
    "own_data": Address(post=answers(SENT_ON)),
    "account_email_verification_sent": Address(get=everybody()),
    "account_confirm_email": Address(
        arguments=lambda world, story: ("no-such-key",), get=everybody(), post=everybody(MISSING)
    ),
    "account_change_password": Address(post=answers()),
    "account_set_password": Address(get=answers(SENT_ON), post=answers(SENT_ON)),
    "account_reset_password": Address(get=everybody(), post=everybody()),
    "account_reset_password_done": Address(get=everybody()),
    "account_reset_password_from_key": Address(
        arguments=lambda world, story: ("1", "no-such-key"), get=everybody(), post=everybody()
    ),
    "account_reset_password_from_key_done": Address(get=everybody()),
}


def newest_change() -> int:
    return History.objects.latest("pk").pk


# Rights that nobody has in the admin: stories are withdrawn, not deleted.
NOBODY = ("nobody",)


def model_admin(
    model: str,
    pk: Callable[[World, Story], Any],
    *,
    view: tuple[str, ...] = MODERATORS,
    change: tuple[str, ...] | None = None,
    add: tuple[str, ...] = NOBODY,
    delete: tuple[str, ...] = NOBODY,
    pages: tuple[str, ...] = ("",),
) -> dict[str, Address]:
    """The six addresses of a model in the admin, and who may do what there."""
    change = view if change is None else change

    def one(world: World, story: Story) -> tuple:
        return (pk(world, story),)

    def route(world: World, story: Story) -> tuple:
        return ("admin", *model.split("_"), f"{pk(world, story)}/")

    return {
        f"admin:{model}_changelist": Address(
            get=answers(to=view), post=answers(to=view), pages=pages, lists=True
        ),
        f"admin:{model}_add": Address(get=answers(to=add), post=answers(to=add)),
        f"admin:{model}_change": Address(one, get=answers(to=view), post=answers(to=change)),
        f"admin:{model}_history": Address(one, get=answers(to=view), post=answers(to=view)),
        f"admin:{model}_delete": Address(
            one, get=answers(to=delete), post=answers(SENT_ON, to=delete), data=lambda *_: YES
        ),
        # What admin's addresses were once; they lead to the page to change it.
        f"admin/{'/'.join(model.split('_'))}/<path:object_id>/": Address(
            route,
            get=answers(SENT_ON, to=MODERATORS),
            post=answers(SENT_ON, to=MODERATORS),
        ),
    }


YES = {"post": "yes"}


def waiting(world: World, story: Story) -> int:
    return world.stories["pending"].pk


def decision(ok: int = SENT_ON, *, get: int = NOT_ALLOWED, **data: str) -> Address:
    """What a moderator decides about a story, in any state but another's draft."""

    return Address(
        lambda world, story: (story.pk,),
        get=answers(get, to=MODERATORS) if get == NOT_ALLOWED else not_of_drafts(get),
        post=not_of_drafts(ok),
        data=lambda world, story: data,
        by_state=True,
    )


def not_of_drafts(ok: int, draft: int = MISSING) -> Answer:
    def answer(role: str, state: str) -> int:
        told = answers(ok, to=MODERATORS)(role, state)
        return draft if told == ok and state == "draft" else told

    return answer


def move_of(trait: Callable[[World], Any], **data: Callable[[World], Any]) -> Address:
    """A move of a trait, which asks before it is made."""
    return Address(
        lambda world, story: (trait(world).pk,),
        get=answers(to=MODERATORS),
        post=answers(SENT_ON, to=MODERATORS),
        data=lambda world, story: {key: make(world) for key, make in data.items()},
    )


STORY_ADMIN = {
    **model_admin("stories_story", waiting, pages=("", "?status=published", "?q=wrist")),
    "admin:stories_story_change": Address(
        lambda world, story: (story.pk,),
        get=not_of_drafts(OK),
        post=not_of_drafts(OK),
        by_state=True,
    ),
    "admin:stories_story_history": Address(
        lambda world, story: (story.pk,),
        get=not_of_drafts(SENT_ON),
        post=not_of_drafts(SENT_ON),
        by_state=True,
    ),
    "admin:stories_story_approve": decision(),
    "admin:stories_story_send_back": decision(get=OK, note="When was it?"),
    "admin:stories_story_reject": decision(get=OK, note="It names a patient."),
    "admin:stories_story_gold": decision(gold="1"),
    "admin:stories_story_visibility": decision(visibility="organisation"),
    "admin:stories_story_settled": decision(),
    "admin:stories_story_customer": decision(said="outside", how="email"),
    "admin:stories_story_withdraw": decision(reason="The customer asked."),
    "admin:stories_story_photo": Address(
        lambda world, story: (story.pk, world.photos[story.pk].key),
        get=answers(NOT_ALLOWED, to=MODERATORS),
        post=not_of_drafts(SENT_ON),
        data=lambda world, story: {"do": "left", "version": str(story.version)},
        by_state=True,
    ),
    "admin:stories_story_names": Address(
        lists=True, get=answers(to=MODERATORS), post=answers(SENT_ON, to=MODERATORS)
    ),
    "admin:stories_story_people": Address(get=answers(to=MODERATORS), page=False),
    **model_admin("stories_storyevent", lambda world, story: story.events.first().pk, view=ADMINS)
    | {
        f"admin:stories_storyevent_{page}": Address(
            lambda world, story: (story.events.first().pk,),
            get=answers(to=ADMINS),
            post=answers(to=to),
        )
        for page, to in (("change", NOBODY), ("history", ADMINS))
    },
    **model_admin("staff_history", lambda world, story: newest_change(), view=ADMINS)
    | {
        f"admin:staff_history_{page}": Address(
            lambda world, story: (newest_change(),),
            get=answers(to=ADMINS),
            post=answers(to=to),
        )
        for page, to in (("change", NOBODY), ("history", ADMINS))
    },
    **model_admin("stories_note", lambda world, story: world.note.pk, change=NOBODY),
    "admin:stories_note_remove": Address(
        lambda world, story: (world.note.pk,),
        get=answers(to=MODERATORS),
        post=answers(SENT_ON, to=MODERATORS),
        data=lambda world, story: {"reason": "It names a patient."},
    ),
    **model_admin(
        "stories_consent",
        lambda world, story: world.stories["public"].consents.first().pk,
        change=NOBODY,
        pages=("", "?waiting=1", "?what__exact=agreed&q=Roberta"),
    ),
    **model_admin(
        "stories_flag", lambda world, story: world.flag.pk, pages=("", "?decided=decided")
    ),
    **model_admin("stories_trait", lambda world, story: world.trait.pk, add=MODERATORS),
    "admin:stories_trait_accept": move_of(lambda world: world.proposed),
    "admin:stories_trait_drop": move_of(lambda world: world.proposed),
    "admin:stories_trait_merge": move_of(
        lambda world: world.proposed, into=lambda world: world.trait.pk
    ),
    "admin:stories_trait_retire": move_of(lambda world: world.trait),
    "admin:stories_trait_bring_back": move_of(lambda world: world.retired),
}


def lone_team(world: World, story: Story) -> int:
    """One that nothing hangs on, so that it may be deleted."""
    return world.lone_team.pk


STAFF_ADMIN = {
    **model_admin(
        "staff_employee",
        lambda world, story: world.loner.pk,
        change=ADMINS,
        add=ADMINS,
        delete=ADMINS,
        pages=("", "?q=Roberta", "?team=harbour-street&unnamed__exact=0"),
    ),
    "admin:staff_employee_import": Address(get=answers(to=ADMINS), post=answers(to=ADMINS)),
    **model_admin(
        "staff_erasure", lambda world, story: world.erasure.pk, view=ADMINS, change=NOBODY
    ),
    "admin:staff_erasure_person": Address(
        lambda world, story: (world.loner.pk,), get=answers(to=ADMINS)
    ),
    "admin:staff_erasure_erase": Address(
        lambda world, story: (world.loner.pk,),
        get=answers(to=ADMINS),
        post=answers(SENT_ON, to=ADMINS),
        data=lambda world, story: {"name": "Wout Alleman", "photos": "on"},
    ),
    "admin:staff_erasure_export": Address(
        lambda world, story: (world.loner.pk,),
        get=answers(NOT_ALLOWED, to=MODERATORS),
        post=answers(to=ADMINS),
        page=False,
    ),
    **model_admin("staff_team", lone_team, change=ADMINS, add=ADMINS, delete=ADMINS),
    **model_admin(
        "staff_user",
        lambda world, story: world.users["staff"].pk,
        view=ADMINS,
        add=ADMINS,
    ),
    "admin:staff_user_delete": Address(
        lambda world, story: (world.unused.pk,),
        get=answers(to=ADMINS),
        post=answers(SENT_ON, to=ADMINS),
        data=lambda *_: YES,
    ),
    "admin:auth_user_password_change": Address(
        lambda world, story: (world.users["staff"].pk,),
        get=answers(to=ADMINS),
        post=answers(to=ADMINS),
    ),
}

ADMIN = {
    "admin:index": Address(get=answers(to=MODERATORS), post=answers(to=MODERATORS)),
    "admin:app_list": Address(
        lambda world, story: ("stories",),
        get=answers(to=MODERATORS),
        post=answers(to=MODERATORS),
    ),
    # One door for everybody: the admin's own leads to it, and from it for who is in.
    "admin:login": Address(
        get=answers(SENT_ON, to=MODERATORS), post=answers(SENT_ON, to=MODERATORS)
    ),
    "admin:logout": Address(
        get=answers(NOT_ALLOWED, to=MODERATORS), post=answers(SENT_ON, to=MODERATORS)
    ),
    "admin:password_change": Address(
        get=answers(SENT_ON, to=MODERATORS), post=answers(SENT_ON, to=MODERATORS)
    ),
    "admin:password_change_done": Address(get=answers(to=MODERATORS)),
    # Which field is completed has to be named; without, there is nothing to know.
    "admin:autocomplete": Address(get=answers(FORBIDDEN), post=answers(NOT_ALLOWED, to=MODERATORS)),
    "admin:jsi18n": Address(get=answers(to=MODERATORS), page=False),
    "admin:view_on_site": Address(
        lambda world, story: (ContentType.objects.get_for_model(Story).pk, story.pk),
        get=answers(SENT_ON, to=MODERATORS),
        post=answers(SENT_ON, to=MODERATORS),
    ),
    "admin/(?P<url>.*)$": Address(
        lambda world, story: ("admin", "nothing-here/"),
        get=answers(MISSING, to=MODERATORS),
        post=answers(MISSING, to=MODERATORS),
    ),
}

MACHINES = {
    "healthz": Address(get=everybody(), page=False),
    "readyz": Address(get=everybody(), page=False),
}

TABLE: dict[str, Address] = {
    **WALL,
    **TELLING,
    **STORIES,
    **SHARING,
    **FOLLOWING,
    **VIEWS,
    **PHOTOS,
    **DIRECTORY,
    **ACCOUNTS,
    **STORY_ADMIN,
    **STAFF_ADMIN,
    **ADMIN,
    **MACHINES,
}


def got(response) -> int:
    """The status; being asked to sign in, at once or with what was typed, counts as one."""
    if response.status_code == UNKNOWN:
        return SIGN_IN
    if response.status_code == SENT_ON:
        goal = response.headers["Location"]
        doors = (reverse("account_login"), reverse("admin:login"))
        if goal.startswith(tuple(f"{door}?next=" for door in doors)):
            return SIGN_IN
    return response.status_code


FIRST, ALL = slice(1), slice(None)


class Look(NamedTuple):
    """One page as one reader sees it; `fragment` is the part that htmx asks for."""

    name: str
    query: str
    state: str
    role: str
    fragment: bool = False

    def __str__(self) -> str:
        said = (self.name, self.query, self.state, self.role, "fragment" if self.fragment else "")
        return " ".join(part for part in said if part)


def looks(roles: slice = FIRST, *, pages: bool = True) -> list[Look]:
    """Every page that may be looked at, by the first role that may, or by others that may.

    With `pages=False` also what is none: pictures, feeds, lists for scripts.
    """
    found = []
    for name, address in sorted(TABLE.items()):
        if pages and not address.page:
            continue
        for state in STATES if address.by_state else ("published",):
            for role in [role for role in READERS if address.get(role, state) == OK][roles]:
                found += [Look(name, query, state, role) for query in address.pages]
                found += [Look(name, query, state, role, True) for query in address.fragments]
    return found


def look_at(look: Look, world: World, client: Client, *, had: str = "") -> HttpResponse:
    """Ask for it as this reader would, who may have had it before, with that tag."""
    headers = {"HX-Request": "true"} if look.fragment else {}
    headers |= {"If-None-Match": had} if had else {}
    return client.get(path(look, world), headers=headers)


def path(look: Look, world: World) -> str:
    """The address of this look, query included; `{story}` in it stands for the story's id."""
    query = look.query.replace("{story}", world.stories[look.state].public_id)
    return url(look.name, world, look.state) + query
