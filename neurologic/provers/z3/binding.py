"""The C interface of Z3, called directly: handles are integers, and every failure is an exception.

The functions of the `z3` package check and wrap each argument and each result; a formula is built
about ten times faster without. The library is the one that the package `z3-solver` installs.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import os
import threading
from ctypes import POINTER, c_bool, c_char_p, c_int, c_uint, c_void_p
from ctypes.util import find_library
from pathlib import Path
from typing import Any

from neurologic.errors import ProverError

MOST_UNITS = 2**32 - 2
"""The most resource units, and the most milliseconds, that Z3 counts."""

_HANDLES = POINTER(c_void_p)
_HANDLER = ctypes.CFUNCTYPE(None, c_void_p, c_uint)

# name: (result, arguments after the context). "p" is a handle, "P" an array of handles.
_FUNCTIONS = {
    "mk_int_symbol": "p i",
    "mk_string_symbol": "p s",
    "mk_params": "p",
    "params_inc_ref": "v p",
    "params_dec_ref": "v p",
    "params_set_bool": "v p p b",
    "interrupt": "v",
    "mk_bool_sort": "p",
    "mk_int_sort": "p",
    "mk_real_sort": "p",
    "mk_uninterpreted_sort": "p p",
    "mk_enumeration_sort": "p p u P P P",
    "mk_func_decl": "p p u P p",
    "mk_app": "p p u P",
    "mk_true": "p",
    "mk_false": "p",
    "mk_eq": "p p p",
    "mk_distinct": "p u P",
    "mk_not": "p p",
    "mk_and": "p u P",
    "mk_or": "p u P",
    "mk_xor": "p p p",
    "mk_implies": "p p p",
    "mk_iff": "p p p",
    "mk_ite": "p p p p",
    "mk_bound": "p u p",
    "mk_quantifier": "p b u u P u P P p",
    "mk_numeral": "p s p",
    "mk_int2real": "p p",
    "mk_lt": "p p p",
    "mk_le": "p p p",
    "mk_gt": "p p p",
    "mk_ge": "p p p",
    "mk_add": "p u P",
    "mk_sub": "p u P",
    "mk_mul": "p u P",
    "mk_simple_solver": "p",
    "solver_inc_ref": "v p",
    "solver_dec_ref": "v p",
    "solver_set_params": "v p p",
    "solver_assert": "v p p",
    "solver_push": "v p",
    "solver_pop": "v p u",
    "solver_check": "i p",
    "solver_check_assumptions": "i p u P",
    "solver_get_unsat_core": "p p",
    "solver_get_reason_unknown": "s p",
    "solver_get_statistics": "p p",
    "solver_get_model": "p p",
    "stats_inc_ref": "v p",
    "stats_dec_ref": "v p",
    "stats_size": "u p",
    "stats_get_key": "s p u",
    "stats_get_uint_value": "u p u",
    "ast_vector_inc_ref": "v p",
    "ast_vector_dec_ref": "v p",
    "ast_vector_size": "u p",
    "ast_vector_get": "p p u",
    "model_inc_ref": "v p",
    "model_dec_ref": "v p",
    "model_get_num_sorts": "u p",
    "model_get_sort": "p p u",
    "model_get_sort_universe": "p p p",
    "model_eval": "b p p b p",
    "get_sort": "p p",
    "get_bool_value": "i p",
    "get_numeral_string": "s p",
    "is_numeral_ast": "b p",
    "get_error_code": "i",
    "get_error_msg": "s u",
}
_TYPES = {
    "p": c_void_p, "P": _HANDLES, "i": c_int, "u": c_uint, "b": c_bool, "s": c_char_p, "v": None,
}  # fmt: skip


class Library:
    """The functions of libz3, without their prefix."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        for name, types in _FUNCTIONS.items():
            function = getattr(library, f"Z3_{name}")
            result, *arguments = types.split()
            function.restype = _TYPES[result]
            function.argtypes = [c_void_p, *(_TYPES[argument] for argument in arguments)]
            setattr(self, name, function)
        self.mk_config = _typed(library.Z3_mk_config, c_void_p)
        self.set_param_value = _typed(
            library.Z3_set_param_value, None, c_void_p, c_char_p, c_char_p
        )
        self.del_config = _typed(library.Z3_del_config, None, c_void_p)
        self.mk_context = _typed(library.Z3_mk_context, c_void_p, c_void_p)
        self.del_context = _typed(library.Z3_del_context, None, c_void_p)
        self.set_error_handler = _typed(library.Z3_set_error_handler, None, c_void_p, _HANDLER)
        self.get_full_version = _typed(library.Z3_get_full_version, c_char_p)

    def __getattr__(self, name: str) -> Any:  # for the type checker: set in __init__
        raise AttributeError(name)


def _typed(function: Any, result: Any, *arguments: Any) -> Any:
    function.restype = result
    function.argtypes = list(arguments)
    return function


@functools.cache
def library() -> Library:
    """The loaded library.

    Raises:
        ProverError: if Z3 is not installed or does not load.
    """
    path = _library_path()
    if path is None:
        raise ProverError("Z3 is not installed", hint="python -m pip install z3-solver")
    # Each context takes 16 MB. Once a larger block was freed, glibc keeps what contexts give back
    # instead of asking the system for fresh pages every time: 0.4 ms a context, not 7 ms.
    bytes(31 << 20)
    try:
        return Library(path)
    except (OSError, AttributeError) as error:
        raise ProverError(f"Z3 does not load from {path}: {error}") from error


def _library_path() -> str | None:
    spec = importlib.util.find_spec("z3")
    for place in (spec and spec.submodule_search_locations) or ():
        for folder in (Path(place) / "lib", Path(place)):
            found = sorted(
                file
                for name in ("libz3.so*", "libz3.dylib", "libz3.dll")
                for file in folder.glob(name)
            )
            if found:
                return os.fspath(found[0])
    return find_library("z3") if spec else None  # a distribution has it elsewhere


def _ignore(_context: int, _code: int) -> None:
    pass


_carry_on = _HANDLER(_ignore)  # what Z3 calls on an error; its default ends the process


class Context:
    """A Z3 context that owns everything made in it; leaving the `with` block frees it all."""

    def __init__(self, *, rlimit: int, timeout: float) -> None:
        self.z3 = z3 = library()
        self.use = threading.Lock()
        config = z3.mk_config()
        try:
            z3.set_param_value(config, b"rlimit", str(min(rlimit, MOST_UNITS)).encode())
            milliseconds = max(1, min(int(timeout * 1000), MOST_UNITS))
            z3.set_param_value(config, b"timeout", str(milliseconds).encode())
            self.handle = z3.mk_context(config)
        finally:
            z3.del_config(config)
        if not self.handle:
            raise ProverError("Z3 could not start")
        z3.set_error_handler(self.handle, _carry_on)

    def check(self) -> None:
        """Raise the error of the last call, if there was one.

        Raises:
            ProverError: with the words of Z3.
        """
        code = self.z3.get_error_code(self.handle)
        if code:
            words = self.z3.get_error_msg(self.handle, code) or b""
            raise ProverError(f"Z3 failed: {words.decode(errors='replace')}")

    def interrupt(self) -> None:
        """End the query that is running, if any; any thread may ask for it at any time."""
        with self.use:
            if self.handle:
                self.z3.interrupt(self.handle)

    def set_up(self, solver: Any, *, matching: bool = True) -> None:
        """Keep the solver from handling SIGINT in place of Python; with or without E-matching."""
        z3, c = self.z3, self.handle
        params = z3.mk_params(c)
        z3.params_inc_ref(c, params)
        z3.params_set_bool(c, params, z3.mk_string_symbol(c, b"ctrl_c"), False)
        if not matching:
            z3.params_set_bool(c, params, z3.mk_string_symbol(c, b"ematching"), False)
        z3.solver_set_params(c, solver, params)
        z3.params_dec_ref(c, params)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        with self.use:
            handle, self.handle = self.handle, None
        self.z3.del_context(handle)


def handles(items: Any) -> Any:
    """An array of handles."""
    items = tuple(items)
    return (c_void_p * len(items))(*items)
