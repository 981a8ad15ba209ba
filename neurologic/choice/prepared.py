"""A prepared question becomes a choice problem once each of its sentences has a formula."""

from __future__ import annotations

from collections.abc import Sequence

from neurologic.choice.claims import is_fixed, mentions, renamed
from neurologic.errors import SemanticsError
from neurologic.formula import Constant, Equals, Formula, Term
from neurologic.problem import ChoiceProblem, Option, PreparedProblem
from neurologic.question import formula_of


def choice_problem(prepared: PreparedProblem, formulas: Sequence[Formula | None]) -> ChoiceProblem:
    r"""What a prepared question asks, its sentences being these formulas.

    Args:
        prepared: the question.
        formulas: one for each of `prepared.sentences`, in their order; None for a sentence that has
            none, as in `Composed.formulas`.

    Raises:
        TypeError: the parts are not what is said above.
        SemanticsError: a sentence has no formula; there are more or fewer formulas than sentences;
            the constraint to replace is none of the constraints; or the options of a question for a
            minimum or maximum are no equations that have one term in common.

    >>> from neurologic.choice import choose
    >>> from neurologic.parsing import parse, read_constraints
    >>> signature, _ = read_constraints("sort day = {mon < tue < wed}\nconst audit, tour: day")
    >>> prepared = PreparedProblem(
    ...     signature, ("The audit is before the tour.",),
    ...     (("A", ("The tour is on Tuesday.",)), ("B", ("The tour is on Wednesday.",))),
    ...     "must be true", ("The audit isn't on Monday.",))
    >>> texts = "audit < tour", "audit != mon", "tour = tue", "tour = wed"
    >>> print(choose(choice_problem(prepared, [parse(text) for text in texts])))
    B
      A  no   it could be false
      B  yes  it must be true
    """
    if not isinstance(prepared, PreparedProblem):
        raise TypeError(f"expected a PreparedProblem, got {prepared!r:.80}")
    formulas = tuple(formulas)
    if len(formulas) != len(prepared.sentences):
        raise SemanticsError(
            f"expected {len(prepared.sentences)} formulas, one for each sentence of constraints, "
            f"conditions and options, got {len(formulas)}"
        )
    found = [
        _formula(formula, sentence, f"sentence {at}")
        for at, (sentence, formula) in enumerate(zip(prepared.sentences, formulas, strict=True), 1)
    ]
    held = len(prepared.constraints)
    constraints = tuple(found[:held])
    start = held + len(prepared.conditions)
    options = []
    for label, sentences in prepared.queries:
        options.append(Option(label, tuple(found[start : start + len(sentences)])))
        start += len(sentences)
    subject: Formula | Term | None = None
    match prepared.kind:
        case "same effect":
            place = constraint_named(prepared.subject, prepared.constraints)
            if place is None:
                raise _unnamed(prepared)
            subject = constraints[place]
        case "how many" | "minimum" | "maximum":
            subject, options = _valued(prepared, options)
    return ChoiceProblem(
        prepared.signature,
        (*prepared.theory, *constraints),
        prepared.kind,
        tuple(options),
        tuple(found[held : held + len(prepared.conditions)]),
        prepared.exception,
        subject,
    )


def _formula(formula: Formula | None, sentence: str, place: str) -> Formula:
    if formula is None:
        span = (0, max(len(sentence), 1))
        raise SemanticsError("the sentence has no formula", text=sentence, span=span, source=place)
    return formula_of(formula, place)


def constraint_named(text: str, constraints: Sequence[str]) -> int | None:
    """The place of the constraint that a text repeats, case and end marks aside.

    >>> constraint_named("ann waits", ["Bo waits.", "Ann waits."])
    1
    """
    wanted = _plain(text)
    return next((at for at, held in enumerate(constraints) if _plain(held) == wanted), None)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;:!?").casefold()


def _unnamed(prepared: PreparedProblem) -> SemanticsError:
    text = prepared.subject
    return SemanticsError(
        "the sentence to replace is none of the constraints",
        text=text,
        span=(0, max(len(text), 1)),
        expected=prepared.constraints,
        hint="the subject repeats one of the constraints",
    )


def _valued(
    prepared: PreparedProblem, options: Sequence[Option]
) -> tuple[Term | None, list[Option]]:
    """The term that all options give a value, and the options as equations of it."""
    sides: list[list[tuple[Term, Term]]] = []
    for option in options:
        match option.formulas:
            case [Equals(left, right)]:
                sides.append([(renamed(left), right), (renamed(right), left)])
            case _:
                sides.append([])
    told = [
        {
            term: value
            for term, value in pairs
            if not is_fixed(term, prepared.signature) and not mentions(value, term)
        }
        for pairs in sides
    ]
    shared = [term for term in told[0] if all(term in values for values in told)]
    shared.sort(key=lambda term: isinstance(term, Constant))  # rather what has arguments
    if shared:
        term = shared[0]
        values = [values[term] for values in told]
        equations = [Equals(term, value) for value in values]
        named = zip(options, equations, strict=True)
        return term, [Option(option.label, (equation,)) for option, equation in named]
    if prepared.kind == "how many":  # nothing but the option's truth is asked for
        return None, list(options)
    at = next((at for at, values in enumerate(told) if not values), 0)
    text = "; ".join(map(str, options[at].formulas))
    raise SemanticsError(
        f"the options do not say of one term what its {prepared.kind} is",
        text=text,
        span=(0, max(len(text), 1)),
        source=f"option {options[at].label}",
        hint="each is an equation between that term and its value",
    )
