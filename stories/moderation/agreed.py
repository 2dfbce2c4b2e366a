"""What people in a story agreed to, on its page: ledger, corrections, what the customer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from staff.audiences import ORGANISATION, PUBLIC
from stories.models import Consent, Story

from . import decisions

MOST_SHOWN = 30
# What a customer may have said: for whom, and whether they agree.
CUSTOMER = {
    "here": (ORGANISATION, True, gettext_lazy("may be told here")),
    "outside": (PUBLIC, True, gettext_lazy("may be shown outside")),
    "not_outside": (PUBLIC, False, gettext_lazy("may no longer be shown outside")),
    "not_here": (ORGANISATION, False, gettext_lazy("may not be told at all: it comes down")),
}
HOW = [(how.value, how.label) for how in (Consent.How.IN_PERSON, Consent.How.EMAIL)]


@dataclass(frozen=True)
class Ledger:
    """The newest rows of a story, and those corrections of them that nobody has settled."""

    rows: list[Consent]

    @property
    def open(self) -> list[Consent]:
        newer = takewhile(lambda row: row.what != Consent.What.SETTLED, self.rows)
        return [row for row in newer if row.what == Consent.What.CORRECTION]

    @property
    def ways(self) -> list[tuple[str, str]]:
        return [(said, str(words)) for said, (_whom, _agreed, words) in CUSTOMER.items()]

    how = HOW


def ledger(story: Story) -> Ledger:
    return Ledger(list(story.consents.select_related("employee")[:MOST_SHOWN]))


def urls(wrap: Callable) -> list:
    """The addresses, below the list of stories."""
    return [
        path("<int:pk>/settled/", wrap(settled), name="stories_story_settled"),
        path("<int:pk>/customer/", wrap(customer), name="stories_story_customer"),
    ]


@require_POST
def settled(request: HttpRequest, pk: int) -> HttpResponse:
    """What people in the story asked to be put right is right now, or stays as it is."""
    story = decisions.story_to_read(request, pk)
    if ledger(story).open:
        story.settle_corrections(by=request.user)
        messages.success(request, _("Settled."))
    return redirect(decisions.address(story))


@require_POST
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the customer says of their story, in the ledger, and at once true."""
    story = decisions.story_to_read(request, pk)
    said, how = request.POST.get("said"), request.POST.get("how")
    if said in CUSTOMER and how in dict(HOW):
        audience, agreed, words = CUSTOMER[said]
        story.customer_says(audience, agreed, by=request.user, how=str(how))
        messages.success(request, _("Written down: the story %(what)s.") % {"what": words})
    return redirect(decisions.address(story))
