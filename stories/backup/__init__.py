"""Backups: one archive of database and photos, proven before anything is put in its place."""
