"""Starts the synchronizer: ``python -m shapes run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("shapes")
