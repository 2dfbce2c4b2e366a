"""What `make run` does before it serves: the database, the search and the demo, in one process.

Each command on its own would load all of Django anew, which takes longer than what they do.
"""

import contextlib
import os
import socket
import sys
from pathlib import Path

COMMANDS = (
    ("migrate", {"verbosity": 0, "skip_checks": False}),
    ("rebuild_search", {"if_missing": True}),
    ("demo", {"if_empty": True}),
)
TAKEN = (
    "Port {port} is taken: something answers there already, perhaps another `make run`. "
    "End that, or take another, such as PORT=9000."
)


def take(port: str) -> socket.socket:
    """Hold the port until the server takes it, so that of two that begin together one is told.

    The server itself would share it without a word, and each page come from the one or the other.
    """
    if not (port.isdecimal() and 0 < int(port) < 65_536):
        sys.exit(f"“{port}” is no port: take a number up to 65535, such as PORT=8000.")
    place = ("127.0.0.1", int(port))
    with contextlib.suppress(OSError), socket.create_connection(place, timeout=1):
        sys.exit(TAKEN.format(port=port))
    try:
        return socket.create_server(place)
    except PermissionError:
        sys.exit(f"Port {port} is only for the system: take another, such as PORT=9000.")
    except OSError:
        sys.exit(TAKEN.format(port=port))


def main() -> None:
    """Make what is missing, each as by its command; they say what they made."""
    ports = sys.argv[1:2]
    with take(ports[0]) if ports else contextlib.nullcontext():
        make_ready()


def make_ready() -> None:
    """The database, the search and the demo, in the order in which they need each other."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retold.settings")
    from retold.starting import read_settings

    read_settings()
    import django
    from django.core.management import call_command

    from staff.acting import Way, acting

    django.setup()
    for name, how in COMMANDS:
        with acting(way=Way.COMMAND, place=name):
            call_command(name, **how)


if __name__ == "__main__":
    main()
