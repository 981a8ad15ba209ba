"""Multiple-choice questions and grids: what constraints force, allow and forbid, option by option.

Every option is tested, over all structures in which the constraints hold, so that two options that
fit, or none, come to light. Constraints that contradict each other answer nothing. `solve` finds a
structure of constraints and either proves that there is no other or shows one.
"""

from neurologic.choice.choosing import Choice, Judged, choose
from neurologic.choice.claims import Claim, claims_of
from neurologic.choice.grids import Solution, solve
from neurologic.choice.prepared import choice_problem, constraint_named

__all__ = [
    "Choice",
    "Claim",
    "Judged",
    "Solution",
    "choice_problem",
    "choose",
    "claims_of",
    "constraint_named",
    "solve",
]
