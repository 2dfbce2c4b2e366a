"""The admin of people, teams and accounts; Django looks for it here."""

from . import admin_accounts, admin_history, admin_people, admin_teams

__all__ = ["admin_accounts", "admin_history", "admin_people", "admin_teams"]
