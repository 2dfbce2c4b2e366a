"""Screens: one story at a time on a display, by a link that needs no account."""
