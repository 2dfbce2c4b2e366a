"""Feeds: any filter of the wall as Atom and JSON Feed, at a private address of each account."""
