"""Saying how I am named: in one story, by the address in an e-mail; in all of them, on my page.

Reading an address changes nothing, whoever reads it: mail programs open what they find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from retold.limits import costs
from staff.audiences import FIRST, FULL, ORGANISATION, Audience, NamedAs
from staff.models import Credit, Employee
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.spellings import first_name
from stories import sealed
from stories.models import Consent, Status, Story, TransitionRefused
from stories.models.agreeing import OnlyLess

from .forms import AudiencesForm, CorrectionForm

PAGE = 20
# What is said once something was done, by the word in the address.
DONE = {
    "named": gettext_lazy("Thank you. It holds from the next page on, everywhere."),
    "told": gettext_lazy("Thank you. A moderator will read it beside the story."),
}


@dataclass(frozen=True)
class Named:
    """How somebody is named in one story now, and where they say otherwise."""

    credit: Credit
    story: Story
    called: str
    address: str

    @property
    def alike(self) -> NamedAs | None:
        """How everybody hears it; None if some hear less."""
        held = set(self.credit.agreed.values())
        return held.pop() if len(held) == 1 else None


@costs(10)
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """How somebody is named in one story, for whoever holds the address: they, by their e-mail."""
    if request.method != "POST":
        return _choose(request, *_meant(token))
    # Held from the first look on, so that the story need not be read twice.
    with transaction.atomic():
        credit, person = _meant(token, hold=True)
        credit.story.is_held()
        return _choose(request, credit, person)


def _choose(request: HttpRequest, credit: Credit, person: Employee) -> HttpResponse:
    own = request.user.is_authenticated and person.account_id == request.user.pk
    form, correction, refused = AudiencesForm(credit=credit), CorrectionForm(), None
    if request.method == "POST":
        how = Consent.How.OWN_PAGE if own else Consent.How.EMAIL
        by = {"by": request.user if own else None, "how": how}
        if "said" in request.POST:
            correction = CorrectionForm(request.POST)
            done = "told" if _corrected(correction, credit.story, person, by) else ""
        else:
            form = AudiencesForm(_asked(request), credit=credit)
            try:
                done = "named" if _named(form, credit.story, person, by) else ""
            except TransitionRefused as error:
                done, refused = "", error
        if done and own and "back" in request.POST:
            return redirect(_place_in_mine(request.POST["back"], credit.story))
        if done:
            return _alone(redirect(f"{request.path}?{done}"))
    thanks = [words for said, words in DONE.items() if said in request.GET]
    context = _shown(credit, person, own=own) | {"own": own, "thanks": thanks}
    context |= {"form": form, "correction": correction, "refused": refused}
    context["only_less"] = isinstance(refused, OnlyLess)
    status = 422 if request.method == "POST" else 200
    return _alone(render(request, "agreeing/choose.html", context, status=status))


def _alone(response: HttpResponse) -> HttpResponse:
    """The address is the key: it goes nowhere else, but back to us with the form."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """The stories that credit me, the newest first, and how I am named in each."""
    person = request.user.person
    credits = Credit.objects.filter(employee=person, seq__isnull=False).order_by("-seq")
    before = request.GET.get("before", "")
    if _is_place(before):
        credits = credits.filter(seq__lt=int(before))
    shown = list(credits[: PAGE + 1])
    found = Story.objects.published().for_naming()
    stories = found.in_bulk([credit.story_id for credit in shown[:PAGE]])
    naming = Naming(ORGANISATION)
    rows = [
        Named(credit, story, _called(story, naming), sealed.address(story.pk, person.pk))
        for credit in shown[:PAGE]
        if (story := stories.get(credit.story_id))
    ]
    further = shown[PAGE - 1].seq if len(shown) > PAGE else None
    place = before if _is_place(before) else ""
    context = {"rows": rows, "next": further, "before": place, "person": person}
    return render(request, "agreeing/mine.html", context | _names(person, own=True))


def _is_place(before: str) -> bool:
    return before.isascii() and before.isdecimal() and len(before) < 19


def _place_in_mine(before: str, story: Story) -> str:
    """Where on one’s own page the story stands, in the list that somebody was in the middle of."""
    further = f"?before={before}" if _is_place(before) else ""
    return f"{reverse('my_naming')}{further}#in-{story.public_id}"


def _meant(token: str, *, hold: bool = False) -> tuple[Credit, Employee]:
    """The credit that the address is for, and whose it is; a draft names nobody yet.

    Of somebody who was erased nothing is known any more, and nothing is written down anew.
    """
    found = sealed.opened(token)
    if found is None:
        raise Http404
    story, person = found
    credits = Credit.objects.exclude(story__status=Status.DRAFT)
    credits = credits.select_related("story", "employee")
    if hold:
        credits = credits.select_for_update(of=("story",))
    credit = get_object_or_404(credits, story=story, employee=person)
    if credit.employee is None or credit.employee.is_erased:
        raise Http404
    return credit, credit.employee


def _asked(request: HttpRequest) -> Any:
    """What was chosen: by one button for everybody, or for each audience."""
    named = request.POST.get("named")
    return request.POST if named is None else dict.fromkeys(Audience.values, named)


def _named(form: AudiencesForm, story: Story, person: Employee, by: dict) -> bool:
    if form.is_valid():
        story.name_as(person, form.chosen, **by)
    return form.is_valid()


def _corrected(form: CorrectionForm, story: Story, person: Employee, by: dict) -> bool:
    if not form.is_valid():
        return False
    try:
        if not story.ask_for_correction(person, form.cleaned_data["said"], **by):
            form.add_error(
                "said", _("You have written several times; the moderators have all of it.")
            )
    except TransitionRefused as refused:
        form.add_error("said", str(refused))
    return form.is_valid()


def _shown(credit: Credit, person: Employee, *, own: bool) -> dict[str, Any]:
    """Of the story no more than the e-mail said, while it is on the wall, to who works here."""
    story = credit.story
    told = story.is_published and person.active
    called = _called(story, Naming(ORGANISATION)) if told else ""
    return {"now": Named(credit, story, called, ""), "person": person, **_names(person, own=own)}


def _called(story: Story, naming: Naming) -> str:
    return Truncator(naming.text(str(story), story.near)).chars(90)


def _names(person: Employee, *, own: bool) -> dict[str, Any]:
    """What each of the buttons says; the name of who is unnamed everywhere to nobody else."""
    words = {FULL: person.full_name, FIRST: first_name(person)}
    if person.unnamed and not own:
        words = {named: str(named.label) for named in words}
    names = [(named, words.get(named, _("a colleague"))) for named in NamedAs]
    return {"names": names}
