"""Problems, and what is known of a text once it is read: semantics, readings, translations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, get_args

from neurologic.errors import NeurologicError, SemanticsError, Span
from neurologic.formula import Formula, Term
from neurologic.signature import Signature


@dataclass(frozen=True, slots=True)
class Semantics:
    """What a verdict means; printed with every verdict and the same in every engine.

    Args:
        negation: `classical`, or `explicit`: ¬A is an atom of its own, as in ProofWriter.
        unique_names: different constants denote different elements.
        closed_domain: every element of an open sort is named by a constant of the problem.
        existential_import: a premise ∀x (A → B) also says that there is an A.
        arithmetic: `interpreted`, or `uninterpreted`: <, + and their like are mere symbols,
            numerals are distinct constants whose order is known.
        convention: `neurologic`, or `linc`: inconsistent premises answer True (LINC, EMNLP 2023).

    Raises:
        SemanticsError: an option has none of its values.

    >>> Semantics(negation="Explicit")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    SemanticsError: negation is 'Explicit', expected one of 'classical', 'explicit'
    """

    negation: Literal["classical", "explicit"] = "classical"
    unique_names: bool = False
    closed_domain: bool = False
    existential_import: bool = False
    arithmetic: Literal["interpreted", "uninterpreted"] = "interpreted"
    convention: Literal["neurologic", "linc"] = "neurologic"

    def __post_init__(self) -> None:
        for option, choices in _CHOICES.items():
            value = getattr(self, option)
            if not any(value is choice or _same_text(value, choice) for choice in choices):
                raise SemanticsError(
                    f"{option} is {value!r:.80}, expected one of {', '.join(map(repr, choices))}",
                    expected=tuple(map(str, choices)),
                )

    def __str__(self) -> str:
        parts = [
            f"{self.negation} negation",
            "unique names" if self.unique_names else "names may coincide",
            "closed domain" if self.closed_domain else "open domain",
            "existential import" if self.existential_import else "no existential import",
            f"{self.arithmetic} arithmetic",
        ]
        if self.convention != "neurologic":
            parts.append(f"{self.convention} convention")
        return ", ".join(parts)


_CHOICES: dict[str, tuple[object, ...]] = {
    "negation": ("classical", "explicit"),
    "unique_names": (False, True),
    "closed_domain": (False, True),
    "existential_import": (False, True),
    "arithmetic": ("interpreted", "uninterpreted"),
    "convention": ("neurologic", "linc"),
}


def _same_text(value: object, choice: object) -> bool:
    return isinstance(value, str) and value == choice


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader should know about a reading, and the characters it is about."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: its formula, what it costs, what was mended, what to know.

    `cost` is 0 for a formula that was written as such; for English it grows with the guesses made.
    """

    formula: Formula
    text: str = ""
    cost: float = 0.0
    repairs: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Premises and a goal in the language of logic."""

    premises: tuple[Formula, ...]
    goal: Formula
    signature: Signature = Signature()


Kind: TypeAlias = Literal[
    "must be true",
    "could be true",
    "cannot be true",
    "could be false",
    "list",
    "same effect",
    "how many",
    "minimum",
    "maximum",
]
"""What a multiple-choice question asks of its options; `ChoiceProblem` says what each means."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from.

    Args:
        label: what it is called, such as `A`.
        formulas: its one formula. For `list`, the alternatives of the list. For `how many`,
            `minimum` and `maximum`, an equation between the counted term and its value.
    """

    label: str
    formulas: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class ChoiceProblem:
    """Constraints, a question about what they allow, and options, one of which should fit.

    An option fits the question by its kind, over all structures in which constraints and
    conditions hold: `must be true`, it holds in all; `could be true`, in some; `cannot be true`, in
    none; `could be false`, not in all. `list`: each alternative holds in some, and in all at least
    one of them. `how many`: the term has that value in all. `minimum`, `maximum`: it has that value
    in some and a smaller, a greater one in none. `same effect`: put in the place of the constraint
    that is the subject, the option leaves the same structures.

    Args:
        signature: declared sorts and symbols; the rest is inferred.
        constraints: what holds.
        kind: what is asked.
        options: the answers, with different labels.
        conditions: the if-clause of the question; it holds for this question alone.
        exception: EXCEPT: asked for is the one option that does not fit.
        subject: the constraint to replace for `same effect`; the term for `how many`, `minimum` and
            `maximum`; None for the other kinds.
    """

    signature: Signature
    constraints: tuple[Formula, ...]
    kind: Kind
    options: tuple[Option, ...]
    conditions: tuple[Formula, ...] = ()
    exception: bool = False
    subject: Formula | Term | None = None


@dataclass(frozen=True, slots=True)
class TextProblem:
    """Premises and a conclusion as sentences, with the declarations that came with them.

    `sources` says where each sentence stands (premises in order, then the conclusion).
    """

    premises: tuple[str, ...]
    conclusion: str
    signature: Signature = Signature()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the words of a problem became: predicates with arity and an English gloss, constants."""

    predicates: tuple[tuple[str, int, str], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TextQuestion:
    """A multiple-choice question as it stands in print.

    Args:
        text: what the question is about.
        question: the question, with its if-clause where it has one.
        options: each answer with its label, such as `("A", "Ann waits.")`.
    """

    text: str
    question: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PreparedProblem:
    """A multiple-choice question in sentences, with the declarations that their formulas use.

    Args:
        signature: the declared sorts and symbols.
        constraints: sentences that hold.
        queries: each option's label and its sentences: one, or the alternatives of a `list`.
        kind: what is asked, as in `ChoiceProblem`.
        conditions: the sentences of the question's if-clause.
        exception: EXCEPT: asked for is the one option that does not fit.
        subject: for `same effect`, the sentence to replace, one of the constraints; for `how many`,
            `minimum` and `maximum`, what is counted or measured, in words.
        theory: what holds by the declarations alone, such as the range of a number.
        lexicon: what the symbols mean.

    Raises:
        SemanticsError: there is no such kind of question, no option, an option without a sentence
            or two with one label.

    >>> prepared = PreparedProblem(
    ...     Signature(), ("Ann waits.",), (("A", ("Bo waits.",)),), "could be true")
    >>> prepared.sentences
    ('Ann waits.', 'Bo waits.')
    """

    signature: Signature
    constraints: tuple[str, ...]
    queries: tuple[tuple[str, tuple[str, ...]], ...]
    kind: Kind
    conditions: tuple[str, ...] = ()
    exception: bool = False
    subject: str = ""
    theory: tuple[Formula, ...] = ()
    lexicon: Lexicon = Lexicon()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SemanticsError(
                f"the kind of question is {self.kind!r:.80}, expected one of "
                + ", ".join(map(repr, KINDS)),
                expected=KINDS,
            )
        if not self.queries:
            raise SemanticsError("the question has no options")
        labels = [label for label, _ in self.queries]
        if len(set(labels)) != len(labels):
            raise SemanticsError(f"two options have one label: {', '.join(labels)}")
        for label, sentences in self.queries:
            if not sentences:
                raise SemanticsError(f"option {label} has no sentence")

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences to translate: constraints, conditions, and those of the options."""
        asked = (sentence for _, sentences in self.queries for sentence in sentences)
        return (*self.constraints, *self.conditions, *asked)


@dataclass(frozen=True, slots=True)
class Translation:
    """Each sentence's readings, best first, or the error that stopped it.

    `sentences` holds the premises in order and then the conclusion. A compositional translation
    also has `compositions`: how each sentence's formula was built and chosen.
    """

    problem: TextProblem
    sentences: tuple[tuple[Reading, ...] | NeurologicError, ...]
    lexicon: Lexicon = Lexicon()
    warnings: tuple[str, ...] = ()
    compositions: tuple[Any, ...] = ()


class Translator(Protocol):
    """Anything that turns the sentences of a problem into readings."""

    def translate(self, problem: TextProblem) -> Translation:
        """The readings of each premise and of the conclusion."""
        ...
