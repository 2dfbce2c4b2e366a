"""Sending the e-mails that are owed."""


def send_owed() -> None:
    """Filled in with the notices room."""
