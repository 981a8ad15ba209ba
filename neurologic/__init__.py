"""English in, a verdict with evidence out: neurosymbolic logical reasoning.

`reason` takes sentences, `decide` takes formulas; `parse` and `read` turn text into formulas and
`render` prints them. Names are loaded on first use: importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from neurologic.binding import free_variables, substitute, universal_closure
    from neurologic.certification import Certificate, Uncertified, certify
    from neurologic.choice import choose, solve
    from neurologic.dependency import DependencyStructure, read_structure
    from neurologic.english import English
    from neurologic.entailment import Decision, Verdict, consistent, decide, entails, equivalent
    from neurologic.equivalence import classes, compare
    from neurologic.errors import (
        BudgetExceeded,
        EngineDisagreement,
        LLMError,
        LLMMalformed,
        LLMTimeout,
        LLMUnavailable,
        LLMUsageError,
        NeurologicError,
        ParseError,
        ProverError,
        Rejected,
        SemanticsError,
        SignatureError,
        StructureError,
        TranslationError,
    )
    from neurologic.formula import (
        And,
        Arithmetic,
        Atom,
        Compare,
        Constant,
        Count,
        Distinct,
        Equals,
        Exists,
        Expression,
        Falsum,
        ForAll,
        Formula,
        Function,
        Iff,
        Implies,
        Not,
        Numeral,
        Or,
        Sort,
        Term,
        Variable,
        Verum,
        Xor,
    )
    from neurologic.notation import from_nltk, render, to_nltk
    from neurologic.parsing import parse, read, read_choice, read_constraints, read_problem
    from neurologic.problem import (
        ChoiceProblem,
        Option,
        Problem,
        Reading,
        Semantics,
        TextProblem,
        Translation,
        Translator,
    )
    from neurologic.provers import Countermodel, Proved, Prover, Unknown
    from neurologic.reasoning import Answer, reason
    from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration
    from neurologic.structure import Structure, satisfies
    from neurologic.translation import Direct, Formulas

_HOMES = {
    "binding": ("free_variables", "substitute", "universal_closure"),
    "certification": ("Certificate", "Uncertified", "certify"),
    "choice": ("choose", "solve"),
    "dependency": ("DependencyStructure", "read_structure"),
    "english": ("English",),
    "entailment": ("Decision", "Verdict", "consistent", "decide", "entails", "equivalent"),
    "equivalence": ("classes", "compare"),
    "errors": (
        "BudgetExceeded", "EngineDisagreement", "LLMError", "LLMMalformed", "LLMTimeout",
        "LLMUnavailable", "LLMUsageError", "NeurologicError", "ParseError", "ProverError",
        "Rejected", "SemanticsError", "SignatureError", "StructureError",
        "TranslationError",
    ),
    "formula": (
        "And", "Arithmetic", "Atom", "Compare", "Constant", "Count", "Distinct", "Equals", "Exists",
        "Expression", "Falsum", "ForAll", "Formula", "Function", "Iff", "Implies", "Not", "Numeral",
        "Or", "Sort", "Term", "Variable", "Verum", "Xor",
    ),
    "notation": ("from_nltk", "render", "to_nltk"),
    "parsing": ("parse", "read", "read_choice", "read_constraints", "read_problem"),
    "problem": (
        "ChoiceProblem", "Option", "Problem", "Reading", "Semantics", "TextProblem",
        "Translation", "Translator",
    ),
    "provers": ("Countermodel", "Proved", "Prover", "Unknown"),
    "reasoning": ("Answer", "reason"),
    "signature": ("Signature", "SortDeclaration", "SymbolDeclaration"),
    "structure": ("Structure", "satisfies"),
    "translation": ("Direct", "Formulas"),
}  # fmt: skip
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "And",
    "Answer",
    "Arithmetic",
    "Atom",
    "BudgetExceeded",
    "Certificate",
    "ChoiceProblem",
    "Compare",
    "Constant",
    "Count",
    "Countermodel",
    "Decision",
    "DependencyStructure",
    "Direct",
    "Distinct",
    "EngineDisagreement",
    "English",
    "Equals",
    "Exists",
    "Expression",
    "Falsum",
    "ForAll",
    "Formula",
    "Formulas",
    "Function",
    "Iff",
    "Implies",
    "LLMError",
    "LLMMalformed",
    "LLMTimeout",
    "LLMUnavailable",
    "LLMUsageError",
    "NeurologicError",
    "Not",
    "Numeral",
    "Option",
    "Or",
    "ParseError",
    "Problem",
    "Proved",
    "Prover",
    "ProverError",
    "Reading",
    "Rejected",
    "Semantics",
    "SemanticsError",
    "Signature",
    "SignatureError",
    "Sort",
    "SortDeclaration",
    "Structure",
    "StructureError",
    "SymbolDeclaration",
    "Term",
    "TextProblem",
    "Translation",
    "TranslationError",
    "Translator",
    "Uncertified",
    "Unknown",
    "Variable",
    "Verdict",
    "Verum",
    "Xor",
    "__version__",
    "certify",
    "choose",
    "classes",
    "compare",
    "consistent",
    "decide",
    "entails",
    "equivalent",
    "free_variables",
    "from_nltk",
    "parse",
    "read",
    "read_choice",
    "read_constraints",
    "read_problem",
    "read_structure",
    "reason",
    "render",
    "satisfies",
    "solve",
    "substitute",
    "to_nltk",
    "universal_closure",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
