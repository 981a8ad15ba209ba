"""`python -m benchmarks`."""

import gc
import os
import sys

from benchmarks.cli import app


def main() -> None:
    """Run the command line; output that cannot be written is told in a line."""
    gc.set_threshold(100_000, 50, 50)  # formulas are no cycles: looking for some takes a tenth
    try:
        try:
            app(prog_name="python -m benchmarks")
        finally:
            sys.stdout.flush()
    except OSError as error:  # a full disk, or nobody reads on
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"error: cannot write the output: {error.strerror}\n")
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())  # nothing is flushed at the end
        sys.exit(1)


if __name__ == "__main__":
    main()
