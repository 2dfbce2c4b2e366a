"""My stories and drafts: what became of each, and taking one back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import apnumber
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.cards import Card, cards
from stories.models import Status, Story, StoryEvent, TransitionRefused
from stories.models.vocabulary import EDITABLE, WITHDRAWABLE
from stories.templatetags.moments import told_on

from .days import day_of, read_by
from .saving import forget_unused_proposals
from .suggest import suggest_title
from .views import own_stories, own_story

PAGE = 20
# A few words kept on shift are a seed; more of them are a draft.
SEED = 160
# What asks something of the teller comes first.
GROUPS: dict[str, Promise] = {
    Status.SENT_BACK: gettext_lazy("Sent back to you"),
    Status.DRAFT: gettext_lazy("To finish"),
    Status.PENDING: gettext_lazy("Waiting to be read"),
    Status.PUBLISHED: gettext_lazy("Up on the wall"),
    Status.REJECTED: gettext_lazy("Not published"),
    Status.WITHDRAWN: gettext_lazy("Withdrawn"),
}
ORDER = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(GROUPS)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Shelved:
    """One story of one's own: where it stands, since when, and what happens next."""

    story: Story
    card: Card
    note: str

    @property
    def name(self) -> str:
        """What the teller knows it by."""
        return self.card.line or self.card.title or suggest_title(self.card.excerpt)

    @property
    def state(self) -> str:
        """Where it stands, with a gentle age: a seed from Tuesday."""
        story = self.story
        if story.status == Status.DRAFT:
            seed = len(story.body) <= SEED
            words = _("A seed from %(day)s") if seed else _("A draft from %(day)s")
            return words % {"day": day_of(story.updated_at)}
        if story.status == Status.SENT_BACK:
            return _("Sent back with a note")
        if story.status == Status.PUBLISHED:
            return self._became()
        if story.status == Status.PENDING:
            return _("Sent in %(day)s") % {"day": day_of(story.submitted_at)}
        return story.get_status_display()

    @property
    def next(self) -> str:
        """What happens next, or what the teller may do."""
        story = self.story
        if story.status == Status.DRAFT:
            return _("Nobody sees it but you.")
        if story.status == Status.PENDING:
            if story.submitted_at and read_by(story.submitted_at) < timezone.now():
                return _("It waits longer than usual. It is not forgotten.")
            return _("A moderator reads it next. You can still change it.")
        if story.status == Status.WITHDRAWN:
            return _("It is on no page. You can send it in again whenever you like.")
        return ""

    @property
    def is_draft(self) -> bool:
        return self.story.status == Status.DRAFT

    @property
    def can_edit(self) -> bool:
        return self.story.status in EDITABLE

    @property
    def can_withdraw(self) -> bool:
        return self.story.status in WITHDRAWABLE

    def _became(self) -> str:
        times = self.story.retelling_count
        up = _("Up since %(day)s") % {"day": day_of(self.story.published_at)}
        if not times:
            return up
        return f"{up}, {told_on(times)}"


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Everything I told, what is to finish first; `?kept=` marks what was kept just now."""
    told = Story.objects.told_by(request.user.person)
    counts = dict(told.order_by().values_list("status").annotate(Count("pk")))
    stories = own_stories(request).for_cards().order_by(ORDER, "-updated_at", "-pk")
    paginator = Paginator(stories, PAGE)
    paginator.count = sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    shelved = _shelve(page.object_list)
    kept = request.GET.get("kept", "")
    context = {
        "groups": [
            (GROUPS[status], status, list(stories))
            for status, stories in groupby(shelved, key=lambda one: one.story.status)
        ],
        "summary": summary(counts),
        "page": page,
        "kept": next((one.story for one in shelved if one.story.public_id == kept), None),
    }
    return render(request, "telling/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take one's own story back, any time; a draft is thrown away instead."""
    if request.method != "POST":
        story = own_story(request, public_id)
        is_draft = story.status == Status.DRAFT
        return redirect("discard", public_id) if is_draft else _ask(request, story, "withdraw")
    with transaction.atomic():
        told = Story.objects.told_by(request.user.person).filter(public_id=public_id)
        mine = told.hold()
        if mine is None:
            raise Http404
        if mine.status == Status.DRAFT:
            return redirect("discard", public_id)
        try:
            mine.withdraw(by=request.user)
        except TransitionRefused:
            # Who decided is the moderators' own affair.
            status = mine.get_status_display().lower()
            messages.info(request, _("It was decided on in the meantime: %s.") % status)
        else:
            messages.success(request, _("It is withdrawn: no page shows it any more."))
    return redirect("mine")


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Throw one's own draft away. What was sent in once can be withdrawn, not thrown away."""
    if request.method != "POST":
        story = own_story(request, public_id)
        return _ask(request, story, "discard") if _is_draft(request, story) else redirect("mine")
    with transaction.atomic():
        # Held until it is gone: it may be sent from another tab just now.
        draft = Story.objects.told_by(request.user.person).filter(public_id=public_id).hold()
        if draft is None:
            raise Http404
        if _is_draft(request, draft):
            draft.delete()
            forget_unused_proposals(request.user.person)
            messages.success(request, _("The draft is gone."))
    return redirect("mine")


def _is_draft(request: SignedInRequest, story: Story) -> bool:
    """Whether it may be thrown away; if not, its teller is told why."""
    is_draft = story.status == Status.DRAFT
    if not is_draft:
        messages.info(request, _("It was sent in, so it can be withdrawn, not thrown away."))
    return is_draft


def summary(counts: dict[str, int]) -> str:
    """“Two to finish, one being read, fourteen up.”"""
    parts = (
        (_("%(n)s to finish"), counts.get(Status.DRAFT, 0) + counts.get(Status.SENT_BACK, 0)),
        (_("%(n)s being read"), counts.get(Status.PENDING, 0)),
        (_("%(n)s up"), counts.get(Status.PUBLISHED, 0)),
    )
    words = ", ".join(part % {"n": apnumber(number)} for part, number in parts if number)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _shelve(stories: Iterable[Story]) -> list[Shelved]:
    stories = list(stories)
    notes = _notes(stories)
    naming = Naming(ORGANISATION)
    made = cards(stories, naming)
    return [
        Shelved(story, made_card, naming.text(notes.get(story.pk, ""), story.near))
        for story, made_card in zip(stories, made, strict=True)
    ]


def _notes(stories: list[Story]) -> dict[int, str]:
    """What the moderators wrote about those that came back, were not published or came down."""
    came_back = (Status.SENT_BACK, Status.REJECTED, Status.WITHDRAWN)
    asked = [s.pk for s in stories if s.status in came_back]
    if not asked:
        return {}
    action = StoryEvent.Action
    written = (action.SENT_BACK, action.REJECTED, action.WITHDRAWN)
    events = StoryEvent.objects.filter(story__in=asked, action__in=written).order_by("at", "pk")
    return dict(events.values_list("story", "reason"))


def _ask(request: SignedInRequest, story: Story, what: str) -> HttpResponse:
    (shelved,) = _shelve([story])
    return render(request, f"telling/{what}.html", {"story": story, "shelved": shelved})
