"""Erasing somebody from a page: nobody reads their name from then on, and a task does all else.

However much there is of them, the page asks as often. Until the task has been there nothing is half
done: they are somebody who asked not to be named, of whom all else is kept still.
"""

from __future__ import annotations

import logging
from copy import copy
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from retold.tasks import task
from staff.acting import acting
from staff.changes import changing
from staff.models import Employee, Erasure, History
from staff.models.erasure import digest_of_person

from .erasing import Erased, erase

log = logging.getLogger(__name__)


def begin(person: Employee, *, by: Any, everywhere: bool, photos: bool) -> Erasure:
    """Have somebody erased who was read in this transaction and is held; as `erase` does it.

    Raises Erased where it is done, or begun.
    """
    if person.is_erased:
        raise Erased
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(
                by=by,
                by_name=str(by),
                digest=digest_of_person(person),
                person=person,
                everywhere=everywhere,
                photos=photos,
            )
    except IntegrityError:
        raise Erased from None
    # Before what else waits for the commit: the cards that are stale are drawn once.
    transaction.on_commit(erase_begun.enqueue, robust=True)
    if not person.unnamed:
        _withhold(person)
    return erasure


def _withhold(person: Employee) -> None:
    """They are held, so that they need not be read again to be told of."""
    before, person.unnamed = copy(person), True
    with changing() as changes:
        models.QuerySet(Employee).filter(pk=person.pk).update(unnamed=True)
        History.objects.record(person.change(before, ["unnamed"]))
        changes.person(before, person)


@task()
def erase_begun() -> None:
    erase_all_begun()


def erase_all_begun() -> None:
    """Erase those for whom that was begun, also long ago: the queue of a process ends with it."""
    begun = (
        Erasure.objects.filter(person__isnull=False).select_related("person", "by").order_by("pk")
    )
    for erasure in begun:
        person: Any = erasure.person
        how = {"everywhere": erasure.everywhere, "photos": erasure.photos}
        try:
            with acting(by=erasure.by):
                erase(person, by=erasure.by, **how)
        except Erased:
            # Another process was there first; one of the previous release knew of no record.
            over = {"person": None, "done_at": timezone.now()}
            Erasure.objects.filter(pk=erasure.pk, person=person).update(**over)
        except Exception:
            log.exception("Erasure %s is not done; the next one, or let_go, does it.", erasure.pk)
