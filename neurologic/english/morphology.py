"""English inflection: from a form to the base forms it may belong to, by rules and a closed list.

Every function gives candidates, the likeliest first; which one is meant is decided by the other
words of the problem (see `vocabulary`).
"""

from __future__ import annotations

_PLURALS = """
man men woman women child children person people foot feet tooth teeth goose geese mouse mice
louse lice ox oxen wolf wolves calf calves half halves knife knives life lives wife wives leaf
leaves loaf loaves thief thieves shelf shelves elf elves self selves sheaf sheaves hoof hooves scarf
scarves sheep sheep fish fish deer deer moose moose series series species species aircraft aircraft
bison bison swine swine salmon salmon trout trout squid squid offspring offspring crossroads
crossroads headquarters headquarters axis axes basis bases crisis crises thesis theses analysis
analyses hypothesis hypotheses oasis oases parenthesis parentheses diagnosis diagnoses cactus cacti
fungus fungi nucleus nuclei stimulus stimuli alumnus alumni radius radii syllabus syllabi phenomenon
phenomena criterion criteria datum data bacterium bacteria medium media index indices matrix matrices
vertex vertices appendix appendices formula formulae larva larvae alga algae quiz quizzes gas gases
bus buses lens lenses virus viruses hero heroes potato potatoes tomato tomatoes echo echoes
mosquito mosquitoes volcano volcanoes cargo cargoes veto vetoes buffalo buffaloes shoe shoes
toe toes foe foes hoe hoes movie movies cookie cookies zombie zombies pie pies tie ties
horse horses nurse nurses house houses cause causes cheese cheeses axe axes base bases
ellipse ellipses ellipsis ellipses
""".split()

_VERBS = """
be was been|arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became
become|begin began begun|bend bent bent|bet bet bet|bind bound bound|bite bit bitten|bleed bled
bled|blow blew blown|break broke broken|breed bred bred|bring brought brought|build built built|burn
burnt burnt|buy bought bought|catch caught caught|choose chose chosen|cling clung clung|come came
come|cost cost cost|creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|do did done|draw drew
drawn|dream dreamt dreamt|drink drank drunk|drive drove driven|dwell dwelt dwelt|eat ate eaten|fall
fell fallen|feed fed fed|feel felt felt|fight fought fought|find found found|flee fled fled|fling
flung flung|fly flew flown|forbid forbade forbidden|forget forgot forgotten|forgive forgave
forgiven|freeze froze frozen|get got got|give gave given|go went gone|grind ground ground|grow grew
grown|hang hung hung|have had had|hear heard heard|hide hid hidden|hit hit hit|hold held held|hurt
hurt hurt|keep kept kept|kneel knelt knelt|know knew known|lay laid laid|lead led led|lean leant
leant|leap leapt leapt|learn learnt learnt|leave left left|lend lent lent|let let let|lie lay
lain|light lit lit|lose lost lost|make made made|mean meant meant|meet met met|pay paid paid|prove
proved proven|put put put|quit quit quit|read read read|ride rode ridden|ring rang rung|rise rose
risen|run ran run|say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|set
set set|shake shook shaken|shed shed shed|shine shone shone|shoot shot shot|show showed shown|shrink
shrank shrunk|shut shut shut|sing sang sung|sink sank sunk|sit sat sat|sleep slept slept|slide slid
slid|smell smelt smelt|sow sowed sown|speak spoke spoken|spell spelt spelt|spend spent spent|spill
spilt spilt|spin spun spun|spit spat spat|split split split|spoil spoilt spoilt|spread spread
spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck|sting stung
stung|stink stank stunk|strike struck struck|swear swore sworn|sweep swept swept|swell swelled
swollen|swim swam swum|swing swung swung|take took taken|teach taught taught|tear tore torn|tell
told told|think thought thought|throw threw thrown|understand understood understood|wake woke
woken|wear wore worn|weave wove woven|weep wept wept|win won won|wind wound wound|withdraw withdrew
withdrawn|write wrote written
""".replace("\n", " ").split("|")

_COMPARATIVES = {"better": "good", "worse": "bad", "farther": "far", "further": "far"}

_VOWELS = frozenset("aeiou")
_SIBILANTS = ("s", "x", "z", "ch", "sh")


def _plural_table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for singular, plural in zip(_PLURALS[::2], _PLURALS[1::2], strict=True):
        table[plural] = (*table.get(plural, ()), singular)
    return table


def _verb_tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], frozenset[str]]:
    pasts: dict[str, tuple[str, ...]] = {}
    participles: dict[str, tuple[str, ...]] = {}
    bases: set[str] = set()
    for entry in _VERBS:
        base, past, participle = entry.split()
        bases.add(base)
        pasts[past] = (*pasts.get(past, ()), base)
        participles[participle] = (*participles.get(participle, ()), base)
    return pasts, participles, frozenset(bases)


IRREGULAR_PLURALS = _plural_table()
IRREGULAR_PASTS, IRREGULAR_PARTICIPLES, IRREGULAR_VERBS = _verb_tables()
_INVARIANT = frozenset(p for p, singulars in IRREGULAR_PLURALS.items() if p in singulars)


def is_invariant(word: str) -> bool:
    """The noun has the same form in both numbers, as `sheep` has."""
    return word in _INVARIANT


def singulars(word: str) -> tuple[str, ...]:
    """The nouns whose plural the word may be; none if it does not look like a plural.

    >>> singulars("brilpuses"), singulars("mice"), singulars("berries"), singulars("cold")
    (('brilpus', 'brilpuse'), ('mouse',), ('berry', 'berrie'), ())
    """
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if word.endswith("men") and len(word) > 5:
        return (word[:-2] + "an",)
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("uses") and word[-5:-4] not in _VOWELS:
        return (word[:-2], word[:-1])
    if word.endswith("es") and word[:-2].endswith(("ss", "x", "zz", "ch", "sh")):
        return (word[:-2], word[:-1])
    return (word[:-1], word[:-2]) if word.endswith(("ses", "oes", "zes")) else (word[:-1],)


def third_person(word: str) -> tuple[str, ...]:
    """The verbs whose third person singular the word may be.

    >>> third_person("chases"), third_person("goes"), third_person("flies"), third_person("has")
    (('chase', 'chas'), ('go', 'goe'), ('fly', 'flie'), ('have',))
    """
    if word == "has":
        return ("have",)
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return ()
    if word.endswith("ies"):
        return (word[:-1], word[:-3] + "y") if len(word) == 4 else (word[:-3] + "y", word[:-1])
    if word.endswith(("sses", "xes", "zzes", "ches", "shes", "oes")):
        return (word[:-2], word[:-1])
    return (word[:-1], word[:-2]) if word.endswith(("ses", "zes")) else (word[:-1],)


def in_third_person(verb: str) -> str:
    """The third person singular of a verb.

    >>> [in_third_person(verb) for verb in ("chase", "go", "fly", "play", "have", "catch")]
    ['chases', 'goes', 'flies', 'plays', 'has', 'catches']
    """
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def pasts(word: str) -> tuple[str, ...]:
    """The verbs whose past tense the word may be.

    >>> pasts("bought"), pasts("liked"), pasts("stopped"), pasts("carried")
    (('buy',), ('like', 'lik'), ('stop', 'stopp'), ('carry', 'carrie'))
    """
    return IRREGULAR_PASTS.get(word) or _regular_pasts(word)


def participles(word: str) -> tuple[str, ...]:
    """The verbs whose past participle the word may be.

    >>> participles("seen"), participles("admired")
    (('see',), ('admire', 'admir'))
    """
    return IRREGULAR_PARTICIPLES.get(word) or _regular_pasts(word)


def _regular_pasts(word: str) -> tuple[str, ...]:
    if len(word) < 4 or not word.endswith("ed") or word.endswith("eed"):
        return ()
    stem = word[:-2]
    if stem.endswith("i"):
        return (stem[:-1] + "y", stem + "e")
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return (stem[:-1], stem)
    return (stem + "e", stem) if _wants_e(stem) else (stem, stem + "e")


def _wants_e(stem: str) -> bool:
    """The stem of a regular past is likelier spelled with a silent e: `lik`, `chas`, `adore`."""
    if stem.endswith(_SIBILANTS) and not stem.endswith(("ss", "x", "zz", "ch", "sh")):
        return True
    if stem.endswith(("c", "g", "v", "u", "dl", "tl", "bl", "pl", "gl", "kl", "fl")):
        return not stem.endswith(("ng", "ing", "eg"))
    if stem.endswith(("it", "ot", "om", "op")) and len(stem) > 4:
        return False
    single_vowel = len(stem) > 1 and stem[-2] in _VOWELS and stem[-1] not in _VOWELS | set("wxyln")
    return single_vowel and (len(stem) < 3 or stem[-3] not in _VOWELS) and stem[-2] != "e"


def comparatives(word: str) -> tuple[str, ...]:
    """The adjectives whose comparative the word may be.

    >>> comparatives("taller"), comparatives("nicer"), comparatives("bigger"), comparatives("other")
    (('tall', 'talle'), ('nic', 'nice'), ('big', 'bigg'), ('oth', 'othe'))
    """
    if word in _COMPARATIVES:
        return (_COMPARATIVES[word],)
    if len(word) < 5 or not word.endswith("er"):
        return ()
    stem = word[:-2]
    if stem.endswith("i"):
        return (stem[:-1] + "y",)
    if stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return (stem[:-1], stem)
    return (stem, stem + "e")
