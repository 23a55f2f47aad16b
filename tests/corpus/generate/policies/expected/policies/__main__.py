"""Starts the synchronizer: ``python -m policies run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("policies")
