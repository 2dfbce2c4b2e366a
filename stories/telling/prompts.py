"""Questions that help memory; one is shown above the empty field."""

import random

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROMPTS: tuple[Promise, ...] = (
    _("When did somebody surprise you lately?"),
    _("Who did something this week that nobody had asked for?"),
    _("What did you tell at home after work?"),
    _("Who remembered something they had no need to remember?"),
    _("What went wrong, and who put it right?"),
    _("When did a colleague make your day easier?"),
    _("Who noticed what everybody else walked past?"),
    _("Where did you feel like a guest, not a number?"),
    _("When did somebody say honestly that it could not be done?"),
    _("Which ten seconds made a difference?"),
    _("Who stayed until it was finished?"),
    _("What made somebody laugh at the desk?"),
)


def memory_prompt() -> str:
    """One of the questions, another on every visit."""
    return str(random.choice(PROMPTS))  # noqa: S311 - nothing depends on it being hard to guess
