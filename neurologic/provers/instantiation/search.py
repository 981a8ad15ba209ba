"""The search: a SAT solver proposes a model, and lemmas that speak against it are added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import Constant, Formula, Sort
from neurologic.lemmas import Equality, Instance, Lemma, Literal, Member, Witness
from neurologic.provers.instantiation.clauses import clausal
from neurologic.provers.instantiation.congruence import Congruence
from neurologic.provers.instantiation.matching import Facts, Matcher, Pattern, matchers
from neurologic.provers.instantiation.skeletons import Clause, Skeletons
from neurologic.provers.instantiation.terms import Terms
from neurologic.signature import Signature

MOST_INSTANCES = 64
"""How many instances are added at most before the SAT solver is asked again."""
CONFLICTS = 500
"""How many conflicts the SAT solver goes through before Python looks for signals."""
CONFLICT_STEPS = 20
"""What one conflict of the SAT solver counts as."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A lemma as numbers: an instance or a witness of a proposition, or a clause."""

    kind: str
    subject: int
    term: int
    clause: Clause = ()


class BudgetError(Exception):
    """The budget ran out."""


class Search:
    """Propositions, clauses and lemmas of one problem.

    Args:
        sentences: closed, elaborated sentences.
        signature: their sorts and symbols.
        budget: the most steps; a step is about a microsecond.
    """

    def __init__(self, sentences: Sequence[Formula], signature: Signature, budget: int) -> None:
        self.signature, self.budget = signature, budget
        self.words = signature.vocabulary()
        self.terms = Terms(self.words)
        self.skeletons = Skeletons(self.terms)
        self.steps = 0
        self.count = 0
        self.numbers: dict[tuple[int, tuple[int, ...]], int] = {}
        self.atoms: list[tuple[int, tuple[int, ...]] | None] = [None]
        self.levels: dict[int, int] = {}  # of quantified propositions
        self.guarded: dict[int, list[Clause]] = {0: []}
        self.clauses: list[tuple[int, Clause]] = []  # with the number of a lemma, -1 for none
        self.fresh: list[Clause] = []  # what the solver does not know yet
        self.lemmas: list[Entry] = []
        self.instances: set[tuple[int, int]] = set()
        self.witnesses: dict[int, int] = {}
        self.witness_terms: dict[int, int] = {}  # term to number of the lemma
        self.members: set[int] = set()
        self.stated: set[Clause] = set()
        self.taken = {symbol.name for symbol in signature.symbols} | set(self.words.members)
        self.values: dict[int, Any] = {}
        self.equality = False
        self.level = 1
        for declaration in signature.sorts:
            for place, member in enumerate(declaration.members or ()):
                term = self.terms.constant(member)
                self.values[term] = (str(declaration.sort), place)
                self.terms.come_up((term,))
        self.enumerations = {
            d.sort: [self.terms.constant(m) for m in d.members]
            for d in signature.sorts
            if d.members is not None
        }
        bodies = [self.skeletons.read(sentence) for sentence in sentences]
        for body in bodies:
            form = clausal(self.skeletons.nodes, body.root, True, len(body.atoms))
            self._emit(form, [self.proposition(*atom) for atom in body.atoms], 0, -1)

    # propositions and clauses

    def proposition(self, predicate: int, args: tuple[int, ...], level: int = -1) -> int:
        """The number of an atom."""
        key = (predicate, args)
        found = self.numbers.get(key)
        if found is not None:
            return found
        self.count += 1
        number = self.numbers[key] = self.count
        self.atoms.append(key)
        if args:
            self.terms.come_up(args)
        if predicate in self.skeletons.skeleton_of:
            self.levels[number] = level
        elif predicate == self.skeletons.equals:
            self.equality = True
            other = self.numbers.get((predicate, args[::-1]))
            if args[0] == args[1]:
                self.state((number,))
            elif other is not None:
                self.state((-number, other))
                self.state((number, -other))
        elif self.terms.symbols[predicate][0] in ("distinct", "<", "<="):
            self.equality = True
        return number

    def _name(self) -> int:
        self.count += 1
        self.atoms.append(None)
        return self.count

    def state(self, clause: Clause) -> bool:
        """Add a clause about equations, unless it is known."""
        key = tuple(sorted(clause))
        if key in self.stated:
            return False
        self.stated.add(key)
        self.lemmas.append(Entry("equality", 0, 0, clause))
        self._clause(clause, len(self.lemmas) - 1)
        return True

    def _clause(self, clause: Clause, lemma: int) -> None:
        self.clauses.append((lemma, clause))
        self.fresh.append(clause)

    def _emit(
        self,
        form: tuple[list[Clause], int, list[Clause]],
        numbers: list[int],
        guard: int,
        lemma: int,
    ) -> None:
        """Add the clauses of a body under a guard, the literal that makes them relevant."""
        clauses, names, definitions = form
        if names:
            numbers = numbers + [self._name() for _ in range(names)]
        for clause in clauses:
            literals = tuple([numbers[i - 1] if i > 0 else -numbers[-i - 1] for i in clause])
            self.guarded.setdefault(guard, []).append(literals)
            self._clause((-guard, *literals) if guard else literals, lemma)
        for clause in definitions:
            literals = tuple([numbers[i - 1] if i > 0 else -numbers[-i - 1] for i in clause])
            self.guarded.setdefault(-literals[0], []).append(literals[1:])
            self._clause(literals, lemma)

    def _body(self, number: int, sign: bool, term: int, lemma: int, level: int) -> None:
        """State the body of a quantified proposition about a term, as far as it has that sign."""
        predicate, args = self.atoms[number]  # type: ignore[misc]
        skeleton = self.skeletons.skeleton_of[predicate]
        form = self.skeletons.clauses(skeleton, sign)
        values = (term, *args)
        build = self.terms.build
        numbers = [
            self.proposition(p, tuple([build(arg, values) for arg in below]), level)
            for p, below in skeleton.atoms
        ]
        self._emit(form, numbers, number if sign else -number, lemma)

    def universal(self, literal: int) -> bool | None:
        """Whether a literal says something of everything; None if it is not quantified."""
        atom = self.atoms[abs(literal)]
        skeleton = atom and self.skeletons.skeleton_of.get(atom[0])
        if not skeleton or skeleton.kind not in ("all", "ex"):
            return None
        return (skeleton.kind == "all") is (literal > 0)

    def instantiate(self, literal: int, term: int) -> bool:
        """Add an instance of a universal literal, unless it is there."""
        number = abs(literal)
        if (number, term) in self.instances:
            return False
        self.instances.add((number, term))
        self.terms.come_up((term,))
        level = max(self.levels[number], self.terms.ages[term], 0)
        self.lemmas.append(Entry("instance", number, term))
        self._body(number, literal > 0, term, len(self.lemmas) - 1, level)
        return True

    def name_witness(self, literal: int) -> int:
        """Name what an existential literal speaks of."""
        number = abs(literal)
        found = self.witnesses.get(number)
        if found is not None:
            return found
        skeleton = self.skeletons.skeleton_of[self.atoms[number][0]]  # type: ignore[index]
        index = len(self.witnesses) + 1
        while f"c{index}" in self.taken:
            index += 1
        self.taken.add(f"c{index}")
        age = self.levels[number] + 1
        term = self.terms.witness(f"c{index}", skeleton.sort, age)
        self.witnesses[number] = term
        self.lemmas.append(Entry("witness", number, term))
        self.witness_terms[term] = len(self.lemmas) - 1
        self._body(number, literal > 0, term, len(self.lemmas) - 1, age)
        self._member(term)
        return term

    def _member(self, term: int) -> bool:
        """A term of an enumeration is one of its members."""
        if term in self.members or term in self.values:
            return False
        self.members.add(term)
        if term in self.witness_terms:
            number = self.lemmas[self.witness_terms[term]].subject
            sort: Any = self.skeletons.skeleton_of[self.atoms[number][0]].sort  # type: ignore[index]
        else:
            sort = self.terms.sort(term)
        members = self.enumerations.get(sort)
        if members is None:
            return False
        clause = tuple(self.proposition(self.skeletons.equals, (term, m)) for m in members)
        self.lemmas.append(Entry("member", 0, term, clause))
        self.guarded[0].append(clause)
        self._clause(clause, len(self.lemmas) - 1)
        return True

    # the loop

    def run(self) -> bool:
        """Whether the sentences are contradictory; False also where that was not found out."""
        try:
            from pysat.solvers import Minisat22
        except ImportError as error:
            hint = "python -m pip install python-sat"
            raise ProverError("the SAT solver is not installed", hint=hint) from error
        with Minisat22() as solver:
            try:
                while (model := self._solve(solver)) is not None:
                    if not self._refine(model):
                        return False
            except BudgetError:
                return False
        return True

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self.budget:
            raise BudgetError

    def _solve(self, solver: Any) -> list[int] | None:
        """A model of the clauses, None if there is none."""
        self._spend(20 + len(self.fresh))
        for clause in self.fresh:
            solver.add_clause(clause)
        self.fresh.clear()
        before = solver.accum_stats()["conflicts"]
        while True:
            solver.conf_budget(CONFLICTS)
            answer = solver.solve_limited(expect_interrupt=True)
            after = solver.accum_stats()["conflicts"]
            self._spend(CONFLICT_STEPS * (after - before))
            before = after
            if answer is not None:
                return solver.get_model() if answer else None

    def _relevant(self, model: list[int]) -> list[int]:
        """Literals of the model that make all sentences true."""
        chosen: dict[int, None] = {}
        queue = [0]
        later: list[Clause] = []
        guarded, size = self.guarded, len(model)
        work = 0
        while queue or later:
            if queue:
                clauses = guarded.get(queue.pop(), ())
            else:
                clauses, later = later, []
            for clause in clauses:
                work += 1
                if len(clause) == 1:
                    pick = clause[0]
                    if pick in chosen:
                        continue
                elif clauses is not later and queue:
                    later.append(clause)
                    continue
                else:
                    pick = 0
                    for literal in clause:
                        if literal in chosen:
                            break
                        at = abs(literal) - 1
                        if not pick and at < size and (model[at] > 0) is (literal > 0):
                            pick = literal
                    else:
                        if pick:
                            chosen[pick] = None
                            queue.append(pick)
                    continue
                chosen[pick] = None
                queue.append(pick)
        self._spend(work // 4 + 1)
        return list(chosen)

    def _refine(self, model: list[int]) -> bool:
        """Add lemmas that the model does not satisfy or does not speak of; False if there are none."""
        relevant = self._relevant(model)
        facts = self._facts(relevant)
        if facts is None:
            return True
        added = False
        universal = []
        for literal in relevant:
            strength = self.universal(literal)
            if strength:
                universal.append(literal)
            elif strength is False and abs(literal) not in self.witnesses:
                self.name_witness(literal)
                added = True
        if self.enumerations and self._members(relevant):
            added = True
        if added:
            return True
        lemmas = len(self.lemmas)
        while True:
            if self._match(universal, facts) or self._enumerate(universal, facts):
                return True
            if len(self.lemmas) > lemmas:
                return True
            if self.level > max((self.terms.ages[t] for t in self.terms.came), default=0) * 4 + 8:
                return False
            self.level += 1

    def _members(self, relevant: list[int]) -> bool:
        added = False
        for literal in relevant:
            atom = self.atoms[abs(literal)]
            for term in atom[1] if atom else ():
                if self._member(term):
                    added = True
        return added

    def _facts(self, relevant: list[int]) -> Facts | None:
        """The literals as facts, unless equality refutes them: then that is added as lemmas."""
        literals = []
        equations: list[tuple[int, int, int]] = []
        for literal in relevant:
            atom = self.atoms[abs(literal)]
            if atom is not None:
                literals.append((literal > 0, *atom))
                if literal > 0 and atom[0] == self.skeletons.equals:
                    equations.append((literal, atom[1][0], atom[1][1]))
        values = self.values
        congruence = None
        if self.equality:
            numerals, symbols = self.terms.numerals, self.terms.symbols
            values = {
                **self.values,
                **{t: symbols[self.terms.heads[t]][1] for t in sorted(numerals)},
            }
            congruence = Congruence(self.terms, equations, values)
            self._spend(len(self.terms.came))
            if self._conflicts(congruence, relevant):
                return None
        elif self.terms.numerals:
            values = {t: self.terms.symbols[self.terms.heads[t]][1] for t in self.terms.numerals}
        return Facts(self.skeletons, literals, congruence, values)

    def _conflicts(self, congruence: Congruence, relevant: list[int]) -> bool:
        """Add what equality has to say against the model."""
        found: list[Clause] = [
            tuple(-literal for literal in why) for why in congruence.conflicts[:1]
        ]
        if not found:
            rep = congruence.representative
            seen: dict[tuple[int, tuple[int, ...]], int] = {}
            for literal in relevant:
                atom = self.atoms[abs(literal)]
                if atom is None:
                    continue
                predicate, args = atom
                row = tuple([rep[arg] for arg in args])
                kind = self.terms.symbols[predicate][0]
                clause = None
                if kind == "=":
                    if literal < 0 and row[0] == row[1]:
                        clause = self._because(congruence, [(args[0], args[1])], (-literal,))
                elif kind == "distinct":
                    clause = self._distinct(congruence, literal, args)
                elif kind in ("<", "<="):
                    clause = self._order(congruence, literal, kind, args)
                if clause is None and kind != "=":
                    other = seen.setdefault((predicate, row), literal)
                    if other != literal and (other > 0) is not (literal > 0):
                        before = self.atoms[abs(other)][1]  # type: ignore[index]
                        if predicate in self.skeletons.skeleton_of:
                            continue
                        pairs = list(zip(args, before, strict=True))
                        clause = self._because(congruence, pairs, (-literal, -other))
                if clause is not None:
                    found.append(clause)
        found.sort(key=len)
        added = [self.state(clause) for clause in found[:8]]
        return any(added)

    def _because(
        self, congruence: Congruence, pairs: list[tuple[int, int]], clause: Clause
    ) -> Clause:
        self._spend(5)
        return (*(-literal for literal in congruence.explain(pairs)), *clause)

    def _distinct(
        self, congruence: Congruence, literal: int, args: tuple[int, ...]
    ) -> Clause | None:
        rep = congruence.representative
        if literal < 0:
            pairs = [(a, b) for i, a in enumerate(args) for b in args[i + 1 :]]
            clause = (
                -literal,
                *(self.proposition(self.skeletons.equals, pair) for pair in pairs),
            )
            if tuple(sorted(clause)) not in self.stated:
                self.guarded[0].append(clause)
                return clause
            return None
        seen: dict[int, int] = {}
        for arg in args:
            other = seen.setdefault(rep[arg], arg)
            if other is not arg:
                return self._because(congruence, [(other, arg)], (-literal,))
        if len(set(args)) < len(args):
            return (-literal,)
        return None

    def _order(
        self, congruence: Congruence, literal: int, kind: str, args: tuple[int, ...]
    ) -> Clause | None:
        terms = [congruence.value.get(congruence.representative[arg]) for arg in args]
        if terms[0] is None or terms[1] is None:
            return None
        left, right = congruence.values[terms[0]], congruence.values[terms[1]]
        if (left < right if kind == "<" else left <= right) is (literal > 0):
            return None
        pairs = [(arg, term) for arg, term in zip(args, terms, strict=True) if term is not None]
        return self._because(congruence, pairs, (-literal,))

    def _match(self, universal: list[int], facts: Facts) -> bool:
        """Add instances that contradict the model, or else some that add to it."""
        against: dict[tuple[Any, ...], int] = {}
        further: dict[tuple[Any, ...], int] = {}
        ages = self.terms.ages
        for literal in universal:
            predicate, args = self.atoms[abs(literal)]  # type: ignore[misc]
            for matcher in matchers(self.skeletons, predicate, literal > 0):
                for values, left_over, triggered in facts.matches(matcher, args):
                    age = max(ages[values[slot]] for slot in matcher.sorts)
                    if left_over is not None and age > self.level:
                        continue
                    steps = self._missing(literal, matcher, values)
                    if not steps:
                        continue
                    if left_over is None:
                        against.setdefault(steps, age)
                    else:
                        further.setdefault(steps, age + triggered)
                self._spend(facts.steps + 1)
                facts.steps = 0
        chosen = against or further
        ordered = sorted(chosen, key=lambda steps: chosen[steps])
        for steps in ordered[:MOST_INSTANCES]:
            self._add(steps)
        return bool(chosen)

    def _missing(
        self, literal: int, matcher: Matcher, values: list[int]
    ) -> tuple[tuple[int, tuple[int, ...], int, bool], ...]:
        """The instances on the way to the matched clause that are not there yet."""
        missing: list[tuple[int, tuple[int, ...], int, bool]] = []
        build = self.terms.build
        for i, (predicate, parameters, slot) in enumerate(matcher.steps):
            args = tuple([build(p, values) for p in parameters])
            term = values[slot]
            number = self.numbers.get((predicate, args))
            if missing or number is None or (number, term) not in self.instances:
                sign = literal > 0
                if i:
                    sign = self.skeletons.skeleton_of[predicate].kind == "all"
                missing.append((predicate, args, term, sign))
        return tuple(missing)

    def _add(self, steps: Sequence[tuple[int, tuple[int, ...], int, bool]]) -> None:
        for predicate, args, term, sign in steps:
            number = self.proposition(predicate, args)
            self.instantiate(number if sign else -number, term)
        self._spend(5)

    def _enumerate(self, universal: list[int], facts: Facts) -> bool:
        """Add instances by the age of their terms, where the model does not satisfy them."""
        found: dict[tuple[Any, ...], int] = {}
        for weight in range(self.level):
            for literal in universal:
                predicate, args = self.atoms[abs(literal)]  # type: ignore[misc]
                for matcher in matchers(self.skeletons, predicate, literal > 0):
                    for values in self._tuples(matcher, args, facts, weight):
                        steps = self._missing(literal, matcher, values)
                        if steps:
                            found.setdefault(steps, weight)
                            if len(found) >= MOST_INSTANCES:
                                break
            if found:
                break
        for steps in list(found)[:MOST_INSTANCES]:
            self._add(steps)
        return bool(found)

    def _tuples(
        self, matcher: Matcher, parameters: tuple[int, ...], facts: Facts, weight: int
    ) -> Iterator[list[int]]:
        """Values of age `weight` in sum under which the clause is not satisfied by the model."""
        values = [-1] * matcher.width
        bound = 0
        for i, parameter in enumerate(parameters):
            values[1 + i] = parameter
            bound |= 2 << i
        order = list(matcher.sorts)
        ages = self.terms.ages
        # which literals become closed with which slot
        closing: list[list[Pattern]] = []
        for slot in order:
            now = bound | 1 << slot
            closing.append(
                [
                    p
                    for p in matcher.literals
                    if p.predicate >= 0 and not p.mask & ~now and p.mask & ~bound
                ]
            )
            bound = now
        choices = [self._universe(matcher.sorts[slot], facts) for slot in order]
        stack: list[tuple[int, int]] = [(0, 0)]  # index among the choices, age so far
        while stack:
            place = len(stack) - 1
            index, age = stack.pop()
            if index >= len(choices[place]):
                continue
            stack.append((index + 1, age))
            self._spend(1)
            term = choices[place][index]
            total = age + ages[term]
            if total > weight:
                continue
            values[order[place]] = term
            if any(facts.literal(p, values) for p in closing[place]):
                continue
            if place + 1 < len(order):
                stack.append((0, total))
            elif total == weight:
                yield list(values)

    def _universe(self, sort: Sort, facts: Facts) -> list[int]:
        """One term of each class of the sort."""
        found = [t for t in self.terms.universe.get(sort, ()) if facts._known(t) == t]
        if not found:
            found = [facts._known(self._some(sort))]
        return found

    def _some(self, sort: Sort) -> int:
        """A term of a sort of which none has come up."""
        for symbol in self.signature.symbols:
            if not symbol.arguments and symbol.result == sort:
                term = self.terms.constant(symbol.name)
                self.terms.come_up((term,))
                return term
        for number in sorted(self.levels):
            atom = self.atoms[number]
            skeleton = self.skeletons.skeleton_of[atom[0]] if atom else None
            if skeleton and skeleton.kind in ("all", "ex") and skeleton.sort == sort:
                return self.name_witness(number if skeleton.kind == "ex" else -number)
        raise AssertionError(sort)  # a universal sentence over the sort exists

    # the result

    def core(self) -> list[int]:
        """Numbers of lemmas that suffice, witnesses included."""
        from pysat.solvers import Minisat22

        needed = list(range(len(self.lemmas)))
        for _ in range(3):
            kept = set(needed)
            selectors = {lemma: self.count + 1 + i for i, lemma in enumerate(needed)}
            with Minisat22() as solver:
                for lemma, clause in self.clauses:
                    if lemma < 0:
                        solver.add_clause(clause)
                    elif lemma in kept:
                        solver.add_clause((-selectors[lemma], *clause))
                if solver.solve(assumptions=list(selectors.values())):
                    raise AssertionError("the lemmas do not suffice")
                core = set(solver.get_core() or ())
            fewer = [lemma for lemma in needed if selectors[lemma] in core]
            if len(fewer) == len(needed):
                break
            needed = fewer
        return self._with_witnesses(needed)

    def _with_witnesses(self, needed: list[int]) -> list[int]:
        """The lemmas, and those that name the constants they mention."""
        kept = set(needed)
        todo = list(needed)
        seen: set[int] = set()
        while todo:
            entry = self.lemmas[todo.pop()]
            terms = [entry.term] if entry.kind in ("instance", "witness", "member") else []
            for number in (entry.subject, *map(abs, entry.clause)):
                atom = self.atoms[number]
                terms += atom[1] if atom else ()
            while terms:
                term = terms.pop()
                if term in seen:
                    continue
                seen.add(term)
                terms += self.terms.args[term]
                lemma = self.witness_terms.get(term)
                if lemma is not None and lemma not in kept:
                    kept.add(lemma)
                    todo.append(lemma)
        return sorted(kept)

    def written(self, needed: Sequence[int]) -> tuple[Lemma, ...]:
        """The lemmas as values; witnesses are called c1, c2, ... in order."""
        names: dict[int, Any] = {}
        index = 0
        declared = {symbol.name for symbol in self.signature.symbols} | set(self.words.members)
        for lemma in needed:
            entry = self.lemmas[lemma]
            if entry.kind == "witness":
                index += 1
                while f"c{index}" in declared:
                    index += 1
                names[entry.term] = Constant(f"c{index}")
        expression = self.terms.expression

        def formula(number: int) -> Any:
            predicate, args = self.atoms[number]  # type: ignore[misc]
            return self.skeletons.formula(predicate, [expression(arg, names) for arg in args])

        def clause(numbers: Clause) -> tuple[Literal, ...]:
            return tuple((number > 0, formula(abs(number))) for number in numbers)

        result: list[Lemma] = []
        for lemma in needed:
            entry = self.lemmas[lemma]
            match entry.kind:
                case "instance":
                    term = expression(entry.term, names)
                    result.append(Instance(formula(entry.subject), term))
                case "witness":
                    result.append(Witness(formula(entry.subject), names[entry.term].name))
                case "member":
                    result.append(Member(expression(entry.term, names), clause(entry.clause)))
                case _:
                    result.append(Equality(clause(entry.clause)))
        return tuple(result)
