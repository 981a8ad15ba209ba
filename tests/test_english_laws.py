"""Laws of the translation: it follows how sentences are built, not their order or history."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from neurologic.english import English
from neurologic.errors import NeurologicError
from neurologic.formula import And, Atom, Constant, ForAll, Formula, Implies, Not, Variable
from neurologic.problem import Lexicon, TextProblem

ADJECTIVES = ("kind", "red", "rough", "young", "nice", "blue", "furry", "zorp")
NOUNS = ("cat", "lion", "wug", "grey heron", "mouse")
VERBS = (("chases", "chase"), ("likes", "like"), ("sees", "see"), ("glims", "glim"))
NAMES = ("Anne", "Bob", "Gary", "Zed")

X = Variable("x")
Clause = tuple[str, Formula]


def _camel(word: str) -> str:
    return "".join(part.capitalize() for part in word.split())


def _constant(phrase: str) -> Constant:
    return Constant(phrase.removeprefix("the ").lower().replace(" ", "_"))


phrases = st.sampled_from(NAMES) | st.sampled_from([f"the {noun}" for noun in NOUNS])


@st.composite
def facts(draw: st.DrawFn) -> Clause:
    """`Anne is (not) kind`, `the lion sees the cat`, `the lion does not see Bob`."""
    subject = draw(phrases)
    negated = draw(st.booleans())
    if draw(st.booleans()):
        adjective = draw(st.sampled_from(ADJECTIVES))
        text = f"{subject} is {'not ' if negated else ''}{adjective}"
        atom = Atom(_camel(adjective), (_constant(subject),))
    else:
        finite, base = draw(st.sampled_from(VERBS))
        object_ = draw(phrases.filter(lambda phrase: phrase != subject))
        text = f"{subject} {f'does not {base}' if negated else finite} {object_}"
        atom = Atom(_camel(base), (_constant(subject), _constant(object_)))
    return text, Not(atom) if negated else atom


@st.composite
def rules(draw: st.DrawFn) -> Clause:
    """Conditionals about something or someone, and universal sentences about things."""
    if draw(st.booleans()):
        return draw(universals())
    noun, pronoun, plural = draw(
        st.sampled_from([("something", "it", False), ("someone", "they", True)])
    )
    count = draw(st.integers(1, 2))
    first = draw(said_of(noun, plural=False))
    others = [draw(said_of(pronoun, plural=plural)) for _ in range(count)]
    given_text = " and ".join(text for text, _ in [first, *others[:-1]])
    conditions = [formula for _, formula in [first, *others[:-1]]]
    antecedent = conditions[0] if len(conditions) == 1 else And(tuple(conditions))
    text = f"if {given_text} then {others[-1][0]}"
    return text, ForAll(X, Implies(antecedent, others[-1][1]))


@st.composite
def said_of(draw: st.DrawFn, subject: str, *, plural: bool) -> Clause:
    """A clause about the variable of a rule."""
    negated = draw(st.booleans())
    no = "not " if negated else ""
    if draw(st.booleans()):
        adjective = draw(st.sampled_from(ADJECTIVES))
        atom = Atom(_camel(adjective), (X,))
        text = f"{subject} {'are' if plural else 'is'} {no}{adjective}"
    else:
        finite, base = draw(st.sampled_from(VERBS))
        object_ = draw(st.sampled_from([f"the {noun}" for noun in NOUNS]))
        atom = Atom(_camel(base), (X, _constant(object_)))
        do = "do" if plural else "does"
        verb = f"{do} not {base}" if negated else base if plural else finite
        text = f"{subject} {verb} {object_}"
    return text, Not(atom) if negated else atom


@st.composite
def universals(draw: st.DrawFn) -> Clause:
    """`all red, kind things are (not) rough`."""
    chosen = draw(st.lists(st.sampled_from(ADJECTIVES), min_size=1, max_size=2, unique=True))
    head = draw(st.sampled_from(ADJECTIVES))
    negated = draw(st.booleans())
    noun = draw(st.sampled_from(["things", "people"]))
    every = draw(st.sampled_from(["all ", ""]))
    atoms = tuple(Atom(_camel(word), (X,)) for word in chosen)
    left = atoms[0] if len(atoms) == 1 else And(atoms)
    right = Atom(_camel(head), (X,))
    text = f"{every}{', '.join(chosen)} {noun} are {'not ' if negated else ''}{head}"
    return text, ForAll(X, Implies(left, Not(right) if negated else right))


theories = st.lists(facts() | rules(), min_size=1, max_size=8)


def sentence(text: str) -> str:
    """The text as a sentence."""
    return f"{text[0].upper()}{text[1:]}."


def translated(premises: list[str], conclusion: str) -> list[Formula | str]:
    """The best formula of each sentence, or its error's message."""
    found = English().translate(TextProblem(tuple(premises), conclusion)).sentences
    return [str(r) if isinstance(r, NeurologicError) else r[0].formula for r in found]


@given(theories, facts())
def test_a_theory_of_facts_and_rules_is_read_as_it_was_built(
    theory: list[Clause], goal: Clause
) -> None:
    texts = [sentence(text) for text, _ in theory]
    assert translated(texts, sentence(goal[0])) == [formula for _, formula in [*theory, goal]]


@given(theories, facts(), st.randoms(use_true_random=False))
def test_the_order_of_premises_changes_no_formula(
    theory: list[Clause], goal: Clause, random: random.Random
) -> None:
    texts = [sentence(text) for text, _ in theory]
    shuffled = random.sample(texts, len(texts))
    before = dict(zip(texts, translated(texts, sentence(goal[0])), strict=False))
    after = dict(zip(shuffled, translated(shuffled, sentence(goal[0])), strict=False))
    assert before == after


@given(theories, theories, facts())
def test_what_was_translated_before_changes_nothing(
    theory: list[Clause], other: list[Clause], goal: Clause
) -> None:
    problem = TextProblem(tuple(sentence(t) for t, _ in theory), sentence(goal[0]))
    before = English().translate(problem)
    English().translate(TextProblem(tuple(sentence(t) for t, _ in other), sentence(goal[0])))
    after = English().translate(problem)
    assert [str(found) for found in after.sentences] == [str(found) for found in before.sentences]
    assert after.lexicon == before.lexicon != Lexicon()


kinds = st.lists(
    st.from_regex(r"\A[bdfglmnprstvwz][aeiou]mpus\Z"), min_size=2, max_size=6, unique=True
)


@given(kinds, st.sampled_from(["each", "every"]))
def test_kinds_with_unheard_of_names_keep_one_name_in_both_numbers(
    nouns: list[str], determiner: str
) -> None:
    premises = [
        f"{noun.capitalize()}es are {after}es." for noun, after in itertools.pairwise(nouns)
    ]
    premises += [f"{determiner.capitalize()} {noun} is a {nouns[0]}." for noun in nouns]
    *found, goal = translated(premises, f"Max is a {nouns[-1]}.")
    arrow = [
        ForAll(X, Implies(Atom(a.capitalize(), (X,)), Atom(b.capitalize(), (X,))))
        for a, b in [*itertools.pairwise(nouns), *((noun, nouns[0]) for noun in nouns)]
    ]
    assert found == arrow
    assert goal == Atom(nouns[-1].capitalize(), (Constant("max"),))
