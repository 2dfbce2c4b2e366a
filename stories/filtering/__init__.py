"""Which stories are meant: filters and search as an address says them.

For the wall, and for all that leaves it: feeds, screens, paper.
"""
