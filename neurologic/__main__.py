"""`python -m neurologic`."""

import sys

if __name__ == "__main__":
    try:
        from neurologic.cli import main

        main()
    except KeyboardInterrupt:  # while the imports run; later the command line takes care itself
        sys.exit(130)
