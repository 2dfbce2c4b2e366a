"""People: accounts, employees, teams, who belongs where and who is credited."""

from .account import User
from .credit import Credit
from .employee import Employee, Membership
from .erasure import Erasure
from .session import Session
from .team import Team

__all__ = ["Credit", "Employee", "Erasure", "Membership", "Session", "Team", "User"]
