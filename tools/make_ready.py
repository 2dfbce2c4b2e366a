"""What `make run` does before it serves: the database, the search and the demo, in one process.

Each command on its own would load all of Django anew, which takes longer than what they do.
"""

import os
import sys
from pathlib import Path

COMMANDS = (
    ("migrate", {"verbosity": 0, "skip_checks": False}),
    ("rebuild_search", {"if_missing": True}),
    ("demo", {"if_empty": True}),
)


def main() -> None:
    """Make what is missing, each as by its command; they say what they made."""
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
