"""From instances of clauses back to Henkin lemmas over the sentences.

A ground Skolem term is the witness of one closed quantified sentence: it becomes a new constant. A
variable of a clause that stands for a bound variable of a sentence becomes an instance, once for
each quantifier on the way from the sentence to the clause.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from fractions import Fraction
from typing import Any

from neurologic.binding import free_variables, substitute
from neurologic.clauses import Choice, ClausalForm
from neurologic.clauses.normal_forms import FreshNames
from neurologic.clauses.unification import sort_of, takes
from neurologic.errors import ProverError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    Constant,
    Equals,
    Exists,
    Function,
    Numeral,
    Sort,
    Term,
    Variable,
    children,
    rebuild,
    trampoline,
)
from neurologic.lemmas import Equality, Instance, Lemma, Literal, Member, Witness
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC


class Lifting:
    """Collects lemmas, each witness before what mentions it.

    >>> from neurologic.clauses import clausal_form
    >>> from neurologic.formula import Atom
    >>> x = Variable("x")
    >>> form = clausal_form([Exists(x, Atom("P", (x,)))])
    >>> lifting = Lifting(form, Signature())
    >>> lifting.instance(0, {})
    >>> lifting.lemmas
    [Witness(quantified=Exists(Variable('x'), Atom('P', (Variable('x'),))), constant='c1')]
    """

    def __init__(self, form: ClausalForm, signature: Signature) -> None:
        self.form = form
        self.signature = signature
        self.skolems = {entry.declaration.name: entry for entry in form.skolems}
        taken = {symbol.name for symbol in form.signature(signature).symbols}
        taken |= {member for sort in signature.sorts for member in sort.members or ()}
        self.names = FreshNames(taken)
        self.witnesses: dict[tuple[Any, ...], Constant] = {}
        self.sorts: dict[str, Sort] = {}
        self.words = signature.vocabulary()
        self.known: set[Any] = set()
        self.lemmas: list[Lemma] = []
        self.fillers: dict[Sort, Term] = {}

    def instance(self, number: int, terms: Mapping[str, Term]) -> None:
        """Add what leads to the instance of a clause; the terms are ground, with Skolem functions."""
        clause = self.form.clauses[number]
        bindings = {name: self.ground(term) for name, term in terms.items()}
        for choice in clause.choices:
            if isinstance(choice.term, Variable) and choice.term.name not in bindings:
                bindings[choice.term.name] = self.filler(choice.term.sort or ENTITY)
        for choice in clause.choices:
            self.choose(choice, bindings)

    def choose(self, choice: Choice, bindings: Mapping[str, Term]) -> None:
        """Add the lemma of one choice, unless it is there already."""
        if choice.quantified is None or not isinstance(choice.term, Variable):
            self.value(choice, bindings)  # a witness comes with its value
            return
        sentence = self.sentence(choice, bindings)
        term = self.value(choice, bindings)
        key = ("instance", sentence, term)
        if key not in self.known:
            self.check_sort(choice.variable, term)
            self.known.add(key)
            self.lemmas.append(Instance(sentence, term))

    def check_sort(self, variable: Variable, term: Term) -> None:
        """Refuse a term that the variable cannot stand for: rational where integers are meant.

        Raises:
            ProverError: if the sorts do not fit.
        """
        sort = variable.sort or ENTITY
        fraction = isinstance(term, Numeral) and term.value.denominator != 1
        if not takes(sort, self.sort_of(term)) or (sort == INTEGER and fraction):
            raise ProverError(f"{term} is not of the sort {sort}")

    def sort_of(self, term: Term) -> Sort | None:
        """The sort of a closed term, witnesses included."""
        if isinstance(term, Constant) and term.name in self.sorts:
            return self.sorts[term.name]
        return sort_of(term, self.words)

    def sentence(self, choice: Choice, bindings: Mapping[str, Term]) -> Any:
        """The quantified subformula that the choice is about, closed."""
        values = {c.variable.name: self.value(c, bindings) for c in _relevant(choice)}
        return substitute(choice.quantified, values)

    def value(self, choice: Choice, bindings: Mapping[str, Term]) -> Term:
        """The ground term that the choice stands for."""
        term: Term = self.ground(choice.term, bindings)
        return term

    def filler(self, sort: Sort) -> Term:
        """Some ground term of the sort: a constant, a member, a number, or a new witness."""
        if sort not in self.fillers:
            self.fillers[sort] = self._filler(sort)
        return self.fillers[sort]

    def _filler(self, sort: Sort) -> Term:
        if sort in NUMERIC:
            return Numeral(Fraction(0))
        for symbol in self.signature.symbols:
            if symbol.result == sort and not symbol.arguments:
                return Constant(symbol.name)
        for declaration in self.signature.sorts:
            if declaration.sort == sort and declaration.members:
                return Constant(declaration.members[0])
        x = Variable("x", sort)
        constant = self.names.next("c")
        self.sorts[constant] = sort
        self.lemmas.append(Witness(Exists(x, Equals(x, x)), constant))
        return Constant(constant)

    def equality(self, literals: Iterable[Literal]) -> None:
        """Add a clause that is valid by congruence, less its literals that never hold."""
        ground = dict.fromkeys((sign, self.ground(atom)) for sign, atom in literals)
        clause = tuple(
            (sign, atom)
            for sign, atom in ground
            if sign or not isinstance(atom, Equals) or atom.left != atom.right
        )
        if any((not sign, atom) in ground for sign, atom in clause) or ("=", clause) in self.known:
            return
        self.known.add(("=", clause))
        self.lemmas.append(Equality(clause))

    def member(self, term: Term, literals: Iterable[Literal]) -> None:
        """Add that a term is one of the members of its sort."""
        term = self.ground(term)
        clause = tuple((sign, self.ground(atom)) for sign, atom in literals)
        if ("member", clause) not in self.known:
            self.known.add(("member", clause))
            self.lemmas.append(Member(term, clause))

    def ground(self, node: Any, bindings: Mapping[str, Term] = {}) -> Any:
        """The closed expression with witnesses for Skolem terms, values for variables of clauses."""
        return trampoline(self._ground(node, bindings))

    def _ground(self, node: Any, bindings: Mapping[str, Term]) -> Generator[Any, Any, Any]:
        if isinstance(node, Variable):
            found = bindings.get(node.name)
            return node if found is None else found
        args = []
        for child in children(node):
            args.append((yield self._ground(child, bindings)))
        if isinstance(node, Constant | Function) and node.name in self.skolems:
            key = (node.name, *args)
            if key not in self.witnesses:
                yield self._witness(key)
            return self.witnesses[key]
        return rebuild(node, args) if args else node

    def _witness(self, key: tuple[Any, ...]) -> Generator[Any, Any, None]:
        """Name the value of a Skolem function, after those that its sentence mentions."""
        name, *args = key
        skolem = self.skolems[name]
        bindings = {v.name: arg for v, arg in zip(skolem.parameters, args, strict=True)}
        values = {}
        for choice in _relevant(skolem.choice):
            values[choice.variable.name] = yield self._ground(choice.term, bindings)
        sentence: Any = substitute(skolem.choice.quantified, values)
        constant = self.names.next("c")
        self.witnesses[key] = Constant(constant)
        self.sorts[constant] = skolem.declaration.result
        self.lemmas.append(Witness(sentence, constant))


def _relevant(choice: Choice) -> list[Choice]:
    """The choices for the variables that occur free in what this choice is about."""
    free = free_variables(choice.quantified) if choice.quantified else frozenset()
    return [outer for outer in choice.chain()[:-1] if outer.variable.name in free]
