"""Django's SQLite, where the threads of a process wait for each other before they write."""
