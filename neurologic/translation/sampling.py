"""Several translations of one problem: what each one is, and who makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from neurologic.errors import NeurologicError
from neurologic.llm import Reply, Usage
from neurologic.problem import TextProblem, Translation

if TYPE_CHECKING:
    from neurologic.translation.prompting import Variant


@dataclass(frozen=True, slots=True)
class Saved:
    """What was not asked of a model since it was read offline.

    Args:
        sentences: how many sentences were not sent.
        tokens: about how many tokens of request and reply that saved (four characters to a token).
    """

    sentences: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Sampled:
    """One of several translations of a problem.

    Args:
        translation: the readings of each sentence or their errors; None if there is none at all.
        error: why there is none.
        variant: who made it: a prompt, an order of examples, an effort, a model.
        usage: the tokens of all calls.
        rounds: how often the model was asked to mend its reply.
        replies: what the model said, the first reply first.
        saved: what was read offline instead.
    """

    translation: Translation | None
    error: NeurologicError | None = None
    variant: str = ""
    usage: Usage = field(default_factory=Usage)
    rounds: int = 0
    replies: tuple[Reply, ...] = ()
    saved: Saved = Saved()

    def as_json(self) -> dict[str, Any]:
        """What the translation took, as a JSON object; neither its formulas nor the replies."""
        usage = self.usage
        return {
            "variant": self.variant,
            "error": self.error.as_json() if self.error else None,
            "rounds": self.rounds,
            "models": sorted({reply.model for reply in self.replies if reply.model}),
            "usage": {
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                "cache_read": usage.cache_read,
                "cache_write": usage.cache_write,
                "thinking": usage.thinking,
            },
            "saved": {"sentences": self.saved.sentences, "tokens": self.saved.tokens},
        }


def whole(name: str, value: object, least: int) -> None:
    """Check a number that counts something.

    Raises:
        TypeError: if it is no whole number.
        NeurologicError: if it is less than the least.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a whole number as {name}, got {value!r:.80}")
    if value < least:
        raise NeurologicError(f"expected {name} to be at least {least}, got {value}")


def check_temperature(value: object) -> None:
    """Check a temperature, which may be left to the model.

    Raises:
        TypeError: if it is neither a number nor None.
    """
    if not isinstance(value, int | float | None):
        raise TypeError(f"expected a number as temperature, got {value!r:.80}")


class Sampler(Protocol):
    """A translator that can be asked several times."""

    def translate(self, problem: TextProblem) -> Translation:
        """The readings of each premise and of the conclusion."""
        ...

    def sample(
        self, problem: TextProblem, k: int, variants: Sequence[str | Variant] = ()
    ) -> tuple[Sampled, ...]:
        """`k` translations, shared out among the variants in turn; a failed one is one of them."""
        ...
