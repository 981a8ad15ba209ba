"""Drawings of small graphs as SVG: layers from top to bottom, or elements on a circle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neurologic.display.templates import rendered
from neurologic.display.text import shorten

if TYPE_CHECKING:
    import networkx

MOST_NODES = 80
"""A graph with more nodes is not drawn: nobody could read it."""
_LABEL = 30  # characters of a label
_CHARACTER, _PADDING = 7.2, 10  # width of a character, and what stands beside a label
_HEIGHT, _ACROSS, _DOWN = 26, 14, 26  # of a box, and the gaps between boxes and layers
_LOOP = 40  # the height of an arrow from a box to itself
_SWEEPS = 4  # how often the boxes of a layer are put in order


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a label, centred at a point."""

    label: str
    title: str
    kind: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: boxes, and paths between them with their labels."""

    boxes: tuple[Box, ...]
    paths: tuple[tuple[str, str, float, float], ...]
    width: float
    height: float
    description: str

    @property
    def svg(self) -> str:
        """The drawing as an SVG element."""
        return rendered("drawing.svg.j2", drawing=self, height=_HEIGHT)


def layered(
    graph: networkx.DiGraph, description: str, *, upward: bool = False, longest: int = _LABEL
) -> Drawing | None:
    """A graph without cycles, each node below those that point to it; None if it is too large.

    Args:
        graph: nodes carry `label`, and perhaps `title` and `kind`.
        description: what the drawing shows, for those who do not see it.
        upward: whether arrows go from the end of an edge to its beginning.
        longest: how many characters of a label are shown.

    >>> import networkx
    >>> graph = networkx.DiGraph()
    >>> graph.add_node("a", label="P(a)"); graph.add_node("b", label="Q(a)"); graph.add_edge("a", "b")
    >>> layered(graph, "a step").svg[:4]
    '<svg'
    """
    if not 0 < len(graph) <= MOST_NODES:
        return None
    layers = _layers(graph)
    widths = {node: _width(graph.nodes[node]["label"], longest) for node in graph}
    spans = [sum(widths[n] + _ACROSS for n in layer) - _ACROSS for layer in layers]
    whole = max(spans)
    places: dict[object, tuple[float, float]] = {}
    for at, (layer, span) in enumerate(zip(layers, spans, strict=True)):
        left = _PADDING + (whole - span) / 2
        for node in layer:
            places[node] = left + widths[node] / 2, _PADDING + _HEIGHT / 2 + at * (_HEIGHT + _DOWN)
            left += widths[node] + _ACROSS
    boxes = [_box(graph.nodes[node], places[node], longest) for node in graph]
    paths = [
        (_curve(places[source], places[target], upward), "", 0.0, 0.0)
        for source, target in graph.edges
    ]
    height = 2 * _PADDING + len(layers) * (_HEIGHT + _DOWN) - _DOWN
    return Drawing(tuple(boxes), tuple(paths), whole + 2 * _PADDING, height, description)


def _layers(graph: networkx.DiGraph) -> list[list[object]]:
    """The nodes by depth, a source just above its first use, in an order with few crossings."""
    import networkx

    depth: dict[object, int] = {}
    for at, generation in enumerate(networkx.topological_generations(graph)):
        depth.update(dict.fromkeys(generation, at))
    for node in graph:
        if graph.in_degree(node) == 0 and graph.out_degree(node) > 0:
            depth[node] = min(depth[after] for after in graph.successors(node)) - 1
    layers: list[list[object]] = [[] for _ in range(max(depth.values()) + 1)]
    for node in graph:
        layers[depth[node]].append(node)
    for _ in range(_SWEEPS):
        place = {n: i - len(layer) / 2 for layer in layers for i, n in enumerate(layer)}
        for layer in layers:
            mean = {node: _mean(place, graph, node) for node in layer}
            layer.sort(key=mean.__getitem__)
            place.update({node: i - len(layer) / 2 for i, node in enumerate(layer)})
    return [layer for layer in layers if layer]


def _mean(place: Mapping[object, float], graph: networkx.DiGraph, node: object) -> float:
    around = [place[n] for n in (*graph.predecessors(node), *graph.successors(node))]
    return sum(around) / len(around) if around else place[node]


def _width(label: str, longest: int = _LABEL) -> float:
    return max(len(shorten(label, longest)) * _CHARACTER, 8) + 2 * _PADDING


def _box(node: Mapping[str, str], place: tuple[float, float], longest: int = _LABEL) -> Box:
    label, title = node["label"], node.get("title", "")
    shown = shorten(label, longest)
    hover = title or (label if shown != label else "")
    kind = node.get("kind", "line")
    return Box(shown, shorten(hover, 400), kind, *place, _width(label, longest))


def _curve(source: tuple[float, float], target: tuple[float, float], upward: bool) -> str:
    """An arrow from one layer to another, to the box at its end or back to that at its beginning."""
    (x, y), (u, v) = source, target
    y, v = y + _HEIGHT / 2 + 3 * upward, v - _HEIGHT / 2 - 3 * (not upward)
    middle = (y + v) / 2
    if upward:
        x, y, u, v = u, v, x, y
    return f"M{x:.1f} {y:.1f}C{x:.1f} {middle:.1f} {u:.1f} {middle:.1f} {u:.1f} {v:.1f}"


def circle(
    nodes: Sequence[tuple[str, str]],
    edges: Iterable[tuple[int, int, str]],
    description: str,
) -> Drawing | None:
    """Elements on a circle with labelled arrows between them; None if there are too many.

    Args:
        nodes: the label of each element, and what to show beside it on demand.
        edges: from which element to which, by position, and what the arrow says.
        description: what the drawing shows, for those who do not see it.
    """
    arrows = list(edges)
    if not 0 < len(nodes) <= MOST_NODES // 4 or len(arrows) > MOST_NODES:
        return None
    widths = [_width(label) for label, _ in nodes]
    radius = max(75.0, len(nodes) * (max(widths) + 40) / (2 * math.pi)) if len(nodes) > 1 else 0.0
    x, y = radius + max(widths) / 2 + _PADDING, radius + _HEIGHT / 2 + _LOOP
    turn = 2 * math.pi / len(nodes)
    places = [
        (x + radius * math.sin(at * turn), y - radius * math.cos(at * turn))
        for at in range(len(nodes))
    ]
    boxes = [
        _box({"label": label, "title": title, "kind": "line"}, place)
        for (label, title), place in zip(nodes, places, strict=True)
    ]
    joined: dict[tuple[int, int], list[str]] = {}
    for source, target, label in arrows:
        joined.setdefault((source, target), []).append(label)
    paths = [
        _arrow(places[s], places[t], widths[s], widths[t], ", ".join(labels))
        for (s, t), labels in joined.items()
    ]
    height = max(py for _, py in places) + _HEIGHT / 2 + _PADDING
    return Drawing(tuple(boxes), tuple(paths), 2 * x, height, description)


def _arrow(
    source: tuple[float, float], target: tuple[float, float], wide: float, other: float, label: str
) -> tuple[str, str, float, float]:
    """A bent arrow between two boxes, or a loop over one."""
    (x, y), (u, v) = source, target
    label = shorten(label, _LABEL)
    half = _HEIGHT / 2
    if source == target:
        top = y - half
        path = f"M{x - 8:.1f} {top:.1f}C{x - 24:.1f} {top - 28:.1f} {x + 24:.1f} {top - 28:.1f} {x + 8:.1f} {top - 3:.1f}"
        return path, label, x, top - 25
    length = math.hypot(u - x, v - y)
    dx, dy = (u - x) / length, (v - y) / length
    bend = min(24.0, length / 6)
    mx, my = (x + u) / 2 - dy * bend, (y + v) / 2 + dx * bend
    start = _edge(x, y, mx - x, my - y, wide / 2, half)
    end = _edge(u, v, mx - u, my - v, other / 2 + 3, half + 3)
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{mx:.1f} {my:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path, label, (x + u) / 4 + mx / 2, (y + v) / 4 + my / 2


def _edge(
    x: float, y: float, dx: float, dy: float, half_width: float, half_height: float
) -> tuple[float, float]:
    """Where a ray from the middle of a box leaves it."""
    scale = min(
        half_width / abs(dx) if dx else math.inf,
        half_height / abs(dy) if dy else math.inf,
        1.0,
    )
    return x + dx * scale, y + dy * scale
