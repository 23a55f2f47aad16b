"""Starts the synchronizer: ``python -m hostile run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("hostile")
