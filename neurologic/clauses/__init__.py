"""Normal forms: negation normal, prenex, Skolem and clausal form, and unification.

`normal_forms` holds the forms that are formulas, `clausal` the way to clauses, `values` the clauses
and the way back to the sentences, `unification` most general unifiers of sorted terms.
"""

from __future__ import annotations

from neurologic.clauses.clausal import clausal_form
from neurologic.clauses.normal_forms import negation_normal_form, prenex_form, skolem_form
from neurologic.clauses.unification import unify
from neurologic.clauses.values import Choice, ClausalForm, Clause, Definition, Skolem

__all__ = [
    "Choice",
    "ClausalForm",
    "Clause",
    "Definition",
    "Skolem",
    "clausal_form",
    "negation_normal_form",
    "prenex_form",
    "skolem_form",
    "unify",
]
