"""Object files: YAML of several documents, read with the place of every value.

A document maps names of models to an object or a list of objects:

    Color: {name: red, html_code: "#f00"}
    ---
    ExampleServiceInstance:
      - name: first
        foreground_color: red

This module knows YAML only; what the names mean is for `xgen.runtime.apply`. Nothing here raises
on what a file holds: mistakes become problems, all of one run together.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STDIN = "-"
_LARGEST = 64 * 1024 * 1024
_DEEPEST = 50
_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: line and column count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in an object file."""

    place: Place
    message: str
    help: str | None = None

    def __str__(self) -> str:
        text = f"{self.place}: error: {self.message}"
        return f"{text}\n  help: {self.help}" if self.help else text


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar, a list or a mapping of values, with its place; `written` is a scalar's text."""

    place: Place
    data: Any
    written: str = ""
    #: Places of the keys, when this is a mapping.
    keys: dict[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:
        """The data without places, all the way down."""
        if isinstance(self.data, dict):
            return {key: value.plain() for key, value in self.data.items()}
        if isinstance(self.data, list):
            return [value.plain() for value in self.data]
        return self.data


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a file: the name of its model as written, and its fields."""

    model: str
    place: Place
    body: Value


@dataclass(slots=True)
class Documents:
    """What files hold: their objects in order, and what is wrong with them."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(paths: Sequence[str]) -> Documents:
    """Reads files (`-` is the standard input) and the YAML files of folders."""
    documents = Documents()
    for path in paths:
        for name in _expand(path, documents):
            text = _text(name, documents)
            if text is not None:
                parse(text, "<stdin>" if name == _STDIN else name, documents)
    return documents


def parse(text: str, path: str, documents: Documents | None = None) -> Documents:
    """Reads the documents of one text."""
    documents = Documents() if documents is None else documents
    before = len(documents.entries), len(documents.problems)
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if not _void(node)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or error.context or "not YAML"
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
        documents.problems.append(Problem(place, f"not valid YAML: {message}"))
        return documents
    except (yaml.YAMLError, RecursionError) as error:
        text = "nested too deeply" if isinstance(error, RecursionError) else _first_line(error)
        documents.problems.append(Problem(Place(path), f"not valid YAML: {text}"))
        return documents
    reader = _Reader(path, documents.problems)
    for node in nodes:
        documents.entries.extend(_entries(reader.value(node), documents.problems))
    if before == (len(documents.entries), len(documents.problems)):
        documents.problems.append(Problem(Place(path), "holds no objects"))
    return documents


def _void(node: yaml.Node | None) -> bool:
    return node is None or (node.tag == "tag:yaml.org,2002:null" and node.value == "")


def _entries(document: Value, problems: list[Problem]) -> Iterator[Entry]:
    if not isinstance(document.data, dict):
        problems.append(
            Problem(
                document.place,
                "a document maps names of models to objects",
                "for example `Color: {name: red}`",
            )
        )
        return
    if {"kind", "model"} & document.data.keys():
        key = "kind" if "kind" in document.data else "model"
        name = document.data[key].data
        problems.append(
            Problem(
                document.keys[key],
                f"`{key}` is not how objects are written here",
                f"write `{name if isinstance(name, str) else 'Color'}:` and its fields below it",
            )
        )
        return
    for name, body in document.data.items():
        place = document.keys[name]
        for item in body.data if isinstance(body.data, list) else [body]:
            if isinstance(item.data, dict):
                yield Entry(name, place if item is body else item.place, item)
            else:
                problems.append(
                    Problem(item.place, f"an object of {name} is a mapping of fields to values")
                )


class _Reader:
    """Turns nodes into values; constructs scalars as YAML 1.1 does."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, depth: int = 0) -> Value:
        place = self._place(node)
        if depth > _DEEPEST:  # an alias inside its own anchor never ends
            self._problem(place, "nested too deeply")
            return Value(place, None)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, yaml.SequenceNode):
            return Value(place, [self.value(item, depth + 1) for item in node.value])
        return Value(place, self._scalar(node, place), str(node.value))

    def _mapping(self, node: yaml.MappingNode, place: Place, depth: int) -> Value:
        data: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in node.value:
            where = self._place(key_node)
            value = self.value(value_node, depth + 1)
            if key_node.tag == _MERGE:
                merged |= self._merged(value)
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(where, "a key must be a word")
                continue
            key = str(key_node.value)
            if key in data:
                first = keys[key]
                self._problem(where, f"{key!r} is given twice", f"first on line {first.line}")
                continue
            data[key], keys[key] = value, where
        for key, value in merged.items():
            data.setdefault(key, value)
            keys.setdefault(key, value.place)
        return Value(place, data, keys=keys)

    def _merged(self, value: Value) -> dict[str, Value]:
        sources = value.data if isinstance(value.data, list) else [value]
        merged: dict[str, Value] = {}
        for source in sources:
            if isinstance(source.data, dict):
                merged = {**source.data, **merged}
            else:
                self._problem(source.place, "`<<` takes a mapping, or a list of mappings")
        return merged

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        constructor = self._scalars.yaml_constructors.get(node.tag)
        if constructor is None or not isinstance(node, yaml.ScalarNode):
            self._problem(place, f"unknown tag {node.tag}")
            return None
        try:
            return constructor(self._scalars, node)
        except (ValueError, yaml.YAMLError):
            self._problem(place, f"{node.value!r} is not a valid {node.tag.rpartition(':')[2]}")
            return None

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(place, message, hint))


def _expand(path: str, documents: Documents) -> list[str]:
    folder = Path(path)
    if path == _STDIN or not folder.is_dir():
        return [path]
    found = sorted(str(item) for item in folder.iterdir() if item.suffix in (".yaml", ".yml"))
    if not found:
        documents.problems.append(Problem(Place(path), "this folder holds no .yaml file"))
    return found


def _text(path: str, documents: Documents) -> str | None:
    try:
        if path == _STDIN:
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(path).open("rb") as source:
                data = source.read(_LARGEST + 1)
        if len(data) <= _LARGEST:
            return data.decode("utf-8-sig")
        reason = "larger than 64 MB"
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    documents.problems.append(Problem(Place(path), reason))
    return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["unreadable"])[0]
