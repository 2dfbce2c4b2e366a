"""What can only be done from inside: `python -m torture.inside` on the database of DATABASE_URL.

    people TELLERS MODERATORS   make so many, signed in; say their sessions
    wait NUMBER                 have so many stories wait for a moderator; say their numbers
    stories                     all that is kept of every story
    decisions                   how each story was decided upon
    late                        what waits, photos and e-mails, was tried long ago
    lock SECONDS                hold the database as a command would that writes for so long

Prints JSON.
"""

import json
import sys
import time
from datetime import timedelta
from importlib import import_module
from typing import Any

import django


def people(tellers: str, moderators: str) -> dict[str, list[str]]:
    from django.contrib.auth.models import Group

    from staff.models import Employee, User

    found: dict[str, list[str]] = {}
    for role, number in (("teller", tellers), ("moderator", moderators)):
        group, _ = Group.objects.get_or_create(name="moderators")
        found[f"{role}s"] = sessions = []
        for one in range(int(number)):
            name = f"{role}-{one}"
            user = User.objects.create(username=name, email=f"{name}@example.org")
            Employee.objects.create(number=name, first_name="Noor", last_name=name, account=user)
            if role == "moderator":
                user.groups.add(group)
            sessions.append(_session(user))
    return found


def _session(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def wait(number: str) -> list[int]:
    from staff.models import Employee
    from stories.models import Story

    teller, waiting = Employee.objects.get(number="teller-0"), []
    for one in range(int(number)):
        story = Story.objects.create(teller=teller, body=f"She kept the lamp on, night {one}.")
        story.submit(by=teller.account)
        waiting.append(story.pk)
    return waiting


def stories() -> list[dict[str, Any]]:
    from django.core.files.storage import default_storage

    from stories.models import Story

    every = Story.objects.prefetch_related("events", "story_traits__tag", "credits", "photos")
    return [
        {
            "pk": story.pk,
            "public_id": story.public_id,
            "submission": str(story.submission),
            "body": story.body,
            "line": story.line,
            "status": story.status,
            "events": [event.action for event in story.events.all()],
            "traits": sorted(one.tag.slug for one in story.story_traits.all()),
            "credits": story.credits.count(),
            "photos": [
                [photo.state, photo.key, default_storage.exists(str(photo.original.name))]
                for photo in story.photos.all()
            ],
        }
        for story in every
    ]


def decisions() -> dict[int, list[str]]:
    from stories.models import StoryEvent

    found: dict[int, list[str]] = {}
    decided = (StoryEvent.Action.PUBLISHED, StoryEvent.Action.REJECTED)
    for event in StoryEvent.objects.filter(action__in=decided).order_by("pk"):
        found.setdefault(event.story_id, []).append(event.action)
    return found


def late() -> int:
    from django.utils import timezone

    from stories.models import Notice, Photo

    long_ago = timezone.now() - timedelta(hours=1)
    Notice.objects.filter(tried_at__isnull=False).update(tried_at=long_ago)
    return Photo.objects.waiting().update(tried_at=long_ago, created_at=long_ago)


def lock(seconds: str) -> bool:
    from django.db import transaction

    with transaction.atomic():
        sys.stdout.write("held\n")
        sys.stdout.flush()
        time.sleep(float(seconds))
    return True


if __name__ == "__main__":
    django.setup()
    asked, *rest = sys.argv[1:]
    known = {act.__name__: act for act in (people, wait, stories, decisions, late, lock)}
    sys.stdout.write(json.dumps(known[asked](*rest)))
