"""An attack on the kernel: mutants of certificates are refused, or what they claim is still true.

Who judges the survivors is Z3, by `decide` on the claim as the mutant states it: the axioms and the
premises, the goal, and the signature, read back from the text of the certificate.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from neurologic.entailment import Verdict, decide
from neurologic.errors import Rejected
from neurologic.formula import Atom, Constant, Exists, ForAll, Formula, Not, Or, Sort, Variable
from neurologic.lemmas import body_at
from neurologic.notation.kernel_form import name_of, read, signature_json, structure_json, write
from neurologic.proof import Checked, check
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure, satisfies
from tests.certificates import SEMANTICS, cases, text
from tests.strategies import ground_formulas, sentences

Json = Any
Mutator = Callable[[Json, random.Random], None]

CASES = cases()


# Mutators. Each changes a certificate in place, or raises IndexError where it does not apply.


def _places(certificate: Json, kind: str) -> list[Json]:
    found = [e for e in certificate["evidence"].values() if e and kind in e]
    if not found:
        raise IndexError
    return found


def _formulas(certificate: Json) -> list[tuple[Json, Any]]:
    """Where the sentences of the certificate stand: a container and a key."""
    places: list[tuple[Json, Any]] = [(p, "formula") for p in certificate["premises"]]
    places += [(certificate["axioms"], i) for i in range(len(certificate["axioms"]))]
    places += [(certificate["goal"], "formula"), (certificate, "negation")]
    for evidence in certificate["evidence"].values():
        places += [(evidence["table"], i) for i in range(len((evidence or {}).get("table", ())))]
    return places


def _rewrite(pattern: str, choose: Callable[[random.Random, str], str]) -> Mutator:
    """Replaces one match of the pattern in one sentence; goal and negation stay in step."""

    def mutate(certificate: Json, chance: random.Random) -> None:
        places = [(c, k) for c, k in _formulas(certificate) if re.search(pattern, c[k])]
        container, key = chance.choice(places)
        found = chance.choice(list(re.finditer(pattern, container[key])))
        new = choose(chance, found[0])
        container[key] = container[key][: found.start()] + new + container[key][found.end() :]
        if container is certificate["goal"]:
            certificate["negation"] = f"(not {container[key]})"

    return mutate


def drop_premise(certificate: Json, chance: random.Random) -> None:
    certificate["premises"].pop(chance.randrange(len(certificate["premises"])))


def negate_premise(certificate: Json, chance: random.Random) -> None:
    premise = chance.choice(certificate["premises"])
    premise["formula"] = f"(not {premise['formula']})"


def swap_premises(certificate: Json, chance: random.Random) -> None:
    i, j = chance.sample(range(len(certificate["premises"])), 2)
    premises = certificate["premises"]
    premises[i], premises[j] = premises[j], premises[i]


def strengthen_premise(certificate: Json, chance: random.Random) -> None:
    premise, other = chance.sample(certificate["premises"], 2)
    premise["formula"] = f"(and {premise['formula']} (not {other['formula']}))"


def weaken_premise(certificate: Json, chance: random.Random) -> None:
    premise = chance.choice(certificate["premises"])
    premise["formula"] = f"(or {premise['formula']} {certificate['goal']['formula']})"


def exchange_goal(certificate: Json, chance: random.Random) -> None:
    certificate["goal"]["formula"] = chance.choice(certificate["premises"])["formula"]
    certificate["negation"] = f"(not {certificate['goal']['formula']})"


def negate_goal(certificate: Json, chance: random.Random) -> None:
    goal = f"(not {certificate['goal']['formula']})"
    certificate["goal"]["formula"], certificate["negation"] = goal, f"(not {goal})"


def unbind_negation(certificate: Json, chance: random.Random) -> None:
    certificate["negation"] = certificate["goal"]["formula"]


def claim_verdict(certificate: Json, chance: random.Random) -> None:
    others = {"ENTAILED", "REFUTED", "UNDETERMINED", "INCONSISTENT", "UNKNOWN"}
    certificate["verdict"] = chance.choice(sorted(others - {certificate["verdict"]}))


def claim_consistency(certificate: Json, chance: random.Random) -> None:
    others = {"consistent", "unknown", "inconsistent"} - {certificate["consistency"]}
    certificate["consistency"] = chance.choice(sorted(others))


def exchange_evidence(certificate: Json, chance: random.Random) -> None:
    a, b = chance.sample(("goal", "negation", "falsum"), 2)
    evidence = certificate["evidence"]
    evidence[a], evidence[b] = evidence[b], evidence[a]
    if chance.random() < 0.5:
        _claim_what_is_shown(certificate)


def drop_evidence(certificate: Json, chance: random.Random) -> None:
    certificate["evidence"][chance.choice(("goal", "negation", "falsum"))] = None
    if chance.random() < 0.5:
        _claim_what_is_shown(certificate)


def another_problem(certificate: Json, chance: random.Random) -> None:
    other = copy.deepcopy(CASES[chance.choice(sorted(CASES))])
    for key in chance.sample(("evidence", "premises", "goal", "negation", "signature"), 2):
        certificate[key] = other[key]


def _claim_what_is_shown(certificate: Json) -> None:
    """The verdict that the evidence would show if it were sound."""
    from tests.certificates import concluded

    evidence = certificate["evidence"].items()
    kinds = {k: e and ("model" if "domains" in e else "proof") for k, e in evidence}
    certificate["verdict"], certificate["consistency"] = concluded(kinds)


def drop_lemma(certificate: Json, chance: random.Random) -> None:
    lemmas = chance.choice(_places(certificate, "lemmas"))["lemmas"]
    lemmas.pop(chance.randrange(len(lemmas)))


def swap_lemmas(certificate: Json, chance: random.Random) -> None:
    lemmas = chance.choice(_places(certificate, "lemmas"))["lemmas"]
    i, j = chance.sample(range(len(lemmas)), 2)
    lemmas[i], lemmas[j] = lemmas[j], lemmas[i]


def lemma_kind(certificate: Json, chance: random.Random) -> None:
    lemma = chance.choice(chance.choice(_places(certificate, "lemmas"))["lemmas"])
    lemma[0] = chance.choice(["inst", "wit", "eq", "count", "enum", "split"])


def lemma_sentence(certificate: Json, chance: random.Random) -> None:
    evidence = chance.choice(_places(certificate, "lemmas"))
    chance.choice(evidence["lemmas"])[1] = chance.randrange(-1, len(evidence["table"]) + 1)


def lemma_term(certificate: Json, chance: random.Random) -> None:
    evidence = chance.choice(_places(certificate, "lemmas"))
    terms = [it for it in evidence["lemmas"] if it[0] in ("inst", "wit", "enum", "split")]
    lemma = chance.choice(terms)
    names = [s["name"] for s in certificate["signature"]["symbols"]] + [
        "c1",
        "c2",
        "c9",
        "1",
        "mon",
    ]
    term = chance.choice([*names, "1:Entity", "9:Entity", "(f a)", "(next mon)", "x", "(+ 1 1)"])
    at = 1 if lemma[0] in ("enum", "split") else 2
    if isinstance(lemma[at], list):
        lemma[at][chance.randrange(len(lemma[at]))] = term
    else:
        lemma[at] = term


def witness_again(certificate: Json, chance: random.Random) -> None:
    evidence = chance.choice(_places(certificate, "lemmas"))
    lemmas = evidence["lemmas"]
    wit = chance.choice([it for it in lemmas if it[0] == "wit"])
    lemmas.insert(chance.randrange(len(lemmas) + 1), copy.deepcopy(wit))


def lemma_literals(certificate: Json, chance: random.Random) -> None:
    evidence = chance.choice(_places(certificate, "lemmas"))
    literals = chance.choice([it for it in evidence["lemmas"] if it[0] in ("eq", "count")])[1]
    _literals(literals, len(evidence["table"]), chance)


def _literals(literals: list[int], size: int, chance: random.Random) -> None:
    match chance.randrange(3):
        case 0:
            literals.pop(chance.randrange(len(literals)))
        case 1:
            at = chance.randrange(len(literals))
            literals[at] = -literals[at]
        case _:
            literals.append(chance.choice((1, -1)) * chance.randrange(size + 2))


def step_literals(certificate: Json, chance: random.Random) -> None:
    evidence = chance.choice(_places(certificate, "steps"))
    _literals(chance.choice(evidence["steps"])[0], len(evidence["table"]), chance)


def step_references(certificate: Json, chance: random.Random) -> None:
    references = chance.choice(chance.choice(_places(certificate, "steps"))["steps"])[1]
    match chance.randrange(3):
        case 0:
            references.pop(chance.randrange(len(references)))
        case 1:
            references[chance.randrange(len(references))] = chance.choice("palsg") + "0"
        case _:
            references.append(chance.choice(["g", "p0", "p1", "a0", "l0", "s0", "s1", "s9"]))


def drop_step(certificate: Json, chance: random.Random) -> None:
    steps = chance.choice(_places(certificate, "steps"))["steps"]
    steps.pop(chance.randrange(len(steps)))


def truncate_step(certificate: Json, chance: random.Random) -> None:
    chance.choice(chance.choice(_places(certificate, "steps"))["steps"])[0].clear()


def model_row(certificate: Json, chance: random.Random) -> None:
    structure = chance.choice(_places(certificate, "domains"))
    rows = chance.choice([t for t in structure["predicates"] if t["rows"]])["rows"]
    if chance.random() < 0.5:
        rows.pop(chance.randrange(len(rows)))
    else:
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = _element(structure, chance)


def model_value(certificate: Json, chance: random.Random) -> None:
    structure = chance.choice(_places(certificate, "domains"))
    row = chance.choice(chance.choice(structure["functions"])["rows"])
    row[1] = chance.choice([_element(structure, chance), "17", "e9"])


def model_domain(certificate: Json, chance: random.Random) -> None:
    structure = chance.choice(_places(certificate, "domains"))
    domain = structure["domains"][chance.choice(sorted(structure["domains"]))]
    match chance.randrange(3):
        case 0:
            domain.pop(chance.randrange(len(domain)))
        case 1:
            domain.append("e9")
        case _:
            domain.reverse()


def _element(structure: Json, chance: random.Random) -> str:
    domains = structure["domains"]
    return str(chance.choice(domains[chance.choice(sorted(domains))]))


def signature_sort(certificate: Json, chance: random.Random) -> None:
    symbol = chance.choice(certificate["signature"]["symbols"])
    names = [s["name"] for s in certificate["signature"]["sorts"]] + ["Bool", "Int", "Nowhere"]
    if symbol["arguments"] and chance.random() < 0.5:
        symbol["arguments"][chance.randrange(len(symbol["arguments"]))] = chance.choice(names)
    else:
        symbol["result"] = chance.choice(names)


def signature_symbol(certificate: Json, chance: random.Random) -> None:
    symbols = certificate["signature"]["symbols"]
    if chance.random() < 0.5:
        symbols.pop(chance.randrange(len(symbols)))
    else:
        symbols.append({"name": "c1", "arguments": [], "result": symbols[0]["result"]})


def signature_members(certificate: Json, chance: random.Random) -> None:
    sort = chance.choice([s for s in certificate["signature"]["sorts"] if s["members"]])
    match chance.randrange(4):
        case 0:
            sort["members"].pop(chance.randrange(len(sort["members"])))
        case 1:
            sort["members"].append("sun")
        case 2:
            sort["ordered"] = not sort["ordered"]
        case _:
            sort["members"].reverse()


def semantics(certificate: Json, chance: random.Random) -> None:
    option = chance.choice(sorted(certificate["semantics"]))
    certificate["semantics"][option] = chance.choice(
        [True, False, "explicit", "linc", "uninterpreted", None, 0, 1]
    )


def field(certificate: Json, chance: random.Random) -> None:
    holder = chance.choice(list(_objects(certificate)))
    key = chance.choice(sorted(holder))
    match chance.randrange(3):
        case 0:
            del holder[key]
        case 1:
            holder[key + "s"] = holder[key]
        case _:
            holder[key] = chance.choice(
                [None, True, 0, -1, 10**30, "", "x", [], {}, [[]], "\ud800"]
            )


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)


def version(certificate: Json, chance: random.Random) -> None:
    certificate["version"] = chance.choice([0, 2, "1", None, True, [1], -1])


def leaf_value(certificate: Json, chance: random.Random) -> None:
    """Any string, number or list within the certificate becomes something else."""
    holders: list[tuple[Any, Any]] = []
    todo: list[Any] = [certificate]
    while todo:
        found = todo.pop()
        keys = found if isinstance(found, dict) else range(len(found))
        for key in keys:
            holders.append((found, key))
            if isinstance(found[key], (dict, list)):
                todo.append(found[key])
    holder, key = chance.choice(holders)
    holder[key] = chance.choice(
        [
            None,
            True,
            False,
            0,
            1,
            -1,
            2,
            10**17,
            "",
            "a",
            "(P a)",
            "c1",
            "x",
            "\x00",
            "p0",
            [],
            {},
            [1],
        ]
    )


def rename(certificate: Json, chance: random.Random) -> None:
    """One occurrence of a name in the whole text becomes another name."""
    body = json.dumps(certificate)
    names = [s["name"] for s in certificate["signature"]["symbols"]]
    old, new = chance.choice(names), chance.choice([*names, "c1", "mon", "x"])
    found = chance.choice(list(re.finditer(rf"(?<![\w']){re.escape(old)}(?![\w'])", body)))
    changed = json.loads(body[: found.start()] + new + body[found.end() :])
    certificate.clear()
    certificate.update(changed)


def _other(*options: str) -> Callable[[random.Random, str], str]:
    return lambda chance, found: chance.choice([o for o in options if o != found])


MUTATORS: dict[str, Mutator] = {
    "drop a premise": drop_premise,
    "negate a premise": negate_premise,
    "swap premises": swap_premises,
    "strengthen a premise": strengthen_premise,
    "weaken a premise": weaken_premise,
    "another goal": exchange_goal,
    "negate the goal": negate_goal,
    "unbind the negation": unbind_negation,
    "another verdict": claim_verdict,
    "another consistency": claim_consistency,
    "exchange evidence": exchange_evidence,
    "drop evidence": drop_evidence,
    "another problem's certificate": another_problem,
    "drop a lemma": drop_lemma,
    "swap lemmas": swap_lemmas,
    "another kind of lemma": lemma_kind,
    "another sentence of a lemma": lemma_sentence,
    "another term of a lemma": lemma_term,
    "a witness twice": witness_again,
    "literals of a lemma": lemma_literals,
    "literals of a step": step_literals,
    "references of a step": step_references,
    "drop a step": drop_step,
    "empty a step": truncate_step,
    "a row of a model": model_row,
    "a value of a model": model_value,
    "a domain of a model": model_domain,
    "another quantifier": _rewrite(r"\((?:all|ex) ", _other("(all ", "(ex ")),
    "another connective": _rewrite(
        r"\((?:and|or|xor|iff|implies) ", _other("(and ", "(or ", "(xor ", "(iff ", "(implies ")
    ),
    "a negation more": _rewrite(r"\([A-Z]\w* [^()]*\)", lambda _, found: f"(not {found})"),
    "another comparison": _rewrite(r"\((?:=|<|<=) ", _other("(= ", "(< ", "(<= ")),
    "another operation": _rewrite(r"\([-+*] ", _other("(+ ", "(- ", "(* ")),
    "another number": _rewrite(r"(?<= )\d+", _other("0", "1", "2", "3", "18", "20")),
    "another variable": _rewrite(r"(?<= )[xyzd](?=[ )])", _other("x", "y", "z", "d")),
    "another sort of a variable": _rewrite(r" (?:Entity|day|Int)\)", _other(" Entity)", " day)", " Int)")),
    "a bracket": _rewrite(r"[()]", lambda chance, _: chance.choice(["", "(", ")", "(("])),
    "a character": _rewrite(r".", lambda chance, _: chance.choice("()' \\\x00\t\ud800\u202eax1")),
    "sorts of a symbol": signature_sort,
    "symbols of the signature": signature_symbol,
    "members of a sort": signature_members,
    "semantics": semantics,
    "a field": field,
    "the version": version,
    "a value of the wrong kind": leaf_value,
    "rename": rename,
}  # fmt: skip


def accepted(certificate: str) -> bool:
    """Whether the kernel accepts it; anything but an answer or a refusal is an error."""
    try:
        return isinstance(check(certificate), Checked)
    except Rejected:
        return False


def still_true(certificate: Json) -> bool:
    """Whether the claims of the certificate hold, asked of Z3."""
    stated = [premise["formula"] for premise in certificate["premises"]] + certificate["axioms"]
    claims = certificate["goal"]["formula"], certificate["negation"]
    words = json.dumps(certificate["signature"])
    entailed = {
        side: _entailed(tuple(stated), claim, words)
        for side, claim in zip(("goal", "negation"), claims, strict=True)
    }
    for side, piece in certificate["evidence"].items():
        if piece is not None and side == "falsum":
            if not all(entailed.values()):
                return False
        elif piece is not None and ("domains" in piece) == entailed[side]:
            return False
    return True


@cache
def _entailed(stated: tuple[str, ...], claim: str, words: str) -> bool:
    facts = [read(formula) for formula in stated]
    verdict = decide(facts, read(claim), signature=_signature(json.loads(words))).verdict
    assert verdict is not Verdict.UNKNOWN
    return verdict in (Verdict.ENTAILED, Verdict.INCONSISTENT)


def _signature(value: Json) -> Signature:
    built_in = ("Entity", "Int", "Rational")
    sorts = [
        SortDeclaration(
            Sort(name_of(s["name"])),
            None if s["members"] is None else tuple(map(name_of, s["members"])),
            s["ordered"],
        )
        for s in value["sorts"]
        if s["name"] not in built_in
    ]
    symbols = [
        SymbolDeclaration(
            name_of(s["name"]),
            tuple(Sort(name_of(a)) for a in s["arguments"]),
            Sort(name_of(s["result"])),
        )
        for s in value["symbols"]
    ]
    return Signature(tuple(sorts), tuple(symbols))


def attack(name: str, rounds: int, seed: str) -> Counter[str]:
    """How many mutants of this kind are refused, and how many survive because they are true."""
    outcomes: Counter[str] = Counter()
    chance = random.Random(seed)
    for _ in range(40 * rounds):
        if outcomes.total() == rounds:
            break
        case = chance.choice(sorted(CASES))
        mutant = copy.deepcopy(CASES[case])
        try:
            MUTATORS[name](mutant, chance)
        except (IndexError, ValueError, TypeError):
            continue  # does not apply
        if mutant == CASES[case]:
            continue
        survives = accepted(json.dumps(mutant))
        if survives:
            assert still_true(mutant), f"{name}: a false claim is accepted: {json.dumps(mutant)}"
        outcomes["true" if survives else "refused"] += 1
    return outcomes


@pytest.mark.parametrize("name", MUTATORS)
def test_a_mutant_is_refused_or_true(name: str) -> None:
    rounds = min(max(25, settings().max_examples * 5 // 8), 1000)
    assert attack(name, rounds, name).total() == rounds


# Laws


NAMES = ("ann", "bob", "cat")
SIGNATURE = Signature(
    (SortDeclaration(Sort("Entity")),),
    (
        *(SymbolDeclaration(name, (), Sort("Entity")) for name in NAMES),
        SymbolDeclaration("P", (Sort("Entity"),)),
        SymbolDeclaration("Q", (Sort("Entity"),)),
        SymbolDeclaration("R", (Sort("Entity"),) * 2),
        SymbolDeclaration("s"),
    ),
)


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    elements = ("1", "b", "c")[: draw(st.integers(1, 3))]
    element = st.sampled_from(elements)
    return Structure.of(
        {Sort("Entity"): elements},
        {(name, 0): {(): draw(element)} for name in NAMES},
        {
            ("P", 1): draw(st.sets(st.tuples(element))),
            ("Q", 1): draw(st.sets(st.tuples(element))),
            ("R", 2): draw(st.sets(st.tuples(element, element))),
            ("s", 0): draw(st.sets(st.just(()))),
        },
    )


def claimed(premises: list[Formula], aim: Formula, /, **evidence: Any) -> str:
    """A certificate over the language of `sentences` whose verdict is that of its evidence."""
    certificate = {
        "format": "neurologic certificate",
        "version": 1,
        "semantics": SEMANTICS,
        "signature": signature_json(SIGNATURE),
        "premises": [{"text": "", "formula": write(p, SIGNATURE)} for p in premises],
        "axioms": [],
        "goal": {"text": "", "formula": write(aim, SIGNATURE)},
        "negation": write(Not(aim), SIGNATURE),
        "evidence": {"goal": None, "negation": None, "falsum": None} | evidence,
    }
    _claim_what_is_shown(certificate)
    return text(certificate)


def sorted_(formula: Formula) -> Formula:
    return elaborate([formula], SIGNATURE)[1][0]


@given(sentences(), structures())
def test_the_kernel_and_the_library_agree_on_what_holds(
    formula: Formula, structure: Structure
) -> None:
    shown = structure_json(structure, SIGNATURE)
    goal = sorted_(formula)
    certificate = claimed([], goal, goal=shown)
    with pytest.raises(Rejected) as caught:
        check(certificate)
    assert ("holds in the model" in caught.value.reason) is satisfies(structure, goal)


@given(ground_formulas(), ground_formulas())
def test_a_step_that_is_accepted_follows(premise: Formula, goal: Formula) -> None:
    first, second = sorted_(premise), sorted_(goal)
    step = {"table": [], "lemmas": [], "steps": [[[], ["p0", "g"]]]}
    if accepted(claimed([first], second, goal=step)):
        assert decide([first], second, signature=SIGNATURE).verdict.name in (
            "ENTAILED",
            "INCONSISTENT",
        )


@given(st.lists(ground_formulas(0), min_size=1, max_size=4), st.lists(st.booleans(), min_size=4))
def test_an_equality_lemma_is_valid(formulas: list[Formula], signs: list[bool]) -> None:
    table = [write(sorted_(formula), SIGNATURE) for formula in formulas]
    literals = [
        i + 1 if sign else -i - 1 for i, sign in zip(range(len(table)), signs, strict=False)
    ]
    clause = [f if s else Not(f) for f, s in zip(formulas, signs, strict=False)]
    goal = sorted_(clause[0] if len(clause) == 1 else Or(tuple(clause)))
    evidence = {"table": table, "lemmas": [["eq", literals]], "steps": [[[], ["g", "l0"]]]}
    valid = decide([], goal, signature=SIGNATURE).verdict.name == "ENTAILED"
    assert accepted(claimed([], goal, goal=evidence)) is valid


@given(sentences(("x",)), st.booleans(), st.sampled_from(NAMES))
@example(Exists(Variable("x"), Atom("P", (Variable("x"),))), True, "ann")
def test_instances_are_those_of_substitution(body: Formula, universal: bool, name: str) -> None:
    whole = sorted_((ForAll if universal else Exists)(Variable("x"), body))
    assert isinstance(whole, (ForAll, Exists))
    instance = body_at(whole, Constant(name))
    premise, goal = (whole, instance) if universal else (instance, whole)
    table = [write(whole, SIGNATURE), write(instance, SIGNATURE)]
    steps = [[[2 if universal else 1], ["p0", "l0"]]]
    evidence = {"table": table, "lemmas": [["inst", 0, name]], "steps": steps}
    assert accepted(claimed([premise], goal, goal=evidence))


@given(sentences(("x",)), st.booleans())
def test_witnesses_are_those_of_substitution(body: Formula, universal: bool) -> None:
    whole = sorted_((ForAll if universal else Exists)(Variable("x"), body))
    assert isinstance(whole, (ForAll, Exists))
    instance = body_at(whole, Constant("c1"))
    table = [write(whole, SIGNATURE), write(instance, SIGNATURE)]
    steps = [[[-2 if universal else 2], ["p0", "l0"]], [[], ["p0", "g"]]]
    evidence = {"table": table, "lemmas": [["wit", 0, "c1"]], "steps": steps}
    premise = Not(whole) if universal else whole
    assert accepted(claimed([premise], premise, goal=evidence))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values)
def test_any_json_is_refused(value: Any) -> None:
    with pytest.raises(Rejected):
        check(json.dumps(value))


@given(st.text() | st.binary())
def test_any_text_is_refused(value: Any) -> None:
    with pytest.raises(Rejected):
        check(value)


@given(st.data())
def test_any_json_in_any_place_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    certificate = copy.deepcopy(CASES[data.draw(st.sampled_from(sorted(CASES)))])
    before = json.dumps(certificate)
    holder = data.draw(st.sampled_from(list(_objects(certificate))))
    key = data.draw(st.sampled_from(sorted(holder)))
    holder[key] = data.draw(json_values)
    assume(json.dumps(certificate) != before)
    assert not accepted(json.dumps(certificate)) or key in ("text", "evidence", *EVIDENCE)


EVIDENCE = ("goal", "negation", "falsum", "table", "lemmas", "axioms", "premises", "rows")
"""What may become null or empty without making a claim false."""


@given(st.text(alphabet="()' \\abPQ=<+-*/0129:xand\u0000\ud800", max_size=40))
def test_any_sentence_is_read_or_refused_with_its_place(formula: str) -> None:
    certificate = copy.deepcopy(CASES["direct"])
    certificate["axioms"] = [formula]
    certificate["evidence"]["negation"] = None
    certificate["consistency"] = "unknown"
    try:
        check(json.dumps(certificate))
    except Rejected as error:
        place = error.place
    else:
        place = "axioms[0]"
    assert place == "axioms[0]"
