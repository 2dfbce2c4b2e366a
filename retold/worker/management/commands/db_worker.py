"""`manage.py db_worker`: does the tasks that wait in the database, as django-tasks-db has it."""

from django_tasks_db.management.commands.db_worker import Command as Worker

from retold.commands import TablesCommand


class Command(TablesCommand, Worker):
    """It says in a sentence that its table is not there yet."""
