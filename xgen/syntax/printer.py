"""From syntax tree back to text: what is parsed again is the same tree.

The text has one style, whatever the author's was. Doc comments are kept, others are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xgen.syntax.tree import Name, Option

_INDENT = "    "


def print_file(file: tree.File) -> str:
    """Return the text of a file."""
    return "".join(f"{line}\n" for s in file.statements for line in _statement(s))


def _statement(node: tree.Statement | tree.Member) -> Iterator[str]:
    if isinstance(node, tree.Field | tree.Link):
        yield from _doc(node.doc)
        yield _field(node) if isinstance(node, tree.Field) else _link(node)
    elif isinstance(node, tree.OptionStatement):
        yield f"option {_option(node.option)};"
    elif isinstance(node, tree.Message):
        bases = f" ({', '.join(base.text for base in node.bases)})" if node.bases else ""
        yield from _doc(node.doc)
        yield from _block(f"message {_named(node.name, node.policy)}{bases}", node.members)
    elif isinstance(node, tree.EnumDecl):
        yield from _doc(node.doc)
        yield from _enum(node)
    elif isinstance(node, tree.Extend):
        yield from _block(f"extend {node.target.text}", node.members)
    else:
        yield from _line(node)


def _line(
    node: tree.Extensions | tree.Package | tree.Import | tree.Service | tree.Policy | tree.Lambda,
) -> Iterator[str]:
    if isinstance(node, tree.Policy):
        yield from _doc(node.doc)
        yield f"policy {node.name.text} <{node.body.text}>"
    elif isinstance(node, tree.Lambda):
        yield f"{node.kind.text} {node.name.text} <{node.body.text}>"
    elif isinstance(node, tree.Package):
        yield f"package {node.name.text};"
    elif isinstance(node, tree.Import):
        path = node.path.text.replace("\\", "\\\\").replace('"', '\\"')
        yield f'import "{path}";'
    elif isinstance(node, tree.Extensions):
        yield f"extensions {node.first.text} to {node.last.text};"
    else:
        yield from _doc(node.doc)
        yield f"service {node.name.text} {{"
        for rpc in node.rpcs:
            call = f"rpc {rpc.name.text} ({rpc.request.text}) returns ({rpc.response.text})"
            yield f"{_INDENT}{call};"
        yield "}"


def _block(head: str, members: Sequence[tree.Member]) -> Iterator[str]:
    yield f"{head} {{"
    for member in members:
        for line in _statement(member):
            # A policy body or a string that spans lines is no line of ours to indent.
            yield _INDENT + line
    yield "}"


def _enum(node: tree.EnumDecl) -> Iterator[str]:
    yield f"enum {node.name.text} {{"
    for statement in node.options:
        yield f"{_INDENT}option {_option(statement.option)};"
    for value in node.values:
        for line in _doc(value.doc):
            yield _INDENT + line
        yield f"{_INDENT}{value.name.text} = {value.number.text}{_options(value.options)};"
    yield "}"


def _field(node: tree.Field) -> str:
    head = f"{node.modifier.text} {node.type.text} {_named(node.name, node.policy)}"
    return f"{head} = {node.number.text}{_options(node.options)};"


def _link(node: tree.Link) -> str:
    head = f"{node.modifier.text} {node.kind.text} {_named(node.name, node.policy)}"
    through = f"/{node.through.text}" if node.through else ""
    reverse = f":{node.reverse.text}" if node.reverse else ""
    number = node.number.text + (f":{node.reverse_number.text}" if node.reverse_number else "")
    return f"{head}->{node.peer.text}{through}{reverse} = {number}{_options(node.options)};"


def _named(name: Name, policy: Name | None) -> str:
    return name.text + (f"::{policy.text}" if policy else "")


def _options(options: Sequence[Option]) -> str:
    return f" [{', '.join(map(_option, options))}]" if options else ""


def _option(option: Option) -> str:
    return f"{option.key} = {option.text}"


def _doc(doc: str) -> Iterator[str]:
    for line in doc.split("\n") if doc else ():
        yield f"// {line}".rstrip()
