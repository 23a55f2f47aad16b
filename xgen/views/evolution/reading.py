"""Understand a migration file without importing it, and without Django.

What is looked at is what Django's state depends on: dependencies and operations. Files written by
hand or by ``makemigrations`` are understood as well as generated ones, as long as they spell their
operations out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.views.evolution.operation import SIGNATURES, Operation
from xgen.views.evolution.source import Scope

if TYPE_CHECKING:
    from xgen.views.evolution.state import Identity


class UnreadableError(Exception):
    """A file is no migration; the message says why, ``line`` where."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationFile:
    """One migration. ``doubts`` are the operations whose effect on the tables is not known."""

    name: str
    dependencies: tuple[tuple[str, str], ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()
    operations: tuple[Operation, ...] = ()
    numbers: dict[str, dict[str, Identity]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def read_migration(name: str, text: str, label: str) -> MigrationFile | None:
    """Return the migration that a file of the app ``label`` holds, None when it holds none."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise UnreadableError(_why(error, text), getattr(error, "lineno", 0) or 0) from None
    scope = Scope(module)
    body = next(
        (n for n in module.body if isinstance(n, ast.ClassDef) and n.name == "Migration"), None
    )
    if body is None:
        return None
    parts = {name: value for name, value in map(_assignment, body.body) if value is not None}
    reader = _Operations(scope)
    return MigrationFile(
        name=name,
        dependencies=_pairs(parts.get("dependencies"), scope, label),
        replaces=_pairs(parts.get("replaces"), scope, label),
        operations=tuple(reader.all(parts.get("operations"))),
        numbers=_numbers(parts.get("numbers")),
        doubts=tuple(reader.doubts),
    )


def _why(error: SyntaxError | ValueError, text: str) -> str:
    if any(line.startswith("<<<<<<< ") for line in text.splitlines()):
        return "it holds conflict markers that nobody has resolved"
    return f"it is no Python: {error.msg if isinstance(error, SyntaxError) else error}"


def _assignment(node: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return "", None


def _pairs(node: ast.expr | None, scope: Scope, label: str) -> tuple[tuple[str, str], ...]:
    found = []
    for item in scope.items(node) or ():
        if isinstance(item, ast.Tuple | ast.List) and len(item.elts) == 2:  # noqa: PLR2004  a pair
            app, name = (scope.string(element) for element in item.elts)
            if name is not None:
                found.append((app or label, name))
    return tuple(found)


def _numbers(node: ast.expr | None) -> dict[str, dict[str, Identity]]:
    """Return the identities that a generated migration records; none when they are damaged."""
    if node is None:
        return {}
    try:
        found = ast.literal_eval(node)
        return {str(model): dict(columns) for model, columns in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


class _Operations:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.doubts: list[str] = []

    def all(self, node: ast.expr | None) -> list[Operation]:
        """Return the operations of a list, those inside of others too."""
        if node is None:
            return []
        items = self.scope.items(node)
        if items is None:
            self.doubts.append(ast.unparse(node)[:60])
            return []
        return [operation for item in items for operation in self.one(item)]

    def one(self, node: ast.expr) -> list[Operation]:
        if not isinstance(node, ast.Call):
            self.doubts.append(ast.unparse(node)[:60])
            return []
        name = self.scope.text(node.func).rpartition(".")[2]
        signature = SIGNATURES.get(name)
        if signature is None:
            self.doubts.append(name)
            return []
        given = dict(zip(signature, node.args, strict=False))
        given |= {k.arg: k.value for k in node.keywords if k.arg is not None}
        if name in ("SeparateDatabaseAndState", "RunSQL"):
            return self.all(given.get("state_operations"))
        return [Operation(name, self.arguments(given))]

    def arguments(self, given: dict[str, ast.expr]) -> dict[str, object]:
        scope = self.scope
        arguments: dict[str, object] = {}
        for key, node in given.items():
            value: object
            if key == "field":
                value = scope.column(node)
            elif key == "fields":
                value = scope.columns(node)
            elif key == "options":
                value = scope.options(node)
            elif key in ("index", "constraint"):
                value = scope.named(node)
            elif key == "bases":
                value = scope.parent(node)
            elif key == "managers":
                value = scope.texts(node)
            elif isinstance(node, ast.Constant):
                value = node.value
            else:
                value = scope.text(node)
            arguments[key] = value
        return arguments
