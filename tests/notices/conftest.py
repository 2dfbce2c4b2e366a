"""A mail server of our own, as real as any: notices are sent to it over SMTP."""

import asyncio
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


class Postbox:
    """Keeps what was delivered; refuses the addresses it is told to refuse."""

    def __init__(self):
        self.mails, self.refused = [], set()
        self.callers, self.slowness = set(), 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused or "*" in self.refused:
            return "550 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.slowness)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.callers.add(session)
        return "250 OK"

    def to(self, address):
        return [mail for mail in self.mails if mail["To"] == address]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def postbox(settings):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    yield box
    controller.stop()
