"""`python -m neurologic`."""

from neurologic.cli import main

if __name__ == "__main__":
    main()
