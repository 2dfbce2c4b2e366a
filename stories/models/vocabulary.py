"""The words a story's facts are chosen from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting to be read")
    SENT_BACK = "sent_back", _("Sent back")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a teller may do with a story of their own, by where it stands: change it (and send it in, the
# first time or again), take it back.
EDITABLE = (Status.DRAFT, Status.PENDING, Status.SENT_BACK, Status.WITHDRAWN)
WITHDRAWABLE = (Status.PENDING, Status.SENT_BACK, Status.PUBLISHED)


class Setting(TextChoices):
    HERE = "here", _("Here")
    ELSEWHERE = "elsewhere", _("Seen elsewhere")


class Served(TextChoices):
    CUSTOMER = "customer", _("A customer")
    COLLEAGUE = "colleague", _("A colleague")
    COMMUNITY = "community", _("The community")


class Initiative(TextChoices):
    OWN = "own", _("On their own")
    COLLEAGUES = "colleagues", _("With colleagues")
    MANAGER = "manager", _("With a manager")
    UNKNOWN = "unknown", _("Not known")


class Visibility(TextChoices):
    ORGANISATION = "organisation", _("Everyone here")
    PUBLIC = "public", _("Anyone, outside too")


class TookTime(TextChoices):
    SECONDS = "seconds", _("A few seconds")
    MINUTES = "minutes", _("A few minutes")
    HOUR = "hour", _("Up to an hour")
    HOURS = "hours", _("A few hours")
    DAYS = "days", _("Days")


class TookMoney(TextChoices):
    NOTHING = "nothing", _("Nothing")
    LITTLE = "little", _("Small change")
    SOME = "some", _("Some money")
    MUCH = "much", _("Real money")


class TookPermission(TextChoices):
    NOBODY = "nobody", _("Nobody asked")
    AFTER = "after", _("Told somebody afterwards")
    BEFORE = "before", _("Asked first")


class ToldTo(TextChoices):
    """Whom a story was told to: a reader says the first three, an opened address the others."""

    TEAM = "team", _("My team")
    FRIEND = "friend", _("A friend")
    CUSTOMER = "customer", _("A customer")
    LINK = "link", _("Whoever opened a shared link")
    POSTER = "poster", _("Whoever stopped at a poster")


BY_READERS = (ToldTo.TEAM, ToldTo.FRIEND, ToldTo.CUSTOMER)
BY_OPENING = (ToldTo.LINK, ToldTo.POSTER)
