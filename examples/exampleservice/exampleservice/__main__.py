"""Starts the synchronizer: ``python -m exampleservice run``."""

from xgen.runtime import main

if __name__ == "__main__":
    main("exampleservice")
