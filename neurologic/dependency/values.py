"""Components, structures, and what they tell of themselves; `validation` judges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from neurologic.errors import StructureError

Role: TypeAlias = Literal["unit", "coupler", "dependent"]
"""What a component is: a clause, what joins clauses, or what tells more of one."""
Edge: TypeAlias = tuple[str, str]
"""A dependent and its head, by name."""

MERGE = "(merge)"
"""The coupler that fuses two units that speak of the same term, without a connective."""

_ROLES: dict[str, Role] = {"U": "unit", "C": "coupler", "D": "dependent"}


@dataclass(frozen=True, slots=True)
class Component:
    """A piece of a sentence.

    Args:
        name: `U`, `C` or `D` for its role, and a number: `U1`.
        text: its English; `(merge)` and `either ... or` are couplers.

    >>> Component("D1", "exactly three").role
    'dependent'
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not isinstance(self.text, str):
            raise TypeError(f"expected a name and a text, got {self.name!r:.80}, {self.text!r:.80}")

    @property
    def role(self) -> Role:
        """Unit, coupler or dependent, by the letter of its name (a dependent for other letters)."""
        return _ROLES.get(self.name[:1], "dependent")

    def __str__(self) -> str:
        return f"{self.name}={_quoted(self.text)}"


def _quoted(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, written)
    return f'"{text}"'


@dataclass(frozen=True, slots=True)
class DependencyStructure:
    """The components of a sentence and their heads.

    A structure may be wrong: `findings` says how. What else it offers is meant for a valid one.

    Args:
        sentence: the sentence, whole.
        components: its pieces.
        edges: pairs of a component and its head, by name.

    >>> structure = DependencyStructure(
    ...     "Ann does not sing.",
    ...     (Component("U1", "Ann sings"), Component("D1", "does not")),
    ...     (("D1", "U1"),),
    ... )
    >>> print(structure)
    U1="Ann sings", D1="does not"
    D1 -> U1
    >>> structure.findings(), structure.root, structure.words
    ((), 'U1', {'U1': (0, 3), 'D1': (1, 2)})
    """

    sentence: str
    components: tuple[Component, ...]
    edges: tuple[Edge, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.sentence, str):
            raise TypeError(f"expected a sentence, got {self.sentence!r:.80}")
        object.__setattr__(self, "components", tuple(self.components))
        for component in self.components:
            if not isinstance(component, Component):
                raise TypeError(f"expected a Component, got {component!r:.80}")
        object.__setattr__(self, "edges", tuple((str(a), str(b)) for a, b in self.edges))

    @classmethod
    def whole(cls, sentence: str) -> DependencyStructure:
        """The sentence as one unit, which is always valid."""
        return cls(sentence, (Component("U1", sentence),))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        edges = "; ".join(f"{dependent} -> {head}" for dependent, head in self.edges)
        return f"{', '.join(map(str, self.components))}\n{edges or None}"

    def __getitem__(self, name: str) -> Component:
        """The component of that name; KeyError if there is none."""
        for component in self.components:
            if component.name == name:
                return component
        raise KeyError(name)

    @property
    def root(self) -> str:
        """The name of the component without a head, the first if there are several, else ``""``."""
        heads = dict(self.edges)
        return next((c.name for c in self.components if c.name not in heads), "")

    def head(self, name: str) -> str | None:
        """The name of a component's head, None for the root."""
        return next((head for dependent, head in self.edges if dependent == name), None)

    def dependents(self, name: str) -> tuple[str, ...]:
        """The names of the components that depend on one directly, in the order of components."""
        below = {dependent for dependent, head in self.edges if head == name}
        return tuple(c.name for c in self.components if c.name in below)

    @property
    def words(self) -> dict[str, tuple[int, ...]]:
        """For each component the positions of its words in the sentence, counted from 0.

        The positions count `word_spans(sentence)`; units may share words. A `(merge)` stands at
        the relative pronouns that no other component has.
        """
        from neurologic.dependency.placing import alignment

        return {
            name: tuple(sorted({position for position in positions if position is not None}))
            for name, positions in alignment(self).items()
        }

    def graph(self) -> Any:
        """A `networkx.DiGraph` with the components as nodes and an edge from each to its head.

        Nodes carry `text` and `role`.

        >>> DependencyStructure.whole("Ann sings.").graph().nodes["U1"]
        {'text': 'Ann sings.', 'role': 'unit'}
        """
        import networkx

        graph = networkx.DiGraph()
        for component in self.components:
            graph.add_node(component.name, text=component.text, role=component.role)
        graph.add_edges_from(self.edges)
        return graph

    def findings(
        self, atoms: Callable[[str], int | None] | None = None
    ) -> tuple[StructureError, ...]:
        """What is wrong with the structure; empty for a valid one.

        Args:
            atoms: how many atoms a clause says, None if not known; units with more are reported.

        >>> wrong = DependencyStructure("Ann sings.", (Component("U1", "Ann"),))
        >>> print(wrong.findings()[0])
        no component covers 'sings'
          Ann sings.
              ^^^^^
        hint: every word of the sentence belongs to a component
        """
        from neurologic.dependency.validation import findings

        return tuple(findings(self, atoms))
