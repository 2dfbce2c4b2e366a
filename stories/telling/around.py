"""What the tell page shows around a form, all of it asked for in one question."""

from __future__ import annotations

from django.db.models import QuerySet

from retold.together import hang
from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.models import Status, Story, StoryEvent
from stories.models.near import CREDITS

from .colleagues import Sought
from .forms import TellForm, inspiring
from .likeness import Taught
from .tiles import offered_traits

CAME_BACK = (Status.SENT_BACK, Status.WITHDRAWN)


class Around:
    """Traits, teams, names that are withheld, colleagues by a part of a name, the story that
    inspired this one, what moderators said of it, and what published stories teach.

    Its `questions` are to be asked together, and with others.
    """

    def __init__(self, form: TellForm, *, sought: str = "") -> None:
        self.naming, self.taught = Naming(ORGANISATION), Taught()
        self.traits, self.sought = offered_traits(form), Sought(sought)
        self._teams, self._inspired_by = form.teams, form.value_of("inspired_by")
        self._inspiring = inspiring(self._inspired_by, form.user).with_teller_team()
        self._their_credits = CREDITS.filter(story__in=self._inspiring.values("pk"))
        came_back = form.story is not None and form.story.status in CAME_BACK
        self._decisions = form.story.decisions()[:1] if form.story and came_back else None

    @property
    def questions(self) -> list[QuerySet]:
        asked = [self.traits, self.naming.question, self._teams]
        asked += [*self.taught.questions, *self.sought.questions]
        asked += [self._inspiring, self._their_credits] if self._inspired_by else []
        return asked + ([] if self._decisions is None else [self._decisions])

    def inspired_by(self, story: Story | None) -> Story | None:
        """The story that this one goes back to, if it may be shown."""
        if not self._inspired_by:
            return None
        hang(self._inspiring, credits=self._their_credits)
        before = story.inspired_by if story else None
        is_stored = before is not None and before.public_id == self._inspired_by
        return next(iter(self._inspiring), before if is_stored else None)

    def note(self, story: Story | None) -> StoryEvent | None:
        """What the moderator wrote, if the story was sent back or taken down."""
        if story is None or story.status not in CAME_BACK:
            return None
        if self._decisions is None:
            # It came back while this was written.
            decision = story.last_decision()
        else:
            decision = next(iter(self._decisions), None)
        if decision:
            decision.reason = self.naming.text(decision.reason, story.near)
        return decision if decision and decision.reason else None
