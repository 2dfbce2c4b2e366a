"""The staff directory as a file: read it, plan what it would change, write exactly that.

`read` turns bytes into rows and problems, `plan` compares them with the directory and writes
nothing, `carry_out` writes a plan without problems, all of it or nothing. The command
`import_staff` and the page in the admin both stand on these three.
"""

from .plan import Plan, plan
from .rows import Problem, read_people, read_teams
from .tables import TooManyRows, UnreadableFile
from .write import carry_out, hold_still

__all__ = [
    "Plan",
    "Problem",
    "TooManyRows",
    "UnreadableFile",
    "carry_out",
    "hold_still",
    "plan",
    "read_people",
    "read_teams",
]
