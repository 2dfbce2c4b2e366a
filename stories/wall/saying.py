"""Numbers of stories, as people say them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .counts import Tally


def counted(stories: Tally) -> str:
    """“412 stories”."""
    if not stories:
        return _("No stories")
    if stories.number == 1 and not stories.more:
        return _("One story")
    return ngettext("%s story", "%s stories", stories.number) % stories


def more(number: int) -> str:
    """“Sixteen more”, as far as a page reaches."""
    words = _(
        "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen "
        "Sixteen Seventeen Eighteen Nineteen Twenty Twenty-one Twenty-two Twenty-three Twenty-four"
    ).split()
    return _("%s more") % words[number - 1] if 0 < number <= len(words) else _("More")
