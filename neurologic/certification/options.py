"""Certificates for the options of a multiple-choice question, one for each thing that is claimed."""

from __future__ import annotations

from neurologic.certification.building import Uncertified, certify
from neurologic.certification.certificate import Certificate
from neurologic.certification.search import DEFAULT_BUDGET
from neurologic.choice.choosing import Asked
from neurologic.formula import Not
from neurologic.problem import ChoiceProblem


def certify_options(
    problem: ChoiceProblem, *, budget: int = DEFAULT_BUDGET
) -> dict[str, tuple[Certificate | Uncertified, ...]]:
    r"""What the constraints say of each option, certified, or why it is not.

    Args:
        problem: the question.
        budget: steps that each finder may take on each side.

    Returns:
        By label, a certificate of the verdict on the option's formula: ENTAILED, it must be true;
        REFUTED, it cannot be true; UNDETERMINED, it could be either. A `list` has one for each
        alternative and one for their disjunction, `minimum` and `maximum` one for the value and one
        that nothing is beyond it, `same effect` one for the equivalence.

    Raises:
        TypeError, SemanticsError, SignatureError: as `choose`.
        ProverError: the SAT solver is missing.

    >>> from neurologic.parsing import read_choice
    >>> problem = read_choice("P(a) -> Q(a)\n? must be true, if P(a)\n(A) Q(a)\n(B) P(b)")
    >>> {label: str(one.verdict) for label, (one,) in certify_options(problem).items()}
    {'A': 'ENTAILED', 'B': 'UNDETERMINED'}
    """
    asked = Asked.of(problem)
    found: dict[str, tuple[Certificate | Uncertified, ...]] = {}
    for option, claims in zip(problem.options, asked.claims, strict=True):
        goals = [c.goal.body if c.denies and isinstance(c.goal, Not) else c.goal for c in claims]
        found[option.label] = tuple(
            certify(asked.premises, goal, signature=problem.signature, budget=budget)
            for goal in goals
        )
    return found
