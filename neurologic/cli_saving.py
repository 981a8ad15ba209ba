"""What `prove --certificate FILE` does: write FILE whole or not at all, and say what became of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from neurologic.errors import NeurologicError, ParseError, Rejected, printable
from neurologic.terminal import ANSWERED, BROKEN, print_problems, print_text

UNCERTIFIED = 4
"""The exit code for an answer without the certificate that was asked for."""


def certified(write: Callable[[], str], file: str, code: int) -> tuple[dict[str, object], int]:
    """What to say of the certificate that was asked for, and the exit code.

    Args:
        write: writes it; why there is none, or nothing.
        file: where to.
        code: the exit code of the answer by itself.
    """
    error: NeurologicError | None = None
    try:
        reason = write()
    except Rejected as caught:  # the verdict stands, without a certificate
        reason = str(caught)
    except NeurologicError as caught:
        error, reason, code = caught, caught.message, BROKEN
    if reason and code == ANSWERED:
        code = UNCERTIFIED
    written: dict[str, object] = {
        "file": None if reason else file,
        "reason": reason,
        "error": error.as_json() if error else None,
    }
    return {"certificate": written}, code


def print_certified(said: dict[str, Any], problem: str) -> None:
    """Print what `certified` says, and how to check the certificate."""
    if not said:
        return
    written = said["certificate"]
    if written["file"] is None:
        print_problems([], [f"no certificate was written: {printable(written['reason'])}"])
    else:
        print_text(f"certificate: {printable(written['file'])}")
        command = f"verify {written['file']} --problem {problem}"
        print_text(f"check it by: python -m neurologic {printable(command)}")


def save(text: str, file: str) -> None:
    """Write a text and a line end to a file, whole or not at all.

    Raises:
        ParseError: the file cannot be written.
    """
    try:
        _write((text + "\n").encode("utf-8", errors="surrogatepass"), file)
    except (OSError, ValueError) as error:
        raise _unwritable(file, error) from error


def _write(data: bytes, file: str) -> None:
    """Write a file whole or not at all; what is no regular file, like a pipe, is written to."""
    try:
        status = os.stat(file)
    except FileNotFoundError:
        _put(data, os.path.realpath(file), 0o666 & ~_umask())
        return
    for stream in (sys.stdout, sys.stderr):
        if _is_same(stream, status):  # /dev/stdout, whatever that is now
            stream.flush()
            stream.buffer.write(data)
            stream.flush()
            return
    if not stat.S_ISREG(status.st_mode):
        with open(file, "wb") as other:
            other.write(data)
        return
    if not os.access(file, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _put(data, os.path.realpath(file), stat.S_IMODE(status.st_mode))


def _is_same(stream: TextIO, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or no file
        return os.path.samestat(os.fstat(stream.fileno()), status)
    return False


def _put(data: bytes, file: str, mode: int) -> None:
    # beside the file, so that it can take the file's place in one step
    path = Path(file)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(file: str, error: OSError | ValueError) -> ParseError:
    what = error.strerror if isinstance(error, OSError) else str(error)
    return ParseError(f"cannot write the certificate: {what}", source=file)
