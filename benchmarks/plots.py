"""Plots of a run as SVG, the same bytes for the same figures; matplotlib is imported here alone.

Colours are CSS variables of the page that a plot stands in (`currentColor`, `--accent`, `--second`),
so that it reads in a light and in a dark scheme.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from benchmarks.curve import KPoint
from benchmarks.measures import ANSWERS, Calibration, Confusion, RiskCoverage
from neurologic.voting import LABELS

# matplotlib wants colours, CSS wants variables: these stand for them and are replaced in the SVG.
_INK, _ACCENT, _SECOND = "#010203", "#040506", "#070809"
_VARIABLES = {_INK: "currentColor", _ACCENT: "var(--accent)", _SECOND: "var(--second)"}

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "neurologic",
    "font.family": "sans-serif",
    "font.size": 12,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
}


def available() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def confusion_plot(table: Confusion) -> str:
    """The confusion matrix: a row for each label, a column for each answer, shaded by its share."""
    with _figure("confusion", "Answers by label", width=4.4, height=3.0) as (axes, svg):
        for row, label in enumerate(LABELS):
            total = sum(table[label].values())
            for column, answer in enumerate(ANSWERS):
                count = table[label][answer]
                share = count / total if total else 0.0
                axes.add_patch(_square(column, row, share))
                axes.text(column, row, str(count), ha="center", va="center")
        axes.set_xlim(-0.5, len(ANSWERS) - 0.5)
        axes.set_ylim(len(LABELS) - 0.5, -0.5)
        axes.set_xticks(range(len(ANSWERS)), ANSWERS)
        axes.set_yticks(range(len(LABELS)), LABELS)
        axes.set_xlabel("answer")
        axes.set_ylabel("label")
    return svg()


def k_plot(points: Sequence[KPoint]) -> str:
    """Accuracy over the number of votes: expected over all choices, and of the first k."""
    with _figure("votes", "Accuracy by number of votes") as (axes, svg):
        ks = [point.k for point in points]
        axes.plot(ks, [p.expected for p in points], color=_ACCENT, marker="o", label="expected")
        axes.plot(
            ks, [p.first for p in points], color=_SECOND, linestyle="--", marker="s", markersize=4,
            label="the first k",
        )  # fmt: skip
        if ks[-1] > len(ks):  # the points lie further and further apart
            axes.set_xscale("log")
        else:
            axes.set_xticks(ks if len(ks) <= 12 else ks[:: len(ks) // 10])
        axes.set_xlabel("votes a problem")
        axes.set_ylabel("accuracy")
        axes.legend()
    return svg()


def risk_plot(curve: RiskCoverage) -> str:
    """Risk over coverage, from the surest answers to all."""
    with _figure("risk", "Risk by coverage") as (axes, svg):
        axes.plot(
            [point.coverage for point in curve.points],
            [point.risk for point in curve.points],
            color=_ACCENT, marker="o", markersize=4,
        )  # fmt: skip
        axes.set_xlim(0, 1.02)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("share of problems answered")
        axes.set_ylabel("share of answers wrong")
    return svg()


def calibration_plot(found: Calibration, figure: str) -> str:
    """Accuracy over confidence, a bar for each bin that is not empty; the diagonal is perfect."""
    with _figure("calibration", f"Accuracy by {figure}") as (axes, svg):
        for part in found.bins:
            if part.n and part.accuracy is not None:
                middle, width = (part.low + part.high) / 2, 0.9 * (part.high - part.low)
                axes.bar(middle, part.accuracy, width, color=_ACCENT, alpha=0.6)
                axes.text(middle, part.accuracy + 0.01, str(part.n), ha="center", va="bottom")
        axes.plot([0, 1], [0, 1], color=_INK, linestyle=":")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.08)
        axes.set_xlabel(f"{figure} (figures on bars: answers)")
        axes.set_ylabel("share right")
    return svg()


def _square(column: int, row: int, share: float) -> Any:
    from matplotlib.patches import Rectangle

    corner = (column - 0.48, row - 0.48)
    return Rectangle(corner, 0.96, 0.96, facecolor=_ACCENT, alpha=0.06 + 0.54 * share, linewidth=0)


@contextmanager
def _figure(
    name: str, title: str, width: float = 4.8, height: float = 3.2
) -> Iterator[tuple[Any, Callable[[], str]]]:
    """Axes to draw on, and what gives the SVG once they are drawn on; no global state is touched."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        done: list[str] = []
        yield figure.add_subplot(), lambda: done[0]
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
        done.append(_inline(written.getvalue(), name, title))


_SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_STYLE_ELEMENT = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_ID = re.compile(r'(\bid="|href="#|url\(#)')


def _inline(svg: str, name: str, title: str) -> str:
    """The SVG element alone, fit to stand in a page beside others.

    Its identifiers begin with the plot's name, its colours are the page's, its size is the page's
    affair, and it has a title for those who cannot see it.
    """
    svg = svg[svg.index("<svg") :].strip()
    svg = _COMMENT.sub("", _STYLE_ELEMENT.sub("", svg))
    svg = _ID.sub(rf"\1{name}-", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    box = _SIZE.match(svg)
    assert box is not None  # matplotlib writes one
    head = (
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box[1]}" role="img" '
        f'aria-labelledby="{name}-title">\n<title id="{name}-title">{title}</title>'
    )
    return head + svg[box.end() :]
