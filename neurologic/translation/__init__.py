"""Translators that turn sentences into formulas: by a language model, or formulas as they are."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from neurologic.translation.formulas import Formulas

if TYPE_CHECKING:
    from neurologic.translation.direct import Direct
    from neurologic.translation.grammar import gbnf_grammar, lark_grammar
    from neurologic.translation.prompting import Example, Prompt, Variant
    from neurologic.translation.sampling import Sampled, Sampler, Saved

_HOMES = {
    "direct": ("Direct",),
    "grammar": ("gbnf_grammar", "lark_grammar"),
    "prompting": ("Example", "Prompt", "Variant"),
    "sampling": ("Sampled", "Sampler", "Saved"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Direct",
    "Example",
    "Formulas",
    "Prompt",
    "Sampled",
    "Sampler",
    "Saved",
    "Variant",
    "gbnf_grammar",
    "lark_grammar",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
