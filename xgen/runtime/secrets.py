"""What must not be seen: secret values and keys, taken out of text and data.

Two nets: keys whose name says secret (``password``, ``token``, ...), and the very values of
fields that the model marks secret, wherever they turn up while such an object is handled
(`hiding`). Logging, playbooks and the operator's commands all redact through here.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDDEN = "***"

#: Parts of a key's name that mark its value as secret; `configure` adds the config's own.
DEFAULT_PATTERNS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_?key",
    "private_?key",
    "credential",
    "authorization",
)

# Shorter values would blank out half of every line; they are still hidden under their own key.
_SHORTEST = 4
#: Keys of ours that only look like secrets: the fencing token is a counter.
_HARMLESS = frozenset({"claim_token"})
_DEEPEST = 20
_IN_URL = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@", re.IGNORECASE)

_hidden_values: ContextVar[frozenset[str]] = ContextVar("xgen_hidden_values", default=frozenset())


class _Patterns:
    """The key patterns in force, compiled; replaced whole, so threads see one or the other."""

    def __init__(self, extra: Iterable[str] = ()) -> None:
        words = "|".join((*DEFAULT_PATTERNS, *extra))
        self.key = re.compile(words, re.IGNORECASE)
        # `password=x`, `"token": "x"`, `Authorization: Bearer x` inside free text.
        self.text = re.compile(
            rf"""((?:[\w-]*(?:{words})[\w-]*)["']?\s*[=:]\s*(?:(?:bearer|basic)\s+)?)"""
            r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s,;&"'}\]]+)""",
            re.IGNORECASE,
        )


_patterns = _Patterns()


def configure(extra_patterns: Iterable[str] = ()) -> None:
    """Adds the config's own patterns for secret keys to the built-in ones."""
    global _patterns  # noqa: PLW0603 - one process, one set of patterns
    for pattern in (extra := tuple(extra_patterns)):
        try:
            re.compile(pattern)
        except re.error as error:
            text = f"`logging.secret_keys`: {pattern!r} is no regular expression: {error}"
            raise ConfigError(text) from error
    _patterns = _Patterns(extra)


@contextmanager
def hiding(values: Iterable[object]) -> Iterator[None]:
    """While inside, these values are taken out of whatever is logged or reported."""
    more = frozenset(str(value) for value in values if value is not None)
    token = _hidden_values.set(_hidden_values.get() | more)
    try:
        yield
    finally:
        _hidden_values.reset(token)


def is_secret_key(key: object) -> bool:
    """Whether a key's name says that its value is secret."""
    if not isinstance(key, str) or key in _HARMLESS:
        return False
    return _patterns.key.search(key) is not None


def hide_values(text: str) -> str:
    """`text` without the values that are hidden just now."""
    for value in sorted(_hidden_values.get(), key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, HIDDEN)
    return text


def redact_text(text: str) -> str:
    """`text` without hidden values, passwords in URLs and ``secret=...`` pairs."""
    text = _IN_URL.sub(rf"\1{HIDDEN}@", hide_values(text))
    return _patterns.text.sub(rf"\1{HIDDEN}", text)


def redact(value: Any, key: object = None, *, depth: int = 0) -> Any:
    """A copy of plain data in which every secret is ``***``; other objects pass unchanged."""
    if is_secret_key(key) and value not in (None, "", True, False):
        return HIDDEN
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, str):
        return HIDDEN if value and value in _hidden_values.get() else redact_text(value)
    if isinstance(value, dict):
        return {name: redact(item, name, depth=depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, depth=depth + 1) for item in value]
    return value


def secret_fields(model: type) -> frozenset[str]:
    """Names of the fields that a model, or one of its bases, marks secret."""
    infos = (cls.__dict__.get("xgen") for cls in model.__mro__)
    return frozenset(name for info in infos for name in getattr(info, "secrets", ()))


def values_of(obj: object) -> tuple[object, ...]:
    """The secret values that an object holds, for `hiding`."""
    values = (getattr(obj, name, None) for name in sorted(secret_fields(type(obj))))
    return tuple(value for value in values if value not in (None, ""))
