"""The settings of a backend, checked before anything is sent: model, address, key and numbers."""

from __future__ import annotations

import json
import math
import os
import re
from urllib.parse import urlsplit

from neurologic.errors import LLMUsageError

OFFICIAL = "https://api.anthropic.com"

_SHORTEST = 12
"""Characters of a key; what is shorter is a placeholder such as `none`, and an ordinary word."""


class Secrets:
    """The keys that are sent, to be blotted out of all that comes back.

    So is the beginning of a key, from its first 16 characters on. A key of fewer than 12 is taken
    for a placeholder and left where it stands.

    >>> secrets = Secrets("sk-0123456789abcdef")
    >>> secrets.blot("the key sk-0123456789abcdef is not known")
    'the key *** is not known'
    """

    def __init__(self, *keys: str) -> None:
        self._patterns: dict[str, re.Pattern[str]] = {}
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        """Blot out this key as well, also as it stands in JSON and in Python's representation."""
        if len(key) < _SHORTEST or key in self._patterns:
            return
        forms = sorted({key, json.dumps(key)[1:-1], repr(key)[1:-1]}, key=len, reverse=True)
        pattern = re.compile("|".join(map(_beginning, forms)))
        self._patterns = {**self._patterns, key: pattern}

    def blot(self, text: str) -> str:
        """The text without the keys."""
        for pattern in self._patterns.values():
            text = pattern.sub("***", text)
        return text

    def blot_bytes(self, data: bytes) -> bytes:
        """The bytes of a text without the keys."""
        return self.blot(data.decode("latin-1")).encode("latin-1")


def _beginning(key: str) -> str:
    """A pattern for the key and for what is left of it where it was cut off."""
    characters = "".join(sorted({re.escape(character) for character in key}))
    return f"{re.escape(key[:16])}[{characters}]{{0,{max(0, len(key) - 16)}}}"


def model_name(model: str | None) -> str:
    """The model that is named, by the parameter or by `NEUROLOGIC_MODEL`.

    Raises:
        LLMUsageError: if none is.
    """
    found = model or os.environ.get("NEUROLOGIC_MODEL")
    if not found:
        raise LLMUsageError(
            "no model is named",
            hint="pass model= or set NEUROLOGIC_MODEL; there is no default, as models differ",
            kind="model",
        )
    if not isinstance(found, str):
        raise LLMUsageError(f"the name of a model is a text, not {found!r:.80}", kind="model")
    return found


def address(base_url: str | None) -> str:
    """The address of the server, without `/v1`: the parameter, else the environment's, else the official one.

    Raises:
        LLMUsageError: if it is none, or holds a user name or a password, which would be shown.

    >>> address("http://127.0.0.1:8080/v1/")
    'http://127.0.0.1:8080'
    """
    named = (os.environ.get(f"{owner}_BASE_URL") for owner in ("NEUROLOGIC", "ANTHROPIC"))
    found = base_url or next(filter(None, named), OFFICIAL)
    if not isinstance(found, str):
        raise LLMUsageError(
            f"base_url is not an address but {type(found).__name__}", hint=_SUCH, kind="url"
        )
    if "@" in found:
        raise LLMUsageError(
            "base_url holds a user name or a password", hint="give a key as api_key=", kind="url"
        )
    found = found.strip().rstrip("/").removesuffix("/v1")
    if not _is_address(found):
        shown = found.partition("?")[0]  # what follows may be a key
        raise LLMUsageError(f"base_url is not an address: {shown:.200}", hint=_SUCH, kind="url")
    return found


_SUCH = "such as http://127.0.0.1:8080"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = text.isprintable() and " " not in text and not parts.query and not parts.fragment
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0


def key_text(key: str, source: str) -> str:
    r"""The key without blanks around it, such as the line's end of the file that held it.

    Raises:
        LLMUsageError: if it could not stand in a header. The message does not show it.

    >>> key_text("sk-0123456789abcdef\n", "api_key")
    'sk-0123456789abcdef'
    """
    found = key.strip() if isinstance(key, str) else key
    if not isinstance(found, str) or not all("!" <= character <= "~" for character in found):
        raise LLMUsageError(
            f"{source} is not a key: a key is a text of ASCII characters without blanks", kind="key"
        )
    return found


def positive(name: str, value: float, *, whole: bool = False) -> None:
    """Refuse what is not a positive, finite number.

    Raises:
        LLMUsageError: naming the setting.

    >>> positive("deadline", 1.5)
    """
    fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not fits or not 0 < value < math.inf:
        kind = "whole number" if whole else "number"
        raise LLMUsageError(f"{name} must be a positive {kind}, not {value!r:.80}", kind="setting")
