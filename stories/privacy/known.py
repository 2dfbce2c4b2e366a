"""All that Retold knows of a person, by model: the one list that exports and erasure go by.

A model that leads to a person or an account stands here, or in `EXEMPT` with the reason; so does
every column in which somebody may have written a name. A test walks all models and fails for one
that is in neither.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import DATA, EMPTIED, GOES, JSON, QUERY, SLUG, STAYS, TEXT, Known

STORY = {"story": "story__public_id"}
A_KEY = "a random key"
A_STATE = "one of a few words of ours"

KNOWN = [
    Known(
        "staff.Employee",
        _("people"),
        people={"account": EMPTIED, "manager": EMPTIED},
        texts={"job_title": TEXT},
        plain=dict.fromkeys(
            ("number", "first_name", "last_name", "known_as", "former_names", "email", "words"),
            "the person’s own, or another’s; emptied by itself",
        ),
    ),
    Known(
        "staff.User",
        _("accounts"),
        plain=dict.fromkeys(
            ("username", "first_name", "last_name", "email", "password"),
            "the account’s own, or another’s; goes with it",
        ),
    ),
    Known(
        "staff.Membership",
        _("memberships of teams"),
        people={"employee": STAYS},
        file="teams",
        told={"team": "team__name", "since": "since", "until": "until", "leads": "leads"},
    ),
    Known(
        "staff.Session",
        _("sessions"),
        people={"account": GOES},
        file="sessions",
        told={"began": "began", "address": "address", "browser": "agent", "ends": "expire_date"},
        plain={
            "session_key": A_KEY,
            "session_data": "sealed; goes with its account, or within two weeks",
            "agent": "what a browser calls itself",
            "address": "from where; goes with its account",
        },
    ),
    Known(
        "account.EmailAddress",
        _("addresses to sign in with"),
        people={"user": GOES},
        file="addresses",
        told={"email": "email", "verified": "verified", "primary": "primary"},
        plain={"email": "the account’s own, or another’s"},
    ),
    Known(
        "mfa.Authenticator",
        _("second factors"),
        people={"user": GOES},
        file="second_factors",
        told={
            "kind": "type",
            "name": "data__name",
            "added": "created_at",
            "used": "last_used_at",
        },
        plain={"type": A_STATE, "data": "a key, and what its owner calls it"},
    ),
    Known(
        "admin.LogEntry",
        _("lines of the admin’s own history"),
        people={"user": GOES},
        file="in_the_admin",
        told={
            "at": "action_time",
            "what": "action_flag",
            "kind": "content_type__model",
            "number": "object_id",
        },
        texts={"object_repr": TEXT, "change_message": JSON},
        plain={"object_id": "a number"},
    ),
    Known(
        "staff.Team",
        _("teams"),
        texts={"name": TEXT, "slug": SLUG},
    ),
    Known(
        "stories.Trait",
        _("traits"),
        people={"proposed_by": EMPTIED},
        file="proposed_traits",
        told={"name": "name", "standing": "standing"},
        texts={"name": TEXT, "meaning": TEXT, "question": TEXT, "slug": SLUG},
    ),
    Known(
        "stories.TraitMerge",
        _("traits that go into others"),
        people={"by": EMPTIED},
        file="merging_traits",
        told={"trait": "trait__name", "into": "into__name", "began": "began_at"},
    ),
    Known(
        "stories.Story",
        _("stories"),
        people={"teller": STAYS},
        texts=dict.fromkeys(("line", "title", "body", "place", "organisation", "went_wrong"), TEXT),
        story="pk",
        plain={
            "public_id": A_KEY,
            "language": A_STATE,
            "line_widths": "numbers",
        },
    ),
    Known(
        "stories.StoryTrait",
        _("words that show a trait"),
        texts={"evidence": TEXT},
        story="content_object_id",
    ),
    Known(
        "staff.Credit",
        _("credits"),
        people={"employee": STAYS},
        file="credits",
        told={**STORY, "status": "story__status", "team": "team__name"},
        texts={"name_text": TEXT},
        story="story_id",
    ),
    Known(
        "stories.StoryEvent",
        _("records"),
        people={"actor": EMPTIED},
        file="decisions",
        told={**STORY, "what": "action", "why": "reason", "at": "at"},
        texts={"reason": TEXT, "changes": DATA},
        story="story_id",
        accounts={"actor_name": "actor"},
        plain={"status_before": A_STATE, "status_after": A_STATE},
    ),
    Known(
        "stories.Photo",
        _("photos"),
        texts={"alt": TEXT},
        story="story_id",
        plain={
            "key": A_KEY,
            "original": A_KEY,
            "files": A_KEY,
            "placeholder": "a picture of a few points",
            "digest": "a sum",
            "failure": "what our own code says of a file",
        },
    ),
    Known(
        "stories.Note",
        _("notes of thanks"),
        people={"author": STAYS, "removed_by": EMPTIED},
        file="notes",
        told={**STORY, "text": "text", "written": "created_at", "taken_off": "removed_at"},
        texts={"text": TEXT, "removed_for": TEXT},
        story="story_id",
        author="author_id",
        accounts={"removed_by_name": "removed_by"},
    ),
    Known(
        "stories.FlagDigest",
        _("digests of flags"),
        people={"to": GOES},
        file="digests_of_flags",
        told={"day": "day", "sent": "sent_at"},
    ),
    Known(
        "stories.Consent",
        _("what was said of being named"),
        people={"employee": GOES, "by": EMPTIED},
        file="consents",
        told={
            **STORY,
            "for_whom": "audience",
            "what": "what",
            "named_as": "agreed",
            "words": "said",
            "how": "how",
            "at": "at",
        },
        texts={"said": TEXT},
        story="story_id",
        author="employee_id",
        accounts={"by_name": "by"},
    ),
    Known(
        "stories.Salute",
        _("salutes"),
        people={"reader": STAYS},
        file="salutes",
        told={**STORY, "at": "at"},
    ),
    Known(
        "stories.Retelling",
        _("retellings"),
        people={"reader": STAYS},
        file="retellings",
        told={**STORY, "told_to": "told_to", "heads": "heads", "on": "told_on"},
    ),
    Known(
        "stories.Flag",
        _("flags"),
        people={"reader": STAYS, "decided_by": EMPTIED},
        file="flags",
        told={
            **STORY,
            "why": "reason",
            "words": "words",
            "flagged": "flagged_at",
            "decision": "decision",
            "because": "decided_for",
        },
        heard=("because",),
        texts={"words": TEXT, "decided_for": TEXT},
        story="story_id",
        author="reader_id",
        accounts={"decided_by_name": "decided_by"},
    ),
    Known(
        "stories.Notice",
        _("e-mails about stories"),
        people={"to": GOES},
        file="mails",
        told={**STORY, "kind": "kind", "words": "reason", "owed": "created_at", "sent": "sent_at"},
        heard=("words",),
        texts={"reason": TEXT},
        story="story_id",
        plain={"once": "what it is about, by number"},
    ),
    Known(
        "stories.Visit",
        _("visits to the wall"),
        people={"person": GOES},
        file="visits",
        told={"at": "at"},
    ),
    Known(
        "stories.SavedView",
        _("saved views"),
        people={"owner": GOES},
        file="saved_views",
        told={"name": "name", "query": "query", "pinned": "pinned", "made": "created_at"},
        texts={"name": TEXT, "query": QUERY},
        plain={"key": A_KEY},
    ),
    Known(
        "stories.FollowMail",
        _("e-mails to a follower"),
        people={"follow__account": GOES},
        file="mails_to_followers",
        told={"query": "follow__query", "owed": "created_at", "sent": "sent_at"},
        plain={"told": "stories, by number"},
    ),
    Known(
        "stories.Follow",
        _("followed parts of the wall"),
        people={"account": GOES},
        file="follows",
        told={"query": "query", "rhythm": "rhythm", "made": "made_at", "ended": "ended_at"},
        texts={"query": QUERY},
        plain={"token": A_KEY},
    ),
    Known(
        "stories.FeedKey",
        _("addresses of feeds"),
        people={"account": GOES},
        file="feed",
        told={"made": "made_at"},
        plain={"token": A_KEY},
    ),
    Known(
        "stories.Screen",
        _("screens"),
        people={"made_by": GOES, "switched_off_by": EMPTIED},
        file="screens",
        told={"name": "name", "query": "query", "made": "made_at", "off": "switched_off_at"},
        texts={"name": TEXT, "query": QUERY},
        plain={"token": A_KEY},
    ),
    Known(
        "staff.Erasure",
        _("erasures"),
        people={"by": EMPTIED, "person": EMPTIED},
        accounts={"by_name": "by"},
        plain={"digest": "a sum of who it was", "counts": "numbers"},
    ),
]

DERIVED = "made of stories, and made anew with them"
OURS = "of the system itself; names nobody"
UNUSED = "a table of a library that nothing is written to"
EXEMPT = {
    "staff.History": "emptied by `History.objects.forget`, the last thing that an erasure does",
    "auth.Group": OURS,
    "auth.Group_permissions": OURS,
    "auth.Permission": OURS,
    "contenttypes.ContentType": OURS,
    "staff.User_groups": "the roles of an account; told with it, and goes with it",
    "staff.User_user_permissions": UNUSED,
    "sessions.Session": UNUSED,
    "taggit.Tag": UNUSED,
    "taggit.TaggedItem": UNUSED,
    "account.EmailConfirmation": "goes with its address",
    "stories.Entry": DERIVED,
    "stories.StoredCard": DERIVED,
    "stories.Word": DERIVED,
    "stories.Posting": DERIVED,
    "stories.CardClaim": DERIVED,
    "stories.WallVersion": OURS,
    "stories.PublicationOrder": OURS,
    "stories.FeedEntry": DERIVED,
    # Only where a worker does the tasks.
    "django_tasks_database.DBTaskResult": "names stories by number, and nobody",
}

PHOTOS = next(known for known in KNOWN if known.model == "stories.Photo")
