"""Controlled English: sentences become first-order formulas by rules, without any word list.

>>> from neurologic.problem import TextProblem
>>> problem = TextProblem(("Old, dry things are brittle.",), "Anne is not brittle.")
>>> [str(readings[0].formula) for readings in English().translate(problem).sentences]
['∀x (Old(x) ∧ Dry(x) → Brittle(x))', '¬Brittle(anne)']
"""

from neurologic.english.tokens import sentence_spans, sentences
from neurologic.english.translator import English

__all__ = ["English", "sentence_spans", "sentences"]
