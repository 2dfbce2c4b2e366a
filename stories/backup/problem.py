"""What is said when a backup cannot be made, or is not fit to be restored."""

import sqlite3

import psycopg
from django.db import DatabaseError


class Problem(Exception):
    """Says in plain sentences what is wrong and what to do; nothing was harmed."""


# What may go wrong without being our mistake: it is said in a line, not as a page of code.
FAULTS = (Problem, OSError, DatabaseError, sqlite3.Error, psycopg.Error)
