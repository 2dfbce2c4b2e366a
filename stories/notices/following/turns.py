"""Whose turn it is to be told of new stories, and whether there are any."""

from __future__ import annotations

import datetime
import logging
import time

from django.db import OperationalError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.known import Known
from stories.filtering.stored import Stored, stored
from stories.models import Follow, Story, StoryEvent
from stories.models.access import StoryQuerySet
from stories.models.follow import day_of, reached

log = logging.getLogger(__name__)

# What is older is no news, such as after an account was closed for a year or no mail went out.
OLDEST = datetime.timedelta(days=14)
AT_A_TIME = 100
# More news at once than this nobody is told of; the newest are.
MOST_LOOKED_AT = 2_000


def take_turns(*, seconds: float) -> bool:
    """Owe an e-mail to each follower whose turn it is and who has not been told all there is.

    False if so many seconds were not enough; what is left has its turn the next time.
    """
    until = time.monotonic() + seconds
    # Most have nothing to hear on most days: their turn is over without a question.
    Follow.objects.due().filter(seq__gte=reached()).update(looked_on=day_of())
    while True:
        # Asked again for each batch: more may have been published, and the turn goes up to there.
        upto, naming, known = reached(), Naming(ORGANISATION), Known()
        follows = list(Follow.objects.due().select_related("account")[:AT_A_TIME])
        for follow in follows:
            if time.monotonic() > until:
                return False
            follow.turn(upto, news=_is_news(follow, upto, naming, known))
        if not follows:
            return True


def _is_news(follow: Follow, upto: int, naming: Naming, known: Known) -> bool:
    try:
        asked = stored(follow.query, naming, known)
        return stories_between(asked, follow, follow.seq, upto).exists()
    except OperationalError:
        raise
    except Exception:
        # One filter must not hold up the others. It is owed, so that it is tried again.
        log.exception("What %s follows could not be read.", follow.pk)
        return True


def stories_between(asked: Stored, follow: Follow, after: int, upto: int) -> StoryQuerySet:
    """The published stories of this stretch that are news to the follower, the newest first.

    None at all where the filter speaks of something that is there no more, such as somebody who is
    not named any longer: less asked for would mean more told. What was imported is history.
    """
    if asked.is_gone:
        return Story.objects.none()
    imported = StoryEvent.objects.filter(story=OuterRef("pk"), action=StoryEvent.Action.IMPORTED)
    meant = asked.form.meant(follow.account)
    return (
        meant.stories(meant.newest(MOST_LOOKED_AT, above=after, below=upto + 1))
        .filter(published_at__gte=timezone.now() - OLDEST)
        .exclude(Exists(imported))
    )
