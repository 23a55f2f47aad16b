"""Settings that are one of a few words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence


def one_of(key: str, value: str, choices: Sequence[str]) -> None:
    """Refuses a value of the config's `key` that is not among its choices."""
    if value in choices:
        return
    close = difflib.get_close_matches(value, choices, 1)
    hint = f"did you mean {close[0]}?" if close else f"choose from {', '.join(choices)}"
    raise ConfigError(f"`{key}` cannot be {value!r}", help=hint)
