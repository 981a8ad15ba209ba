"""What an option has to be to fit a question: entailed by the constraints, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurologic.binding import substitute, universal_closure
from neurologic.errors import SemanticsError
from neurologic.formula import (
    FORMULAS,
    TERMS,
    Atom,
    Compare,
    Constant,
    Count,
    Equals,
    Formula,
    Function,
    Iff,
    Not,
    Term,
    Variable,
    conjunction,
    disjunction,
    walk,
)
from neurologic.problem import KINDS, ChoiceProblem, Option
from neurologic.question import formula_of
from neurologic.signature import Signature


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that an option has to be: that the premises entail a goal, or that they do not.

    Args:
        goal: the goal.
        entailed: whether it has to be entailed.
        met: what to say if it is as it has to be.
        missed: what to say if it is not.
        denies: whether the goal is the denial of what the option says.
    """

    goal: Formula
    entailed: bool
    met: str
    missed: str
    denies: bool = False


def claims_of(problem: ChoiceProblem, option: Option) -> tuple[Claim, ...]:
    """What an option has to be to fit the kind of the question, EXCEPT left aside.

    Raises:
        TypeError: its formulas are none.
        SemanticsError: they are not of the form that the kind asks for.

    >>> from neurologic.parsing import parse
    >>> from neurologic.signature import Signature
    >>> option = Option("A", (parse("P(a)"),))
    >>> problem = ChoiceProblem(Signature(), (), "cannot be true", (option,))
    >>> [(str(claim.goal), claim.entailed) for claim in claims_of(problem, option)]
    [('¬P(a)', True)]
    """
    formulas = [universal_closure(formula_of(f, f"option {option.label}")) for f in option.formulas]
    if not formulas:
        raise SemanticsError(f"option {option.label} has no formula")
    one = conjunction(formulas)
    match problem.kind:
        case "must be true" | "how many":
            return (Claim(one, True, "it must be true", "it could be false"),)
        case "could be true":
            return (Claim(Not(one), False, "it could be true", "it cannot be true", True),)
        case "cannot be true":
            return (Claim(Not(one), True, "it cannot be true", "it could be true", True),)
        case "could be false":
            return (Claim(one, False, "it could be false", "it must be true"),)
        case "list":
            each = [Claim(Not(f), False, "", f"{f} cannot be true", True) for f in formulas]
            whole = "each could be true, and there is nothing else"
            return (*each, Claim(disjunction(formulas), True, whole, "it is not complete"))
        case "same effect":
            same = Iff(universal_closure(replaced(problem)), one)
            return (Claim(same, True, "it has the same effect", "it has another effect"),)
        case "minimum" | "maximum":
            return _extreme(problem, option, formulas)
    raise SemanticsError(
        f"the kind of question is {problem.kind!r:.80}, expected one of "
        + ", ".join(map(repr, KINDS)),
        expected=KINDS,
    )


def _extreme(
    problem: ChoiceProblem, option: Option, formulas: Sequence[Formula]
) -> tuple[Claim, ...]:
    """That the term has the value, and none on the other side of it."""
    subject = problem.subject
    value: Term | None = None
    match formulas:
        case [Equals(left, right)] if left == subject:
            value = right
        case [Equals(left, right)] if right == subject:
            value = left
    if (
        value is None
        or subject is None
        or isinstance(subject, FORMULAS)
        or is_fixed(subject, problem.signature)
        or mentions(value, subject)
    ):
        text = str(formulas[0])
        raise SemanticsError(
            f"option {option.label} does not say what the {problem.kind} is",
            text=text,
            span=(0, len(text)),
            hint="the subject is a term, and an option an equation between it and its value",
        )
    least = problem.kind == "minimum"
    beyond = Compare("<" if least else ">", subject, value)  # false where the term has no value
    attained = Claim(Not(formulas[0]), False, "", f"{value} is not possible", True)
    side = "less" if least else "more"
    told = f"{value} is possible and nothing {side}", f"{side} than {value} is possible"
    return attained, Claim(Not(beyond), True, *told)


def is_fixed(term: Term, signature: Signature) -> bool:
    """Whether a term has the same value whatever holds: it is made of numerals and members alone.

    >>> from neurologic.parsing import parse
    >>> [is_fixed(parse(f"{term} = 0").left, Signature()) for term in ("2 + 1", "age(ann)")]
    [True, False]
    """
    members = {name for sort in signature.sorts for name in sort.members or ()}
    return not any(
        isinstance(node, Function | Atom)
        or (isinstance(node, Constant) and node.name not in members)
        for node in walk(term)
    )


def mentions(term: Term, part: Term) -> bool:
    """Whether a term is another one or has it as a part, names of bound variables aside."""
    wanted = renamed(part)
    return any(renamed(node) == wanted for node in walk(term) if isinstance(node, TERMS))


def renamed(term: Term) -> Term:
    """The term, a count with variables of names that do not depend on how it was written."""
    if isinstance(term, FORMULAS) or not isinstance(term, Count):
        return term
    names = {
        variable.name: Variable(f"x{at}", variable.sort)
        for at, variable in enumerate(term.variables, 1)
    }
    return Count(tuple(names.values()), substitute(term.body, names))


def replaced(problem: ChoiceProblem) -> Formula:
    """The constraint that a question about the same effect replaces.

    Raises:
        SemanticsError: there is none.
    """
    if not isinstance(problem.subject, FORMULAS):
        raise SemanticsError("a question about the same effect names the constraint to replace")
    return problem.subject
