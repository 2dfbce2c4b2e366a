"""What is said when a backup cannot be made, or is not fit to be restored."""


class Problem(Exception):
    """Says in plain sentences what is wrong and what to do; nothing was harmed."""
