"""Controlled English: sentences become first-order formulas by rules, without any word list.

>>> from neurologic.problem import TextProblem
>>> problem = TextProblem(("Red, cold things are round.",), "Anne is not round.")
>>> [str(readings[0].formula) for readings in English().translate(problem).sentences]
['∀x (Red(x) ∧ Cold(x) → Round(x))', '¬Round(anne)']
"""

from neurologic.english.tokens import sentence_spans, sentences
from neurologic.english.translator import English

__all__ = ["English", "sentence_spans", "sentences"]
