"""A certificate as a value: its text is what the kernel checks, and it shows itself from its text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from neurologic import proof as kernel
from neurologic.certification.proof_lines import ProofLine, ReadableProof, read_proof
from neurologic.certification.reading import structure_of
from neurologic.entailment import Verdict
from neurologic.errors import Rejected, printable
from neurologic.problem import Lexicon
from neurologic.structure import Structure

if TYPE_CHECKING:
    import networkx

T = TypeVar("T")

CAVEAT = "This follows from the formulas; whether they say what the sentences say is not certified."
"""What every view of a certificate says."""


def text_of(certificate: str | bytes) -> str:
    r"""The text of a certificate, which is stored as UTF-8.

    Raises:
        TypeError: it is neither text nor bytes.
        Rejected: the bytes are not UTF-8, or begin with a byte order mark.

    >>> text_of("{}".encode("utf-16"))
    Traceback (most recent call last):
    neurologic.errors.Rejected: certificate: it begins with a byte order mark, expected plain UTF-8
    """
    if isinstance(certificate, str):
        return certificate
    if not isinstance(certificate, bytes):
        raise TypeError(f"expected a certificate as text or bytes, got {certificate!r:.80}")
    if certificate.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Rejected("certificate", "it begins with a byte order mark, expected plain UTF-8")
    try:
        text = certificate.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start}, 0x{certificate[error.start]:02x}, is not UTF-8"
        raise Rejected("certificate", byte) from None
    if "\0" in text:
        raise Rejected("certificate", "a null character, expected plain UTF-8")
    return text


@dataclass(frozen=True, slots=True)
class Certificate:
    """A verdict with evidence that a small program checks.

    Args:
        text: the certificate as JSON; the one thing that is checked, stored and compared.
        lexicon: what the symbols mean in words; shown, never checked.

    >>> from neurologic.certification import certify
    >>> found = certify(["all x. (Man(x) -> Mortal(x))", "Man(socrates)"], "Mortal(socrates)")
    >>> found.check().verdict
    'ENTAILED'
    >>> Certificate.read(found.text) == found
    True
    """

    text: str
    lexicon: Lexicon = field(default=Lexicon(), compare=False)
    _read: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def read(cls, text: str | bytes, lexicon: Lexicon = Lexicon()) -> Certificate:
        """The certificate that was stored as this text.

        Raises:
            Rejected: the kernel does not accept it.
        """
        found = cls(text_of(text), lexicon)
        found.check()
        found._read["refusal"] = ""
        return found

    def check(self) -> kernel.Checked:
        """What the kernel finds the certificate to show.

        Raises:
            Rejected: the kernel does not accept it.
        """
        return kernel.check(self.text)

    @property
    def refusal(self) -> str:
        """Why the kernel does not accept the certificate, or nothing; it is asked once.

        >>> Certificate("{}").refusal[:12]
        'certificate:'
        >>> print(Certificate("[]"))
        NOT CERTIFIED: certificate: expected an object
        """
        if "refusal" not in self._read:
            try:
                self.check()
                self._read["refusal"] = ""
            except Rejected as error:
                self._read["refusal"] = printable(str(error))
        return self._read["refusal"]  # type: ignore[no-any-return]

    @property
    def verdict(self) -> Verdict:
        """What is certified."""
        return Verdict[self.as_json()["verdict"]]

    @property
    def consistency(self) -> Literal["consistent", "unknown", "inconsistent"]:
        """Whether the premises are certified to be consistent, or to be inconsistent."""
        return self.as_json()["consistency"]  # type: ignore[no-any-return]

    def as_json(self) -> dict[str, Any]:
        """The certificate as one JSON object."""
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object, read once: not to be changed."""
        if "document" not in self._read:
            self._read["document"] = self.as_json()
        return self._read["document"]  # type: ignore[no-any-return]

    @property
    def proofs(self) -> dict[str, ReadableProof]:
        """The proofs by what is proved: `goal`, `negation`, or `falsum`."""
        if "proofs" not in self._read:
            self._read["proofs"] = {
                side: read_proof(self.document, side)
                for side, evidence in self.document["evidence"].items()
                if evidence is not None and "steps" in evidence
            }
        return self._read["proofs"]  # type: ignore[no-any-return]

    @property
    def models(self) -> dict[str, Structure]:
        """The finite models by what fails in them: `goal` or `negation`; the premises hold."""
        if "models" not in self._read:
            self._read["models"] = {
                side: structure_of(evidence)
                for side, evidence in self.document["evidence"].items()
                if evidence is not None and "domains" in evidence
            }
        return self._read["models"]  # type: ignore[no-any-return]

    @property
    def lines(self) -> tuple[ProofLine, ...]:
        """The lines of the proof; none where the verdict rests on models alone."""
        return next((proof.lines for proof in self.proofs.values()), ())

    @property
    def readable(self) -> bool:
        """Whether every proof is one of literals, under suppositions that nest."""
        return all(proof.readable for proof in self.proofs.values())

    @property
    def used(self) -> tuple[int, ...]:
        """The positions of the premises that the proofs rest on, from 0."""
        lines = [line for proof in self.proofs.values() for line in proof.lines]
        return tuple(sorted({at for line in lines for at in line.premises}))

    def graph(self) -> networkx.DiGraph:
        """The premises and the lines as a graph: an edge from what a line rests on to the line.

        Nodes are named `p1`, `a1`, `1`, counted as in the text, with the side in front where there
        are two proofs; they carry `kind` and `formula`.

        >>> from neurologic.certification import certify
        >>> sorted(certify(["P(a)", "P(a) -> Q(a)"], "Q(a)").graph().edges)
        [('1', '2'), ('p1', '1'), ('p2', '2')]
        """
        from neurologic.certification.page import graph

        return graph(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        from neurologic.certification.page import page

        return page(self)
