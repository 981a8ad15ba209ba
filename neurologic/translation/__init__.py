"""Translators that turn sentences into formulas: by a language model, or formulas as they are."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from neurologic.translation.formulas import Formulas

if TYPE_CHECKING:
    from neurologic.translation.compositional import Compositional
    from neurologic.translation.compositions import Candidate, Composed, Composition, StepFormula
    from neurologic.translation.declaring import preparation_json, read_preparation
    from neurologic.translation.direct import Direct
    from neurologic.translation.drafting import DraftAndPrune
    from neurologic.translation.grammar import gbnf_grammar, lark_grammar
    from neurologic.translation.judging import Judge, ModelJudge, Opinion, Situation
    from neurologic.translation.preparing import Preparation, prepare
    from neurologic.translation.programs import Drafted, Program
    from neurologic.translation.prompting import Example, Prompt, Variant
    from neurologic.translation.sampling import Sampled, Sampler, Saved
    from neurologic.translation.selection import Judgement, Selection, Verify, select

_HOMES = {
    "compositional": ("Compositional",),
    "compositions": ("Candidate", "Composed", "Composition", "StepFormula"),
    "declaring": ("preparation_json", "read_preparation"),
    "direct": ("Direct",),
    "drafting": ("DraftAndPrune",),
    "grammar": ("gbnf_grammar", "lark_grammar"),
    "judging": ("Judge", "ModelJudge", "Opinion", "Situation"),
    "preparing": ("Preparation", "prepare"),
    "programs": ("Drafted", "Program"),
    "prompting": ("Example", "Prompt", "Variant"),
    "sampling": ("Sampled", "Sampler", "Saved"),
    "selection": ("Judgement", "Selection", "Verify", "select"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Candidate",
    "Composed",
    "Composition",
    "Compositional",
    "Direct",
    "DraftAndPrune",
    "Drafted",
    "Example",
    "Formulas",
    "Judge",
    "Judgement",
    "ModelJudge",
    "Opinion",
    "Preparation",
    "Program",
    "Prompt",
    "Sampled",
    "Sampler",
    "Saved",
    "Selection",
    "Situation",
    "StepFormula",
    "Variant",
    "Verify",
    "gbnf_grammar",
    "lark_grammar",
    "preparation_json",
    "prepare",
    "read_preparation",
    "select",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
