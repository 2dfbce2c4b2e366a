"""People: accounts, employees, teams, who belongs where and who is credited."""

from .account import User
from .credit import Credit
from .employee import Employee, Membership
from .session import Session
from .team import Team

__all__ = ["Credit", "Employee", "Membership", "Session", "Team", "User"]
