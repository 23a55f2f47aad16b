"""Check that a text is YAML, without building what unknown tags (Ansible's, say) stand for."""

from __future__ import annotations

from typing import Any

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # the C loader where libyaml is there
    """The safe loader, which takes any tag and refuses a key that is given twice."""


def _any_tag(loader: Any, suffix: str, node: yaml.Node) -> object:
    del suffix
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[object, object]:
    loader.flatten_mapping(node)
    found: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is given twice", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_multi_constructor("!", _any_tag)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def first_error(text: str) -> tuple[int, str] | None:
    """Return line and message of the first mistake in ``text``, None when every document loads."""
    try:
        for _ in yaml.load_all(text, Loader=_Loader):
            pass
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 0
        return line, f"is no YAML: {error.problem or error.context}"
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return 0, f"is no YAML: {error}"
    return None
