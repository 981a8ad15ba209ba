"""What a model says, modulo equality, and which values of a matcher's slots it contradicts.

The literals of a matcher are matched against the literals of the model that contradict them; at most
one may be left over, which is what the instance then implies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neurologic.formula import Sort
from neurologic.provers.instantiation.congruence import Congruence
from neurologic.provers.instantiation.matchers import LONGEST, Matcher, Pattern
from neurologic.provers.instantiation.skeletons import Skeletons


class Facts:
    """The literals of a model, looked up by predicate and sign, modulo equality.

    Args:
        skeletons: the language.
        literals: sign, predicate and arguments of each literal.
        congruence: the equations of the model, None if there is no equality in the problem.
        values: the terms that are values, with what they denote.
    """

    def __init__(
        self,
        skeletons: Skeletons,
        literals: Sequence[tuple[bool, int, tuple[int, ...]]],
        congruence: Congruence | None,
        values: dict[int, Any],
    ) -> None:
        self.skeletons, self.terms, self.congruence = skeletons, skeletons.terms, congruence
        self.equals = skeletons.equals
        self.order = (skeletons.less, skeletons.at_most)
        self.values = values
        self.rep = congruence.representative if congruence else list(range(len(self.terms.heads)))
        self.rows: dict[tuple[int, bool], list[tuple[int, ...]]] = {}
        self.truth: dict[tuple[int, tuple[int, ...]], bool] = {}
        self.by_head: dict[int, list[int]] | None = None
        self.steps = 0
        rep = self.rep
        for sign, predicate, args in literals:
            row = tuple([rep[arg] for arg in args])
            if (predicate, row) not in self.truth:
                self.truth[predicate, row] = sign
                self.rows.setdefault((predicate, sign), []).append(row)
                if predicate == self.equals and not sign:
                    self.truth[predicate, row[::-1]] = sign
                    self.rows[predicate, sign].append(row[::-1])
                elif sign and self.terms.symbols[predicate][0] == "distinct":
                    for i, left in enumerate(row):
                        for right in row[:i]:
                            self.truth.setdefault((self.equals, (left, right)), False)
                            self.truth.setdefault((self.equals, (right, left)), False)

    def canonical(self, term: int, values: Sequence[int]) -> int:
        """The representative of the term with its slots filled in."""
        terms, rep = self.terms, self.rep
        slot = terms.slots[term]
        if slot >= 0:
            return rep[values[slot]]
        if not terms.masks[term]:
            return self.known(term)
        done: dict[int, int] = {}
        for node in terms.program(term):
            args = []
            for arg in terms.args[node]:
                slot = terms.slots[arg]
                if slot >= 0:
                    args.append(rep[values[slot]])
                else:
                    args.append(done[arg] if terms.masks[arg] else self.known(arg))
            done[node] = self._applied(terms.heads[node], tuple(args))
        return done[term]

    def known(self, term: int) -> int:
        """The representative of a closed term; a new one is its own."""
        rep = self.rep
        while len(rep) <= term:
            rep.append(len(rep))
        return rep[term]

    def _applied(self, head: int, args: tuple[int, ...]) -> int:
        if self.congruence is not None:
            found = self.congruence.find(head, args)
            if found is not None:
                return found
        return self.known(self.terms.make(head, args))

    def holds(self, predicate: int, args: tuple[int, ...]) -> bool | None:
        """Whether the model says so of these representatives; None if it does not say."""
        if predicate == self.equals:
            left, right = args
            if left == right:
                return True
            return False if self.different(left, right) else None
        found = self.truth.get((predicate, args))
        if found is None and predicate in self.order:
            left, right = (self.value(arg) for arg in args)
            if left is not None and right is not None:
                less = predicate == self.order[0]
                return bool(left < right if less else left <= right)
        return found

    def value(self, term: int) -> Any:
        """What the term denotes, if its class has a value that is ordered."""
        if self.congruence is not None:
            term = self.congruence.value.get(term, term)
        found = self.values.get(term)
        return found[-1] if isinstance(found, tuple) else found

    def different(self, left: int, right: int) -> bool:
        """Whether the model says that these representatives are different."""
        if (self.equals, (left, right)) in self.truth:
            return True
        if not self.values:
            return False
        if self.congruence is not None:
            left = self.congruence.value.get(left, left)
            right = self.congruence.value.get(right, right)
        one, other = self.values.get(left), self.values.get(right)
        return one is not None and other is not None and one != other

    def literal(self, pattern: Pattern, values: Sequence[int]) -> bool | None:
        """Whether the literal holds under the values; None if the model does not say."""
        if pattern.predicate < 0:
            return None
        args = tuple([self.canonical(arg, values) for arg in pattern.args])
        found = self.holds(pattern.predicate, args)
        return found if found is None or pattern.sign else not found

    def matches(self, matcher: Matcher, parameters: tuple[int, ...]) -> Iterator[_Match]:
        """Values of the slots, and the literal left over, where all others are false.

        The literal is None if all are false; values are -1 for slots that stay open.
        """
        values = [-1] * matcher.width
        bound = 0
        for i, parameter in enumerate(parameters):
            values[1 + i] = parameter
            bound |= 2 << i
        literals = list(matcher.literals)
        missing = 0
        for p in literals:
            if p.predicate == self.equals:
                continue
            if p.predicate < 0 or (
                p.predicate not in self.order and (p.predicate, not p.sign) not in self.rows
            ):
                missing += 1
                if missing > 1:
                    return iter(())
        return self._extend(values, bound, literals, None, matcher)

    def _extend(
        self,
        values: list[int],
        bound: int,
        todo: list[Pattern],
        left_over: Pattern | None,
        matcher: Matcher,
    ) -> Iterator[_Match]:
        self.steps += 1
        if not todo:
            if matcher.own & ~bound:
                assert left_over is not None or matcher.own
                yield from self._triggered(values, bound, left_over, matcher)
            else:
                if left_over is not None and left_over.predicate >= 0:
                    found = self.literal(left_over, values)
                    if found:
                        return
                    if found is False:
                        left_over = None
                yield list(values), left_over, False
            return
        chosen, size = -1, -1
        for i, pattern in enumerate(todo):
            if not pattern.mask & ~bound and pattern.predicate >= 0:
                found = self.literal(pattern, values)
                if found:
                    return
                rest = todo[:i] + todo[i + 1 :]
                if found is False:
                    yield from self._extend(values, bound, rest, left_over, matcher)
                elif left_over is None:
                    yield from self._extend(values, bound, rest, pattern, matcher)
                return
            many = self._rows(pattern, bound)
            if chosen < 0 or many < size:
                chosen, size = i, many
        pattern = todo[chosen]
        rest = todo[:chosen] + todo[chosen + 1 :]
        if size:
            for more in self._candidates(pattern, values, bound, matcher):
                yield from self._extend(values, bound | more, rest, left_over, matcher)
        if left_over is None:
            yield from self._extend(values, bound, rest, pattern, matcher)

    def _rows(self, pattern: Pattern, bound: int) -> int:
        if pattern.predicate < 0:
            return 0
        if pattern.predicate == self.equals:
            return 1 if not pattern.sign else 1000
        return len(self.rows.get((pattern.predicate, not pattern.sign), ()))

    def _candidates(
        self, pattern: Pattern, values: list[int], bound: int, matcher: Matcher
    ) -> Iterator[int]:
        """Set values so that the literal is false, one way after the other; yields what was set."""
        if pattern.predicate == self.equals:
            yield from self._equations(pattern, values, bound, matcher)
            return
        slots, rep, masks = self.terms.slots, self.rep, self.terms.masks
        rows = self.rows.get((pattern.predicate, not pattern.sign), ())
        for row in list(rows):
            self.steps += 1
            if pattern.flat:
                more = 0
                for arg, term in zip(pattern.args, row, strict=True):
                    slot = slots[arg]
                    if slot < 0:
                        if self.known(arg) != term:
                            break
                    elif (bound | more) >> slot & 1:
                        if rep[values[slot]] != term:
                            break
                    else:
                        values[slot] = term
                        more |= 1 << slot
                else:
                    yield more
            elif not masks:
                continue
            else:
                yield from self._all(pattern.args, row, values, bound, 0)

    def _all(
        self,
        patterns: Sequence[int],
        row: Sequence[int],
        values: list[int],
        bound: int,
        more: int,
    ) -> Iterator[int]:
        if not patterns:
            yield more
            return
        for found in self._term(patterns[0], row[0], values, bound | more):
            yield from self._all(patterns[1:], row[1:], values, bound, more | found)

    def _term(self, pattern: int, term: int, values: list[int], bound: int) -> Iterator[int]:
        """Match a term against a class."""
        self.steps += 1
        terms = self.terms
        slot = terms.slots[pattern]
        if slot >= 0:
            if not bound >> slot & 1:
                values[slot] = term
                yield 1 << slot
            elif self.rep[values[slot]] == term:
                yield 0
        elif not terms.masks[pattern]:
            if self.known(pattern) == term:
                yield 0
        elif len(terms.program(pattern)) <= LONGEST:
            head = terms.heads[pattern]
            congruence = self.congruence
            members = congruence.members.get(term, (term,)) if congruence else (term,)
            seen = set()
            for member in members:
                if terms.heads[member] == head:
                    row = tuple([self.known(arg) for arg in terms.args[member]])
                    if row not in seen:
                        seen.add(row)
                        yield from self._all(terms.args[pattern], row, values, bound, 0)

    def _equations(
        self, pattern: Pattern, values: list[int], bound: int, matcher: Matcher
    ) -> Iterator[int]:
        """As `_candidates`, for an equation, at least one side of which is open."""
        terms = self.terms
        left, right = pattern.args
        if not terms.masks[left] & ~bound:
            left, right = right, left
        closed = not terms.masks[right] & ~bound  # then only `left` is open
        slot = terms.slots[left]
        if not pattern.sign:
            if closed:
                target = self.canonical(right, values)
                if slot < 0 or self._fits(target, matcher.sorts.get(slot)):
                    yield from self._term(left, target, values, bound)
            else:
                if slot >= 0:
                    left, right = right, left
                if terms.slots[left] < 0:
                    for term in self._applications(terms.heads[left]):
                        for more in self._term(left, self.rep[term], values, bound):
                            for again in self._term(right, self.rep[term], values, bound | more):
                                yield more | again
        elif closed and slot >= 0:
            sort = matcher.sorts.get(slot)
            target = self.canonical(right, values)
            for term in list(terms.universe.get(sort, ())) if sort else ():
                self.steps += 1
                if self.known(term) == term and self.different(term, target):
                    values[slot] = term
                    yield 1 << slot
        else:
            for row in list(self.rows.get((self.equals, False), ())):
                if all(
                    terms.slots[arg] < 0 or self._fits(term, matcher.sorts.get(terms.slots[arg]))
                    for arg, term in zip(pattern.args, row, strict=True)
                ):
                    yield from self._all(pattern.args, row, values, bound, 0)

    def _fits(self, term: int, sort: Sort | None) -> bool:
        if sort is None:
            return True
        own = self.terms.sort(term)
        return own == sort or (own is None and term in self.terms.universe.get(sort, ()))

    def _applications(self, head: int) -> list[int]:
        """The terms with this symbol that have come up, one of each class of arguments."""
        if self.by_head is None:
            self.by_head = {}
            terms = self.terms
            seen = set()
            for term in terms.came:
                if terms.args[term]:
                    row = (terms.heads[term], *[self.known(arg) for arg in terms.args[term]])
                    if row not in seen:
                        seen.add(row)
                        self.by_head.setdefault(terms.heads[term], []).append(term)
        return self.by_head.get(head, [])

    def _triggered(
        self, values: list[int], bound: int, left_over: Pattern | None, matcher: Matcher
    ) -> Iterator[_Match]:
        """Slots that only the literal left over mentions get values by which its terms are known."""
        if left_over is None or left_over.predicate < 0:
            return
        terms = self.terms
        for arg in left_over.args:
            if terms.slots[arg] >= 0 or not terms.masks[arg] & ~bound:
                continue
            if matcher.own & ~(bound | terms.masks[arg]):
                continue
            for term in list(self._applications(terms.heads[arg])):
                row = [self.known(a) for a in terms.args[term]]
                for _ in self._all(terms.args[arg], row, values, bound, 0):
                    if not self.literal(left_over, values):
                        yield list(values), left_over, True


_Match = tuple[list[int], Pattern | None, bool]
