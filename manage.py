#!/usr/bin/env python
"""Django's command line for Retold."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retold.settings")
    from django.core.management import execute_from_command_line

    from retold.starting import read_settings
    from staff.acting import Way, acting

    read_settings()
    with acting(way=Way.COMMAND, place=" ".join(sys.argv[1:2])):
        execute_from_command_line(sys.argv)
