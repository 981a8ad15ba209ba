"""What selecting one of ten candidates costs, for recorded sentences or for sentences of a game.

    python -m benchmarks.selecting [FILE] [--candidates 10]

FILE holds recorded translations or rows with `candidates`, as for `benchmarks equivalence --classes`;
without it the candidates are those below, for sentences as in games of admission tests: functions
into ordered enumerations and into numbers, counts, and quantifiers over the members. The judge of
`disprove` is one who has no opinion, so that every question is asked, or one who says yes to all.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.classes import sentences
from neurologic.errors import NeurologicError
from neurologic.formula import INTEGER, Formula, Sort
from neurologic.parsing import parse
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration
from neurologic.translation import select

SINGER, DAY, ROOM = Sort("singer"), Sort("day"), Sort("room")
GAME = Signature(
    (
        SortDeclaration(SINGER, tuple("ada bea cyd dov eli fay gus".split())),
        SortDeclaration(DAY, tuple("mon tue wed thu fri".split()), ordered=True),
        SortDeclaration(ROOM, tuple("r1 r2 r3 r4 r5".split()), ordered=True),
    ),
    (
        SymbolDeclaration("room", (SINGER,), ROOM),
        SymbolDeclaration("place", (SINGER,), INTEGER),
        SymbolDeclaration("Sings", (SINGER, DAY)),
        SymbolDeclaration("Shared", (ROOM,)),
    ),
)
THEORY = ("all x: singer. (1 <= place(x) & place(x) <= 7)",)
SENTENCES: dict[str, tuple[str, ...]] = {
    "Ada and Bea are in different rooms.": (
        "room(ada) != room(bea)",
        "-(room(bea) = room(ada))",
        "all r: room. -(room(ada) = r & room(bea) = r)",
        "room(ada) = room(bea)",
        "room(ada) < room(bea)",
        "room(bea) > room(ada)",
        "room(ada) > room(bea)",
        "room(ada) != room(bea) & Shared(room(ada))",
        "Shared(room(ada)) -> room(ada) != room(bea)",
        "room(ada) = room(ada)",
    ),
    "Exactly two singers are in room 3.": (
        "Count(x: singer, room(x) = r3) = 2",
        "exists x: singer. exists y: singer. (x != y & room(x) = r3 & room(y) = r3 & "
        "all z: singer. (room(z) = r3 -> z = x | z = y))",
        "Count(x: singer, room(x) = r3) >= 2",
        "Count(x: singer, room(x) = r3) <= 2",
        "Count(x: singer, room(x) = r3) > 1",
        "Count(x: singer, room(x) = r3) = 1",
        "exists x: singer. room(x) = r3",
        "all x: singer. room(x) = r3",
        "Shared(r3)",
        "Shared(r3) <-> Count(x: singer, room(x) = r3) = 2",
    ),
    "Cyd sings before Dov.": (
        "place(cyd) < place(dov)",
        "place(dov) > place(cyd)",
        "place(cyd) + 1 <= place(dov)",
        "place(cyd) + 1 = place(dov)",
        "place(cyd) > place(dov)",
        "place(cyd) != place(dov)",
        "place(cyd) <= place(dov)",
        "place(cyd) < place(dov) | place(dov) < place(cyd)",
        "place(cyd) = 1",
        "place(dov) <= 7",
    ),
    "Ada and Bea never sing on the same day.": (
        "all d: day. (Sings(ada, d) -> -Sings(bea, d))",
        "-(exists d: day. (Sings(ada, d) & Sings(bea, d)))",
        "Count(d: day, Sings(ada, d) & Sings(bea, d)) = 0",
        "all d: day. all e: day. (Sings(ada, d) & Sings(bea, e) -> d != e)",
        "all d: day. (Sings(bea, d) -> -Sings(ada, d))",
        "all d: day. (Sings(ada, d) xor Sings(bea, d))",
        "exists d: day. (Sings(ada, d) & -Sings(bea, d))",
        "all d: day. (Sings(ada, d) -> Sings(bea, d))",
        "all d: day. all e: day. (Sings(ada, d) & Sings(bea, e) -> d < e)",
        "all d: day. -(Sings(ada, d) | Sings(bea, d))",
    ),
    "No two singers have the same place.": (
        "all x: singer. all y: singer. (x != y -> place(x) != place(y))",
        "all x: singer. all y: singer. (place(x) = place(y) -> x = y)",
        "Distinct(x: singer, place(x))",
        "all x: singer. place(x) != 1",
        "exists x: singer. place(x) = 1",
        "all x: singer. exists y: singer. place(x) = place(y)",
        "place(ada) != place(bea)",
        "all x: singer. (x != ada -> place(x) > place(ada))",
        "all x: singer. place(x) >= place(ada)",
        "all r: room. exists x: singer. room(x) = r",
    ),
    "Eli sings on Monday or Fay does, but not both.": (
        "Sings(eli, mon) xor Sings(fay, mon)",
        "(Sings(eli, mon) | Sings(fay, mon)) & -(Sings(eli, mon) & Sings(fay, mon))",
        "Sings(eli, mon) <-> -Sings(fay, mon)",
        "Sings(eli, mon) | Sings(fay, mon)",
        "Sings(eli, mon) & -Sings(fay, mon)",
        "-Sings(eli, mon) -> Sings(fay, mon)",
        "Sings(eli, mon) <-> Sings(fay, mon)",
        "all d: day. (Sings(eli, d) xor Sings(fay, d))",
        "-(Sings(eli, mon) & Sings(fay, mon))",
        "Sings(eli, mon) | -Sings(eli, mon)",
    ),
    "Whoever shares a room sings on Friday.": (
        "all x: singer. (Shared(room(x)) -> Sings(x, fri))",
        "all x: singer. all r: room. (room(x) = r & Shared(r) -> Sings(x, fri))",
        "all x: singer. (-Sings(x, fri) -> -Shared(room(x)))",
        "all x: singer. ((exists y: singer. (y != x & room(y) = room(x))) -> Sings(x, fri))",
        "all x: singer. (Sings(x, fri) -> Shared(room(x)))",
        "all x: singer. (Shared(room(x)) <-> Sings(x, fri))",
        "all x: singer. (Shared(room(x)) & Sings(x, fri))",
        "exists x: singer. (Shared(room(x)) & Sings(x, fri))",
        "all x: singer. (Shared(room(x)) -> exists d: day. Sings(x, d))",
        "all x: singer. Sings(x, fri)",
    ),
    "Gus is directly after Fay.": (
        "place(gus) = place(fay) + 1",
        "place(gus) - place(fay) = 1",
        "place(fay) = place(gus) - 1",
        "place(fay) + 1 = place(gus)",
        "place(gus) > place(fay)",
        "place(gus) = place(fay) - 1",
        "place(gus) > place(fay) & -(exists x: singer. (place(fay) < place(x) & place(x) < place(gus)))",
        "place(gus) >= place(fay) + 1",
        "place(gus) - place(fay) <= 1",
        "room(gus) > room(fay)",
    ),
}


def measure(
    slots: Sequence[Sequence[Formula]], options: dict[str, Any], verify: Any, said: Any = None
) -> dict[str, Any]:
    """The time to select for each sentence, in milliseconds of this process."""
    times, asked, failed = [], 0, 0
    for formulas in slots:
        start = time.process_time()
        try:
            found = select(formulas, verify=verify, judge=lambda situation: said, **options)
        except NeurologicError:
            failed += 1
            continue
        times.append(1000 * (time.process_time() - start))
        asked += len(found.judgements)
    times.sort()
    return {
        "verify": verify if said is None else f"{verify}, {said}",
        "sentences": len(times),
        "failed": failed,
        "median": round(statistics.median(times), 2) if times else None,
        "p95": round(times[int(0.95 * (len(times) - 1))], 2) if times else None,
        "most": round(times[-1], 2) if times else None,
        "questions": round(asked / len(times), 2) if times else None,
    }


def main() -> None:
    """Print what selecting costs, one line for each way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.selecting")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--candidates", type=int, default=10)
    given = parser.parse_args()
    options: dict[str, Any] = {}
    if given.file is None:
        slots = [[parse(text) for text in texts] for texts in SENTENCES.values()]
        options = {"signature": GAME, "theory": [parse(axiom) for axiom in THEORY]}
    else:
        slots = sentences(given.file, repair=True)[0]
    slots = [each[: given.candidates] for each in slots if len(each) >= given.candidates]
    for formulas in slots[:5]:  # with everything loaded
        select(formulas, verify="disprove", judge=lambda situation: "yes", **options)
    for verify, said in (("consistency", None), ("disprove", "unsure"), ("disprove", "yes")):
        print(measure(slots, options, verify, said))


if __name__ == "__main__":
    main()
