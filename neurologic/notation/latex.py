"""LaTeX: a whole problem as a displayed array; a single formula is `render(formula, "latex")`.

Nothing but LaTeX itself is needed, no package. Every name is escaped: none can be a command.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurologic.formula import Formula
from neurologic.notation import render


def to_latex(premises: Sequence[Formula], goal: Formula) -> str:
    r"""The problem as one display: numbered premises, a line, the conclusion.

    Args:
        premises: formulas.
        goal: the conclusion.

    Raises:
        NeurologicError: for a number without a finite decimal form.

    >>> from neurologic.formula import Atom, Constant
    >>> print(to_latex([Atom("P", (Constant("ann_b"),))], Atom("Q")), end="")
    \[
    \begin{array}{rl}
    1 & P(\textit{ann\_b}) \\
    \hline
    \vdash & Q
    \end{array}
    \]
    """
    rows = [f"{i + 1} & {render(premise, 'latex')} \\\\" for i, premise in enumerate(premises)]
    rows += ["\\hline", f"\\vdash & {render(goal, 'latex')}"]
    return "\n".join(("\\[", "\\begin{array}{rl}", *rows, "\\end{array}", "\\]", ""))
