"""Django's PostgreSQL: connections are tried only after a rest, and keep plans of questions."""
