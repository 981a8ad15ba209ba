"""Certificates: verdicts with proofs and models that a small program checks and a person reads."""

from neurologic.certification.building import Uncertified, certify, statement
from neurologic.certification.certificate import CAVEAT, Certificate
from neurologic.certification.choices import CertifiedChoice
from neurologic.certification.options import certify_options
from neurologic.certification.proof_lines import ProofLine, ReadableProof
from neurologic.certification.search import DEFAULT_BUDGET

__all__ = [
    "CAVEAT",
    "DEFAULT_BUDGET",
    "Certificate",
    "CertifiedChoice",
    "ProofLine",
    "ReadableProof",
    "Uncertified",
    "certify",
    "certify_options",
    "statement",
]
