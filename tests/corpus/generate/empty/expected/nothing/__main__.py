"""Starts the synchronizer: ``python -m nothing run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("nothing")
