"""The command line of a synchronizer: `python -m exampleservice COMMAND`.

`main` is all that a generated package calls. Each group of commands is a module of its own that
is imported when one of its commands runs; `--help` imports neither Django nor the package.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Exit codes, the same everywhere.
CLEAN, FINDINGS, USAGE, BAD_INPUT, BUG = 0, 1, 2, 3, 5


def main(package: str, argv: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line of a generated package and exits the process with its code."""
    sys.exit(invoke(package, argv))


def invoke(package: str, argv: Sequence[str] | None = None) -> int:
    """Like `main`, but returns the exit code."""
    from xgen.runtime.cli import errors
    from xgen.runtime.cli.group import build

    try:
        with errors.flushed():
            code = build(package).main(
                args=None if argv is None else list(argv),
                prog_name=f"python -m {package}",
                standalone_mode=False,
            )
    except BaseException as error:  # noqa: BLE001 - the one place where exceptions stop
        return errors.report(error, package)
    return code if isinstance(code, int) else CLEAN
