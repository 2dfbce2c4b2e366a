"""What people in a story agreed to, on its page: ledger, corrections, what the customer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from staff.audiences import ORGANISATION, PUBLIC
from staff.models import Credit
from staff.text import as_id
from stories.models import Consent, Story, TransitionRefused
from stories.models.agreeing import MOST_WAITING

from . import decisions

# What a customer may have said: for whom, and whether they agree.
CUSTOMER = {
    "here": (ORGANISATION, True, gettext_lazy("may be told here")),
    "outside": (PUBLIC, True, gettext_lazy("may be shown outside")),
    "not_outside": (PUBLIC, False, gettext_lazy("may no longer be shown outside")),
    "not_here": (ORGANISATION, False, gettext_lazy("may not be told at all: it comes down")),
}
HOW = (Consent.How.IN_PERSON, Consent.How.EMAIL)


@dataclass(frozen=True)
class Held:
    """How somebody in the story is named now; to each audience, where it is not to all alike."""

    name: str
    named: str


@dataclass(frozen=True)
class Agreed:
    """What holds now; how it came about is in the ledger."""

    held: list[Held]
    # What waits to be put right, the newest first.
    corrections: list[Consent]
    ways: list[tuple[str, str]]
    how: list[tuple[str, str]]


def agreed(story: Story) -> Agreed:
    """Of a story whose credits are fetched with their people."""
    held = [
        Held(credit.employee.full_name, _said(credit))
        for credit in story.credits.all()
        if credit.employee
    ]
    ways = [(said, str(words)) for said, (_whom, _agreed, words) in CUSTOMER.items()]
    how = [(one.value, str(one.label)) for one in HOW]
    # Most stories have none, as the question that fetched the story knows.
    asked = story.consents.open_corrections().select_related("employee").order_by("-pk")
    any_asked = story.open_correction is not None  # type: ignore[attr-defined]
    return Agreed(held, list(asked[:MOST_WAITING]) if any_asked else [], ways, how)


def _said(credit: Credit) -> str:
    named = credit.agreed
    if len(set(named.values())) == 1:
        return str(named[ORGANISATION].label)
    return ", ".join(f"{audience.label}: {how.label}" for audience, how in named.items())


def urls(wrap: Callable) -> list:
    """The addresses, below the list of stories."""
    return [
        path("<int:pk>/settled/", wrap(settled), name="stories_story_settled"),
        path("<int:pk>/customer/", wrap(customer), name="stories_story_customer"),
    ]


@require_POST
def settled(request: HttpRequest, pk: int) -> HttpResponse:
    """What people in the story asked to be put right is right now, or stays as it is."""
    with transaction.atomic():
        story = decisions.story_to_move(request, pk)
        try:
            if story.settle_corrections(seen=as_id(request.POST.get("seen", "")), by=request.user):
                messages.success(request, _("Settled."))
        except TransitionRefused as refused:
            messages.error(request, str(refused))
    return redirect(decisions.address(story))


@require_POST
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the customer says of their story, in the ledger, and at once true."""
    said, how = request.POST.get("said"), request.POST.get("how")
    with transaction.atomic():
        story = decisions.story_to_move(request, pk)
        if said in CUSTOMER and how in HOW:
            audience, agreed, words = CUSTOMER[said]
            story.customer_says(audience, agreed, by=request.user, how=str(how))
            messages.success(request, _("Written down: the story %(what)s.") % {"what": words})
    return redirect(decisions.address(story))
