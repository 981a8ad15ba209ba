"""Translators that turn sentences into formulas: here, sentences that are formulas already."""

from neurologic.translation.formulas import Formulas

__all__ = ["Formulas"]
