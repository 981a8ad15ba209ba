"""What controlled English means: each construction with the formula it stands for."""

import pytest

from neurologic.english import English
from neurologic.errors import NeurologicError
from neurologic.problem import Reading, TextProblem


def readings(*sentences: str, translator: English | None = None) -> list[tuple[Reading, ...]]:
    """The readings of the sentences, of which the last is the conclusion."""
    problem = TextProblem(tuple(sentences[:-1]), sentences[-1])
    results = []
    for result in (translator or English()).translate(problem).sentences:
        if isinstance(result, NeurologicError):
            raise result
        results.append(result)
    return results


def formulas(*sentences: str) -> list[str]:
    """The best formulas of the sentences, printed."""
    return [str(best.formula) for best, *_ in readings(*sentences)]


FACTS = {
    "Anne is kind.": "Kind(anne)",
    "Anne is not kind.": "¬Kind(anne)",
    "Anne is a cat.": "Cat(anne)",
    "Anne is no cat.": "¬Cat(anne)",
    "Anne is a kind of cat that sleeps.": None,
    "The grey heron chases the mouse.": "Chase(grey_heron, mouse)",
    "The lion does not like the cat.": "¬Like(lion, cat)",
    "Bob isn't cold.": "¬Cold(bob)",
    "Bob doesn't like Ann.": "¬Like(bob, ann)",
    "Mr. Smith is a doctor.": "Doctor(mr_smith)",
    "Ann lives in New York.": "LiveIn(ann, new_york)",
    "Ann is in the garden.": "In(ann, garden)",
    "Ann is taller than Bob.": "TallerThan(ann, bob)",
    "Ann is more careful than Bob.": "MoreCarefulThan(ann, bob)",
    "Ann is afraid of Bob.": "AfraidOf(ann, bob)",
    "Ann is the mother of Bob.": "MotherOf(ann, bob)",
    "Ann is a friend of Bob.": "FriendOf(ann, bob)",
    "Ann is not seen by Bob.": "¬See(bob, ann)",
    "Ann was seen by Bob.": "See(bob, ann)",
    "Ann bought the house.": "Buy(ann, house)",
    "Ann sees herself.": "See(ann, ann)",
    "Ann gives the ring to Bob.": "GiveTo(ann, ring, bob)",
    "Ann can swim.": "CanSwim(ann)",
    "Ann cannot swim.": "¬CanSwim(ann)",
    "Bob is Carl.": "bob = carl",
    "Ann is a warm-blooded animal.": "Warm-bloodedAnimal(ann)",
}


@pytest.mark.parametrize(("sentence", "formula"), [(s, f) for s, f in FACTS.items() if f])
def test_a_fact_is_an_atom_or_its_negation(sentence: str, formula: str) -> None:
    assert formulas(sentence) == [formula.replace("-b", "B")]


QUANTIFIERS = {
    "All men are mortal.": "∀x (Man(x) → Mortal(x))",
    "Every glimpus is not angry.": "∀x (Glimpus(x) → ¬Angry(x))",
    "Each tarpus is a norpus.": "∀x (Tarpus(x) → Norpus(x))",
    "Any dog barks.": "∀x (Dog(x) → Bark(x))",
    "Cats are not dogs.": "∀x (Cat(x) → ¬Dog(x))",
    "A whale is a mammal.": "∀x (Whale(x) → Mammal(x))",
    "Old, dry things are brittle.": "∀x (Old(x) ∧ Dry(x) → Brittle(x))",
    "All red people are kind.": "∀x (Red(x) → Kind(x))",
    "No dogs are cats.": "∀x (Dog(x) → ¬Cat(x))",
    "No dog chases a cat.": "∀x (Dog(x) → ¬∃y (Cat(y) ∧ Chase(x, y)))",
    "Some birds do not fly.": "∃x (Bird(x) ∧ ¬Fly(x))",
    "Not all birds fly.": "¬∀x (Bird(x) → Fly(x))",
    "Not every bird sings.": "¬∀x (Bird(x) → Sing(x))",
    "Only cats purr.": "∀x (Purr(x) → Cat(x))",
    "Only Ann sings.": "Sing(ann) ∧ ∀x (Sing(x) → x = ann)",
    "Everyone loves someone.": "∀x ∃y Love(x, y)",
    "Nobody likes Carl.": "∀x ¬Like(x, carl)",
    "Nothing red is cold.": "∀x (Red(x) → ¬Cold(x))",
    "Everyone who sings is happy.": "∀x (Sing(x) → Happy(x))",
    "Ann does not love anyone.": "¬∃x Love(ann, x)",
    "Every student reads some book.": "∀x (Student(x) → ∃y (Book(y) ∧ Read(x, y)))",
    "Rabbits are animals that eat plants.": (
        "∀x (Rabbit(x) → ∃y (Animal(x) ∧ Plant(y) ∧ Eat(x, y)))"
    ),
    "There is a ghost in the house.": "∃x (Ghost(x) ∧ In(x, house))",
    "There are no unicorns.": "¬∃x Unicorn(x)",
    "Big or strong elephants are nice.": "∀x ((Big(x) ∨ Strong(x)) ∧ Elephant(x) → Nice(x))",
    "A cat is an animal or a plant.": "∀x (Cat(x) → Animal(x) ∨ Plant(x))",
    "All cats and dogs are animals.": "(∀x (Cat(x) → Animal(x))) ∧ ∀y (Dog(y) → Animal(y))",
}


@pytest.mark.parametrize(("sentence", "formula"), QUANTIFIERS.items())
def test_a_determiner_is_a_quantifier(sentence: str, formula: str) -> None:
    assert formulas(sentence) == [formula]


CONNECTIVES = {
    "Ann is tall and thin.": "Tall(ann) ∧ Thin(ann)",
    "Ann is tall or not tall.": "Tall(ann) ∨ ¬Tall(ann)",
    "Ann is neither tall nor thin.": "¬Tall(ann) ∧ ¬Thin(ann)",
    "Ann is either tall or thin.": "Tall(ann) ⊕ Thin(ann)",
    "Ann is not tall or thin.": "¬(Tall(ann) ∨ Thin(ann))",
    "Ann is tall, thin, or kind.": "Tall(ann) ∨ Thin(ann) ∨ Kind(ann)",
    "Ann sings or does not dance.": "Sing(ann) ∨ ¬Dance(ann)",
    "Neither Ann nor Bob sings.": "¬Sing(ann) ∧ ¬Sing(bob)",
    "Both Ann and Bob sing.": "Sing(ann) ∧ Sing(bob)",
    "Ann, Bob and Carl are students.": "Student(ann) ∧ Student(bob) ∧ Student(carl)",
    "Ann is a student but she is not tall.": "Student(ann) ∧ ¬Tall(ann)",
    "Ann sings only if Bob dances.": "Sing(ann) → Dance(bob)",
    "Ann sings if Bob dances.": "Dance(bob) → Sing(ann)",
    "Ann sings if and only if Bob dances.": "Sing(ann) ↔ Dance(bob)",
    "Ann sings iff Bob dances.": "Sing(ann) ↔ Dance(bob)",
    "Ann sings unless Bob dances.": "¬Dance(bob) → Sing(ann)",
    "Unless Bob dances, Ann sings.": "¬Dance(bob) → Sing(ann)",
    "It is not the case that Ann sings.": "¬Sing(ann)",
    "It is false that every bird flies.": "¬∀x (Bird(x) → Fly(x))",
    "It is true that Ann sings.": "Sing(ann)",
    "If Ann sings, then if Bob dances, then Carl is happy.": (
        "Sing(ann) → (Dance(bob) → Happy(carl))"
    ),
    "If Ann sings and Bob dances, then Carl is happy or Dave is sad.": (
        "Sing(ann) ∧ Dance(bob) → Happy(carl) ∨ Sad(dave)"
    ),
}


@pytest.mark.parametrize(("sentence", "formula"), CONNECTIVES.items())
def test_a_conjunction_is_a_connective(sentence: str, formula: str) -> None:
    assert formulas(sentence) == [formula]


PRONOUNS = {
    "If something is kind and it chases the cat then it is red.": (
        "∀x (Kind(x) ∧ Chase(x, cat) → Red(x))"
    ),
    "If someone meets the fox and they are not tired then they meet the owl.": (
        "∀x (Meet(x, fox) ∧ ¬Tired(x) → Meet(x, owl))"
    ),
    "If a farmer owns a donkey then he beats it.": (
        "∀x ∀y (Farmer(x) ∧ Donkey(y) ∧ Own(x, y) → Beat(x, y))"
    ),
    "Every farmer who owns a donkey beats it.": (
        "∀x ∀y (Farmer(x) ∧ Donkey(y) ∧ Own(x, y) → Beat(x, y))"
    ),
    "If a dog sees a cat then the dog barks.": ("∀x ∀y (Dog(x) ∧ Cat(y) ∧ See(x, y) → Bark(x))"),
    "Ann likes a boy who likes her.": "∃x (Boy(x) ∧ Like(x, ann) ∧ Like(ann, x))",
    "A man whom Eve likes sings.": "∃x (Man(x) ∧ Like(eve, x) ∧ Sing(x))",
    "If X is kind then X is red.": "∀x (Kind(x) → Red(x))",
}


@pytest.mark.parametrize(("sentence", "formula"), PRONOUNS.items())
def test_a_pronoun_stands_for_what_the_sentence_has_introduced(sentence: str, formula: str) -> None:
    assert formulas(sentence) == [formula]


QUESTIONS = {
    "Is Anne kind?": "Kind(anne)",
    "Is the grey heron a bird?": "Bird(grey_heron)",
    "Are elephants animals?": "∀x (Elephant(x) → Animal(x))",
    "Does Anne like the cat?": "Like(anne, cat)",
    "Do birds fly?": "∀x (Bird(x) → Fly(x))",
    "Can birds fly?": "∀x (Bird(x) → CanFly(x))",
    "Is there a ghost in the house?": "∃x (Ghost(x) ∧ In(x, house))",
    "Is it true that Anne is kind?": "Kind(anne)",
    "Is it false that Anne is kind?": "¬Kind(anne)",
    "Anne is kind?": "Kind(anne)",
    "Is Anne kind": "Kind(anne)",
}


@pytest.mark.parametrize(("sentence", "formula"), QUESTIONS.items())
def test_a_yes_no_question_is_the_statement_it_asks_about(sentence: str, formula: str) -> None:
    assert formulas(sentence) == [formula]


def test_a_plural_has_the_singular_that_the_problem_uses() -> None:
    assert formulas("Brilpuses are shy.", "Every brilpus is a sarpus.", "Max is a sarpus.") == [
        "∀x (Brilpus(x) → Shy(x))",
        "∀x (Brilpus(x) → Sarpus(x))",
        "Sarpus(max)",
    ]


def test_a_plural_after_are_is_a_noun_and_an_adjective_is_not() -> None:
    assert formulas("Lempuses are sour.", "Lempuses are rompuses.", "Sam is a rompus.")[:2] == [
        "∀x (Lempus(x) → Sour(x))",
        "∀x (Lempus(x) → Rompus(x))",
    ]


def test_forms_of_a_verb_are_one_predicate() -> None:
    assert formulas("The cow chases the dog.", "The dog does not chase the cow.") == [
        "Chase(cow, dog)",
        "¬Chase(dog, cow)",
    ]


def test_a_modifier_is_split_off_where_the_problem_says_it_of_something() -> None:
    assert formulas("Rex is fierce.", "Fierce dogs bark.")[1] == (
        "∀x (Fierce(x) ∧ Dog(x) → Bark(x))"
    )
    assert formulas("Rex is a dog.", "Guide dogs bark.")[1] == (
        "∀x (GuideDog(x) ∧ Dog(x) → Bark(x))"
    )


def test_person_says_nothing_unless_someone_is_said_to_be_a_person() -> None:
    assert formulas("Kind people are nice.") == ["∀x (Kind(x) → Nice(x))"]
    assert formulas("Ann is a person.", "Kind people are nice.") == [
        "Person(ann)",
        "∀x (Kind(x) ∧ Person(x) → Nice(x))",
    ]


def test_the_noun_takes_up_what_an_earlier_sentence_introduced() -> None:
    assert formulas("A sailor owns a parrot.", "The parrot is old.", "The sailor is rich.") == [
        "Sailor(sailor) ∧ Parrot(parrot) ∧ Own(sailor, parrot)",
        "Old(parrot)",
        "Rich(sailor)",
    ]


def test_a_description_is_presupposed_by_a_premise_and_not_claimed_by_a_conclusion() -> None:
    assert formulas("Every red box is full.", "The box which Ann owns is red.")[1] == (
        "Red(box_which_ann_owns)"
    )
    assert formulas("The box which Ann owns is red.", "Ann is kind.")[0] == (
        "Red(box_which_ann_owns) ∧ Box(box_which_ann_owns) ∧ Own(ann, box_which_ann_owns)"
    )


def test_possessives_and_of_describe_the_same_thing() -> None:
    assert formulas("Ann's dog is old.", "The dog of Ann is old.") == [
        "Old(dog_of_ann) ∧ DogOf(dog_of_ann, ann)",
        "Old(dog_of_ann)",
    ]


def test_other_readings_follow_the_best_with_their_costs() -> None:
    [[best, other]] = readings("A dog barks.")
    assert (str(best.formula), str(other.formula)) == (
        "∃x (Dog(x) ∧ Bark(x))",
        "∀x (Dog(x) → Bark(x))",
    )
    assert best.cost < other.cost
    assert "'a' is read as 'some'" in [note.message for note in best.notes]


def test_either_or_is_exclusive_unless_asked_otherwise() -> None:
    inclusive = English(exclusive_either=False)
    [[best, *_]] = readings("Either Ann sings or Bob sings.", translator=inclusive)
    assert str(best.formula) == "Sing(ann) ∨ Sing(bob)"


def test_the_lexicon_says_what_each_symbol_means() -> None:
    problem = TextProblem(("The grey heron chases Anne.",), "Anne is kind.")
    lexicon = English().translate(problem).lexicon
    assert lexicon.predicates == (("Chase", 2, "x chase y"), ("Kind", 1, "x is kind"))
    assert lexicon.constants == (("grey_heron", "the grey heron"), ("anne", "Anne"))


def test_lenient_translation_reads_what_strict_translation_refuses() -> None:
    sentence = "Water is wet."
    with pytest.raises(NeurologicError):
        readings(sentence, "Ann drinks water.")
    [[best, *_], _] = readings(sentence, "Ann drinks water.", translator=English(strict=False))
    assert str(best.formula) == "∀x (Water(x) → Wet(x))"
    assert best.cost > 1.5


def test_a_bare_plural_of_things_in_general_is_a_rule_whatever_contradicts_it() -> None:
    problem = TextProblem(
        ("Kind things are rough.", "All kind, red things are not rough."), "Anne is kind."
    )
    first, second, _ = English().translate(problem).sentences
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
