"""Views of results: plain text for terminals, HTML and SVG for notebooks.

Nothing here changes a result. Sentences and names come from anywhere: every view escapes them, and
none holds a script or refers to another place.
"""

from neurologic.display.text import (
    NOT_TRANSLATED,
    decision_text,
    premises_text,
    problems_text,
    semantics_json,
    semantics_text,
    shorten,
    signature_json,
    translation_text,
    verdict_sentence,
    vote_json,
    votes_text,
)

__all__ = [
    "NOT_TRANSLATED",
    "decision_text",
    "mimebundle",
    "premises_text",
    "problems_text",
    "semantics_json",
    "semantics_text",
    "shorten",
    "signature_json",
    "translation_text",
    "verdict_sentence",
    "vote_json",
    "votes_text",
]


def mimebundle(value: object) -> dict[str, str]:
    """The views of a value that has some, by MIME type.

    That is a formula, a structure, a decision, an answer, a certificate; a choice, a solution, a
    comparison, a class; and how a formula was built: a dependency structure, a selection, a
    composition. Notebooks choose the richest; `text/plain` and `text/html` are always there, `image/svg+xml`
    where there is something to draw.

    >>> from neurologic.formula import Atom
    >>> sorted(mimebundle(Atom("P")))
    ['image/svg+xml', 'text/html', 'text/latex', 'text/plain']
    """
    from neurologic.display.card import views

    return views(value)
