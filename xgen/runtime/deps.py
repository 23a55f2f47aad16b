"""Reads ``model-deps.yaml``: along which links the objects of a package wait for each other.

    ExampleServiceInstance:
      - [Color, foreground_color, serviceinstance_foreground_colors]

says that an instance waits for its foreground colour. Its owner may edit the file, so each
mistake is reported with its line. What the lines mean between objects is in ``edges.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SHAPE = "[peer, accessor, reverse accessor]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Objects of ``model`` wait for those of ``peer`` that ``accessor`` leads to."""

    model: str
    peer: str
    accessor: str
    reverse: str | None
    path: str
    line: int
    column: int = 1

    def error(self, message: str, help: str | None = None) -> ConfigError:  # noqa: A002 - as there
        """Return a mistake at the place of this edge."""
        return ConfigError(message, path=self.path, line=self.line, column=self.column, help=help)


@dataclass(frozen=True, slots=True)
class ModelDeps:
    """The edges of the file, and where each model stands in it."""

    edges: tuple[Edge, ...] = ()
    models: Mapping[str, int] | None = None
    path: str = "model-deps.yaml"


def parse(text: str, path: str, errors: list[ConfigError]) -> ModelDeps:
    """Return what ``text`` says; what is wrong with it goes to ``errors``."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "this is not YAML"
        line = mark.line + 1 if mark else None
        errors.append(ConfigError(str(problem), path=path, line=line))
        return ModelDeps((), {}, path)
    if root is None:
        return ModelDeps((), {}, path)
    if not isinstance(root, yaml.MappingNode):
        errors.append(_at(root, path, "the file must map each model to a list of edges"))
        return ModelDeps((), {}, path)
    edges: list[Edge] = []
    models: dict[str, int] = {}
    for key, value in root.value:
        model = _text(key)
        if model is None:
            errors.append(_at(key, path, "a model's name is expected"))
            continue
        line = key.start_mark.line + 1
        if model in models:
            message = f"`{model}` stands here twice; the first one is in line {models[model]}"
            errors.append(_at(key, path, message))
            continue
        models[model] = line
        edges.extend(_edges_of(model, value, path, errors))
    return ModelDeps(tuple(edges), models, path)


def _edges_of(model: str, value: yaml.Node, path: str, errors: list[ConfigError]) -> Iterator[Edge]:
    if isinstance(value, yaml.ScalarNode) and value.tag == "tag:yaml.org,2002:null":
        return
    if not isinstance(value, yaml.SequenceNode):
        errors.append(_at(value, path, f"`{model}` needs a list of edges, each {_SHAPE}"))
        return
    for item in value.value:
        parts = item.value if isinstance(item, yaml.SequenceNode) else []
        names = [_text(part) for part in parts]
        if len(names) not in (2, 3) or names[0] is None or names[1] is None:
            errors.append(_at(item, path, f"an edge is {_SHAPE}"))
            continue
        yield Edge(
            model=model,
            peer=names[0],
            accessor=names[1],
            reverse=names[2] if len(names) == 3 else None,  # noqa: PLR2004 - as _SHAPE says
            path=path,
            line=item.start_mark.line + 1,
            column=item.start_mark.column + 1,
        )


def _text(node: yaml.Node) -> str | None:
    """Return the text of a scalar; null and what is no scalar have none."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value) or None


def _at(node: yaml.Node, path: str, message: str) -> ConfigError:
    mark = node.start_mark
    return ConfigError(message, path=path, line=mark.line + 1, column=mark.column + 1)


def cycle(edges: Iterable[Edge]) -> list[Edge] | None:
    """Return the edges of a shortest cycle between models, or None.

    A link of a model to itself (a tree) is none: its objects may well have an order.
    """
    following: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.peer != edge.model:
            following.setdefault(edge.model, []).append(edge)
    best: list[Edge] | None = None
    for start in following:
        found = _cycle_through(start, following)
        if found and (best is None or len(found) < len(best)):
            best = found
    return best


def _cycle_through(start: str, following: Mapping[str, list[Edge]]) -> list[Edge] | None:
    came: dict[str, Edge] = {}
    queue = [start]
    for model in queue:
        for edge in following.get(model, ()):
            if edge.peer == start:
                path = [edge]
                while path[-1].model != start:
                    path.append(came[path[-1].model])
                return path[::-1]
            if edge.peer not in came:
                came[edge.peer] = edge
                queue.append(edge.peer)
    return None


def cycle_error(found: list[Edge]) -> ConfigError:
    """Return the mistake that a cycle is, with the line of each of its edges."""
    steps = ", ".join(f"{e.model}.{e.accessor} -> {e.peer} (line {e.line})" for e in found)
    return found[0].error(
        f"these models wait for each other: {steps}",
        help="remove one of these edges: what it orders then has no order",
    )
