"""Saved views: keeping a filter of the wall under a name, sharing it, opening the wall with it."""
