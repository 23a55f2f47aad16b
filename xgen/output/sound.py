"""Is a merged text still what its name promises? Lines that merge well need not fit together."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def breaks(path: str, before: bytes, after: bytes) -> str | None:
    """Return what is wrong with ``after`` that was not with ``before``, None when nothing is."""
    check = _CHECKS.get(path.rpartition(".")[2])
    if check is None:
        return None
    found = check(after)
    return found if found is not None and check(before) is None else None


def _python(content: bytes) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(content, "merged", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return "give no valid Python"
    return None


def _yaml(content: bytes) -> str | None:
    from xgen.tolerant_yaml import first_error

    try:
        found = first_error(content.decode())
    except UnicodeDecodeError:
        return None
    return None if found is None else f"give {found[1].removeprefix('is ')}"


def _toml(content: bytes) -> str | None:
    import tomllib

    try:
        tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return "give no valid TOML"
    return None


_CHECKS: dict[str, Callable[[bytes], str | None]] = {
    "py": _python,
    "pyi": _python,
    "yaml": _yaml,
    "yml": _yaml,
    "toml": _toml,
}
