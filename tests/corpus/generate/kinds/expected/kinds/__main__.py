"""Starts the synchronizer: ``python -m kinds run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("kinds")
