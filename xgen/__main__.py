"""Where ``xgen`` starts: the fast way when nothing has changed, the command line otherwise."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    arguments = sys.argv[1:]
    says = _nothing_changed(arguments)
    if says is not None:
        sys.stderr.write(says)
        sys.exit(0)
    from xgen.cli import run

    sys.exit(run(arguments))


def _nothing_changed(arguments: list[str]) -> str | None:
    """Return what to say when the command has nothing to do, None when it has to be looked at."""
    generates = any(a in ("-t", "generate") or a.startswith(("--target", "-t")) for a in arguments)
    if not generates or "--no-cache" in arguments:
        return None
    from xgen.stamp import recall

    return recall(arguments)


if __name__ == "__main__":
    main()
