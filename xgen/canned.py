"""Help and completion scripts: texts that stay the same until the tool changes, kept ready.

Formatting them takes click, which alone is nearly half of what a start may cost.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from xgen import cache
from xgen.fingerprint import tool_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KIND = "texts"


def is_fixed(arguments: Sequence[str]) -> bool:
    """Say whether the command only prints a text that the tool itself determines."""
    helps = len(arguments) <= 2 and arguments[-1:] in (["--help"], ["-h"])  # noqa: PLR2004
    scripts = len(arguments) == 2 and arguments[0] == "completion"  # noqa: PLR2004
    return (helps or scripts) and "_XGEN_COMPLETE" not in os.environ


def recall(arguments: Sequence[str]) -> str | None:
    """Return the text of the command, None when it is not at hand."""
    content = cache.load(_KIND, _key(arguments))
    return None if content is None else content.decode()


def keep(arguments: Sequence[str], command: Callable[[], int]) -> int:
    """Run the command, print its text and keep it if all went well."""
    text = io.StringIO()
    with redirect_stdout(text):
        code = command()
    sys.stdout.write(text.getvalue())
    if code == 0:
        cache.store(_KIND, _key(arguments), text.getvalue().encode())
    return code


def terminal_width() -> int:
    """Return the width of the terminal; as in shutil, importing which costs 2 ms."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(1).columns or 80
    except OSError:
        return 80


def _key(arguments: Sequence[str]) -> str:
    locale = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")]
    return json.dumps([list(arguments), terminal_width(), locale, tool_fingerprint()])
