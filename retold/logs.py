"""One line of the log for each thing said: what people type can't add lines of its own."""

import logging
import re
import time

# Line ends of every kind, and what a terminal takes for an order.
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Addresses that let in whoever knows them, and which part of them does.
KEYS = re.compile(r"(/(?:feeds|screens|follow/end|password/reset/key)/)[\w-]{12,}")


def harmless(text: str) -> str:
    """The text with each such character written out, and no key in it."""
    text = KEYS.sub(r"\1…", text)
    return CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def refused(record: logging.LogRecord) -> bool:
    """A filter: whoever is refused a page has met no mistake of ours, so no line of code is shown.

    Django says where it was refused as it says where something broke.
    """
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = None
    return True


class OneLine(logging.Formatter):
    """What was said on one line; a traceback below it, indented so that it passes for nothing.

    Times are UTC, so that the lines of several servers can be put in order.
    """

    converter = time.gmtime  # type: ignore[assignment]  # the base says less than it takes
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        return harmless(super().formatMessage(record))

    def formatException(self, ei) -> str:  # noqa: N802
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {harmless(line)}" for line in lines)
