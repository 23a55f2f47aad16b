"""Read a project file; every mistake in it is a finding with a place and, if it can be, a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Diagnostic, did_you_mean
from xgen.read import read
from xgen.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xgen.diagnostics import Report
    from xgen.source import Source

_OWNERS = ("scaffold", "machine", "history", "mine")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text of the project file and where it stands."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetUse:
    """A target to render, and the options that its templates see."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project file says. Paths and patterns are relative to its folder."""

    path: str
    inputs: tuple[Written, ...] = ()
    include: tuple[str, ...] = ()
    targets: tuple[TargetUse, ...] = ()
    target_path: tuple[str, ...] = ()
    output: str | None = None
    name: str | None = None
    strict: bool = False
    owners: Mapping[str, str] = field(default_factory=dict)
    """Patterns of output files, and whose these are whatever the target says."""
    services: tuple[Written, ...] = ()
    """Folders, or patterns of them, that have a project file each."""


def read_project(path: str, shown: str, report: Report, sources: dict[str, Source]) -> Project:
    """Return what the file at ``path`` says, called ``shown`` in messages.

    What is wrong is reported and left out.
    """
    found = read([shown], report)
    sources.update(found)
    if shown not in found:
        return Project(path=path)
    reader = _Reader(found[shown], report)
    root = reader.root()
    if root is None:
        return Project(path=path)
    values = dict(reader.entries(root, _READERS, "key"))
    project = Project(path=path, **values)
    _check_whole(project, set(values), root, reader)
    return project


def _check_whole(project: Project, given: set[str], root: Any, reader: _Reader) -> None:
    """Report keys that belong together, or do not."""
    if project.services and (given - {"services"}):
        also = ", ".join(f"`{name}`" for name in sorted(given - {"services"}))
        reader.fail(
            "project-services",
            root.value[0][0],
            f"a project file lists `services` or describes one, not both (it has {also})",
            "give each service a folder with its own xgen.yaml",
        )
    if project.services or "services" in given:
        return
    for name in ("inputs", "targets"):
        if name not in given and not any(key.value == name for key, _ in root.value):
            helped = f"add `{name}:` with a list below it"
            reader.fail("project-incomplete", root, f"there is no `{name}`", helped)


class _Reader:
    """Turns nodes of YAML into values, and reports those that are none."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._report = report

    def root(self) -> Any:
        """Return the mapping that the file is, None after reporting that it is none."""
        try:
            node = yaml.compose(self._source.text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            index = mark.index if mark is not None else 0
            place = Span(self._source.path, index, index + 1)
            self._add("project-yaml", place, str(error.problem), None)
            return None
        except (yaml.YAMLError, RecursionError) as error:
            self._add("project-yaml", Span(self._source.path, 0, 1), str(error), None)
            return None
        if isinstance(node, yaml.MappingNode):
            return node
        at = Span(self._source.path, 0, 1) if node is None else self.span(node)
        message = "the file is empty" if node is None else f"it is {_kind(node)}, not a mapping"
        self._add("project-yaml", at, message, "it begins with `inputs:` and `targets:`")
        return None

    def span(self, node: Any) -> Span:
        """Return where a node stands, its first line only."""
        start, end = node.start_mark.index, node.end_mark.index
        line_end = self._source.text.find("\n", start)
        if 0 <= line_end < end:
            end = line_end
        return Span(self._source.path, start, max(end, start + 1))

    def fail(self, code: str, node: Any, message: str, help_: str | None = None) -> None:
        """Report a mistake at ``node``."""
        self._add(code, self.span(node), message, help_)

    def _add(self, code: str, span: Span, message: str, help_: str | None) -> None:
        self._report.add(Diagnostic(code=code, message=message, span=span, help=help_))

    def entries(
        self, node: Any, readers: Mapping[str, Callable[[_Reader, Any, str], Any]], what: str
    ) -> Iterator[tuple[str, Any]]:
        """Yield the keys of a mapping that are known, with the values that could be read."""
        for key, value in self.pairs(node):
            name = key.value
            if name not in readers:
                known = ", ".join(readers)
                guess = did_you_mean(name, readers) or f"known: {known}"
                self.fail("project-key", key, f"there is no {what} `{name}`", guess)
                continue
            read_value = readers[name](self, value, name)
            if read_value is not None:
                yield name, read_value

    def pairs(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yield the nodes of a mapping; report keys that are given twice or are no text."""
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fail("project-value", key, f"a key is text, not {_kind(key)}")
            elif key.value in seen:
                self.fail("project-key", key, f"`{key.value}` is given twice")
            else:
                seen.add(key.value)
                yield key, value

    def text(self, node: Any, name: str) -> str | None:
        """Return the text of a node, None after reporting that it is none."""
        if isinstance(node, yaml.ScalarNode) and node.value and not node.tag.endswith(":null"):
            return str(node.value)
        what = "empty" if _is_null(node) else _kind(node)
        self.fail("project-value", node, f"`{name}` is to be text, and is {what}")
        return None

    def items(self, node: Any, name: str) -> list[Any]:
        """Return the items of a list; a single text counts as a list of one."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if isinstance(node, yaml.ScalarNode) and not _is_null(node):
            return [node]
        what = "empty" if _is_null(node) else _kind(node)
        self.fail("project-value", node, f"`{name}` is to be a list, and is {what}", _LISTED)
        return []


_LISTED = "write one item a line, each after `- `"


def _is_null(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and (not node.value or node.tag.endswith(":null"))


def _kind(node: Any) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "text"


def _texts(reader: _Reader, node: Any, name: str) -> tuple[str, ...]:
    read_texts = (reader.text(item, name) for item in reader.items(node, name))
    return tuple(text for text in read_texts if text is not None)


def _written(reader: _Reader, node: Any, name: str) -> tuple[Written, ...]:
    found = ((item, reader.text(item, name)) for item in reader.items(node, name))
    return tuple(
        Written(text=text, span=reader.span(item)) for item, text in found if text is not None
    )


def _flag(reader: _Reader, node: Any, name: str) -> bool | None:
    if isinstance(node, yaml.ScalarNode) and node.value.lower() in ("true", "false"):
        return bool(node.value.lower() == "true")
    reader.fail("project-value", node, f"`{name}` is to be true or false")
    return None


def _targets(reader: _Reader, node: Any, name: str) -> tuple[TargetUse, ...]:
    found: list[TargetUse] = []
    for item in reader.items(node, name):
        if isinstance(item, yaml.MappingNode):
            values = dict(reader.entries(item, _TARGET_READERS, "key of a target"))
            if "name" in values:
                found.append(TargetUse(**values))
            elif not any(key.value == "name" for key, _ in item.value):
                helped = "write `- name: TARGET` and its `options:` below it"
                reader.fail("project-value", item, "a target has no `name`", helped)
        elif (text := reader.text(item, name)) is not None:
            found.append(TargetUse(name=text))
    return tuple(found)


def _options(reader: _Reader, node: Any, name: str) -> dict[str, object] | None:
    if not isinstance(node, yaml.MappingNode):
        reader.fail("project-value", node, f"`{name}` is to be a mapping, and is {_kind(node)}")
        return None
    from yaml.constructor import SafeConstructor

    options: dict[str, object] = {}
    for key, value in reader.pairs(node):
        try:
            constructor: Any = SafeConstructor()
            options[key.value] = constructor.construct_document(value)
        except yaml.YAMLError as error:
            problem = getattr(error, "problem", None) or str(error)
            reader.fail("project-value", value, problem)
    return options


def _owners(reader: _Reader, node: Any, name: str) -> dict[str, str] | None:
    if not isinstance(node, yaml.MappingNode):
        message = f"`{name}` is to be a mapping of patterns to owners, and is {_kind(node)}"
        reader.fail("project-value", node, message, "write `PATTERN: mine`, one a line")
        return None
    owners: dict[str, str] = {}
    for key, value in reader.pairs(node):
        owner = reader.text(value, key.value)
        if owner is not None and owner not in _OWNERS:
            guess = did_you_mean(owner, _OWNERS) or f"known: {', '.join(_OWNERS)}"
            reader.fail("project-value", value, f"there is no owner `{owner}`", guess)
        elif owner is not None:
            owners[key.value] = owner
    return owners


_READERS: dict[str, Callable[[_Reader, Any, str], Any]] = {
    "name": _Reader.text,
    "inputs": _written,
    "include": _texts,
    "targets": _targets,
    "target_path": _texts,
    "output": _Reader.text,
    "strict": _flag,
    "owners": _owners,
    "services": _written,
}
_TARGET_READERS: dict[str, Callable[[_Reader, Any, str], Any]] = {
    "name": _Reader.text,
    "options": _options,
}
