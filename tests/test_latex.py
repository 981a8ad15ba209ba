"""LaTeX: formulas as mathematics, names that are only ever names."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import Atom, Constant, ForAll, Formula, Implies, Not, Variable, parse, render
from neurologic.notation import to_latex
from tests.strategies import formulas


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("all x. (Man(x) -> Mortal(x))",
         r"\forall x\, (\mathit{Man}(x) \rightarrow \mathit{Mortal}(x))"),
        ("-(P & Q | R)", r"\neg (P \land Q \lor R)"),
        ("P xor Q <-> R", r"P \oplus Q \leftrightarrow R"),
        ("exists d: day. d <= mon", r"\exists d{:}\mathit{day}\  (d \leq \mathit{mon})"),
        ("a != b", r"a \neq b"),
        ("2 * size(a) >= -1.5", r"2 \cdot \mathit{size}(a) \geq -1.5"),
        ("True & False", r"\top \land \bot"),
        ("lg-34 = c++", r"\textit{lg{-}34} = \textit{c++}"),
        ("Count(x, P(x)) = 2", r"\mathrm{Count}(x, P(x)) = 2"),
        ("Distinct(x: day, f(x))", r"\mathrm{Distinct}(x{:}\mathit{day}, f(x))"),
    ],
)  # fmt: skip
def test_a_formula_is_written_as_mathematics(text: str, written: str) -> None:
    assert render(parse(text), "latex") == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("\\input{x}", r"\textit{\textbackslash{}input\{x\}}"),
        ("50%_of $x & #1^~", r"\textit{50\%\_of\ \$x\ \&\ \#1\textasciicircum{}\textasciitilde{}}"),
        ("a\nb", r"\textit{a\textbackslash{}u\{a\}b}"),
        ("<|>", r"\textit{\textless{}\textbar{}\textgreater{}}"),
        ("", r"\textit{}"),
        ("é", r"\textit{é}"),
    ],
)
def test_what_means_something_to_latex_is_escaped(name: str, written: str) -> None:
    assert render(Atom(name), "latex") == written


_COMMANDS = {
    "land", "lor", "oplus", "rightarrow", "leftrightarrow", "neg", "forall", "exists", "leq", "geq",
    "neq", "cdot", "top", "bot", "mathit", "mathrm", "textit", "textbackslash", "textasciitilde",
    "textasciicircum", "textless", "textgreater", "textbar",
}  # fmt: skip


def commands(text: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", text))


@given(st.text())
def test_a_name_brings_no_command_of_its_own(name: str) -> None:
    text = render(Atom(name, (Constant(name),)), "latex")
    assert commands(text) <= _COMMANDS
    bare = re.sub(r"\\[A-Za-z]+(\{\})?|\\[#$%&_{} ]", "", text)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"[\\#$%&_^~\n\x00]", bare)


@given(formulas())
def test_every_formula_has_a_form(formula: Any) -> None:
    assert commands(render(formula, "latex")) <= _COMMANDS


@given(st.text(), st.text())
def test_different_names_look_different(one: str, other: str) -> None:
    texts = {render(Atom(name), "latex") for name in (one, other)}
    assert len(texts) == len({one, other})


def test_a_problem_is_one_display() -> None:
    text = to_latex([parse("P(a)"), parse("P(a) -> Q")], parse("Q"))
    assert text.splitlines() == [
        r"\[",
        r"\begin{array}{rl}",
        r"1 & P(a) \\",
        r"2 & P(a) \rightarrow Q \\",
        r"\hline",
        r"\vdash & Q",
        r"\end{array}",
        r"\]",
    ]


def test_a_deep_formula_is_written() -> None:
    formula: Formula = Atom("P", (Variable("x"),))
    for _ in range(10_000):
        formula = ForAll(Variable("x"), Not(Implies(formula, Atom("q"))))
    assert render(formula, "latex").count("forall") == 10_000
