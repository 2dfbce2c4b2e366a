"""People: accounts, employees, teams, who belongs where and who is credited."""

from .account import User
from .credit import Credit
from .employee import Employee
from .erasure import Erasure
from .history import Change, History, What
from .membership import Membership
from .recorded import Going, Recorded, RecordedQuerySet
from .session import Session
from .team import Team

__all__ = [
    "Change",
    "Credit",
    "Employee",
    "Erasure",
    "Going",
    "History",
    "Membership",
    "Recorded",
    "RecordedQuerySet",
    "Session",
    "Team",
    "User",
    "What",
]
