"""YAML config files as keys and values that know their place and say what is wrong with them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

import yaml
from yaml.reader import ReaderError

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "None": "null",
    "tuple[str, ...]": "a list of texts",
    "Mapping[str, str]": "a mapping of texts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key with its value and the place of the value."""

    key: str
    value: Any
    path: str
    line: int | None = None
    column: int | None = None
    key_line: int | None = None
    key_column: int | None = None
    section: Section | None = None
    shown: str = ""
    """The key with those of its sections before it."""
    text: str | None = None
    """What was written, where that is all there is."""

    @classmethod
    def of_text(cls, key: str, text: str, variable: str) -> Self:
        """Make the entry that an environment variable stands for; its text is read as YAML."""
        try:
            value = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError):
            value = text
        plain = value if isinstance(value, bool | int | float | type(None)) else text
        place = f"environment variable {variable}"
        return cls(key=key, value=plain, path=place, shown=key, text=text)

    def error(self, message: str, help: str | None = None) -> ConfigError:  # noqa: A002 - as in ConfigError
        """Return an error at the place of the value."""
        return ConfigError(message, path=self.path, line=self.line, column=self.column, help=help)

    def as_one_of(self, types: Sequence[str]) -> Any:
        """Return the value as one of ``types``, which are spelled as in annotations.

        Raises:
            ConfigError: it is of none of them.
        """
        names = [name.strip() for text in types for name in text.split("|")]
        # Text last: what an environment variable holds is always text, too.
        for name in sorted(names, key=lambda name: name == "str"):
            if name == "str" and self.text is not None:
                return self.text
            good, value = _convert(self.value, name)
            if good:
                return value
        wanted = " or ".join(_WORDS.get(name, name) for name in names)
        raise self.error(f"`{self.shown}` must be {wanted}, not {_described(self.value)}")

    def as_section(self) -> Section | None:
        """Return the value as a section, None for an empty one.

        Raises:
            ConfigError: it is something else.
        """
        if self.section is None and self.value is not None:
            raise self.error(f"`{self.shown}` must hold keys, not {_described(self.value)}")
        return self.section

    def unknown(self, prefix: str, known: Iterable[str]) -> ConfigError:
        """Return the error for a key that means nothing here."""
        names = list(known)
        close = get_close_matches(self.key, names, n=1, cutoff=0.6)
        advice = f"did you mean `{prefix}{close[0]}`?" if close else f"known: {', '.join(names)}"
        return ConfigError(
            f"unknown key `{self.shown}`",
            path=self.path,
            line=self.key_line,
            column=self.key_column,
            help=advice,
        )


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of a mapping, in their order."""

    entries: tuple[Entry, ...] = ()

    def get(self, key: str) -> Entry | None:
        """Return the entry of ``key``, if there is one."""
        return next((entry for entry in self.entries if entry.key == key), None)


def read(path: str, text: str, errors: list[ConfigError]) -> Section:
    """Return the entries of a config file; what is wrong with its YAML is added to ``errors``."""
    loader: yaml.SafeLoader | None = None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if isinstance(node, yaml.MappingNode):
            return _section(loader, node, path, "", errors)
        if node is not None:
            message = "the file must hold keys, such as `workers: 8`"
            errors.append(ConfigError(message, path=path, line=node.start_mark.line + 1))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        message = f"not YAML: {error.problem or error.context}"
        errors.append(ConfigError(message, path=path, line=line, column=column))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        errors.append(ConfigError(f"not YAML: {error.reason}", path=path, line=line))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is nested too deep"
        errors.append(ConfigError(f"a value cannot be read: {reason}", path=path))
    finally:
        if loader is not None:
            loader.dispose()
    return Section()


def _section(
    loader: yaml.SafeLoader,
    node: yaml.MappingNode,
    path: str,
    prefix: str,
    errors: list[ConfigError],
) -> Section:
    entries: dict[str, Entry] = {}
    loader.flatten_mapping(node)
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in entries:
            message = f"`{prefix}{key}` is there twice, first in line {entries[key].line}"
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            errors.append(ConfigError(message, path=path, line=line, column=column))
            continue
        is_section = isinstance(value_node, yaml.MappingNode)
        entries[key] = Entry(
            key=key,
            value=loader.construct_object(value_node, deep=True),
            path=path,
            line=value_node.start_mark.line + 1,
            column=value_node.start_mark.column + 1,
            key_line=key_node.start_mark.line + 1,
            key_column=key_node.start_mark.column + 1,
            section=_section(loader, value_node, path, f"{prefix}{key}.", errors)
            if is_section
            else None,
            shown=f"{prefix}{key}",
        )
    return Section(tuple(entries.values()))


def _convert(value: Any, name: str) -> tuple[bool, Any]:
    """Return whether ``value`` is of the type called ``name``, and the value as that type."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "float":
        good = is_number and math.isfinite(value)
        return good, float(value) if good else value
    if name.startswith("tuple"):
        good = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return good, tuple(value) if good else value
    checks = {
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "int": is_number and isinstance(value, int),
        "None": value is None,
    }
    return checks.get(name, _is_mapping_of_text(value)), value


def _is_mapping_of_text(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    )


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return {"None": "nothing", "True": "true", "False": "false"}.get(repr(value), f"`{value}`")
