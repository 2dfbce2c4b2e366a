"""That a person's data were erased: when, by whom and how much, but not whose."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from staff.lengths import TextsFit

from .employee import Employee


class Erasure(models.Model):
    """One person was erased, or is to be. Only ever added to.

    Until it is done it leads to the `person`, whose name nobody reads any more, and says how it is
    to be done: with names alone `everywhere`, and with `photos` whose words name them; done, it
    leads to nobody. `digest` proves that it was done to whoever knows whom to ask for, and tells
    nobody else: it takes the secret key to make. `index_is_clean` says whether the search index has
    let go of words as well, which takes longer on a large wall.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.OneToOneField(
        Employee, null=True, on_delete=models.PROTECT, related_name="erasure"
    )
    everywhere = models.BooleanField(default=False, db_default=False)
    photos = models.BooleanField(default=True, db_default=True)
    # Kept by name as well, for when accounts go.
    by_name = models.CharField(_("by whom"), max_length=200, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    # {"what": how many}
    counts = models.JSONField(_("what was done"), default=dict)
    done_at = models.DateTimeField(_("done"), null=True)
    index_is_clean = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [TextsFit(name="erasure_texts_fit", most={"by_name": 200, "digest": 64})]

    def __str__(self) -> str:
        return f"{self.digest[:12]}, {self.at:%Y-%m-%d}"

    @property
    def is_begun(self) -> bool:
        """Whether it is still to be done."""
        return self.person_id is not None


def digest_of(number: str | None, email: str, name: str, *, key: str | None = None) -> str:
    """What stands for somebody: by their staff number, else their address, else their name.

    It is made with SECRET_KEY, or with `key` where that was another one at the time.
    """
    who = (number or email or name).strip().casefold()
    return salted_hmac("staff.erasure", who, secret=key, algorithm="sha256").hexdigest()


def digest_of_person(person: Employee) -> str:
    return digest_of(person.number, person.email, person.full_name)


def records_of(who: str) -> Any:
    """The records of somebody, asked for by what the directory knew them by.

    Those made with a former key are found while SECRET_KEY_FALLBACKS names it.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return Erasure.objects.filter(digest__in=[digest_of(None, "", who, key=key) for key in keys])
