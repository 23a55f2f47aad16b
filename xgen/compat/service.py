"""The files around a template: what the attic holds, and a service's steps and policies."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.fingerprint import Footprint

_STEPS = ("SyncStep", "SyncInstanceUsingAnsible")
_POLICIES = ("Policy", "TenantWithContainerPolicy")
_LARGEST = 4_000_000


class Surroundings:
    """Looks at files, and notes each of them: what a run depended on."""

    def __init__(self, attic: str | None, footprint: Footprint) -> None:
        self._attic = attic
        self._footprint = footprint

    def file_exists(self, name: str) -> bool:
        """Say whether there is a file or folder of that name in the attic."""
        place = self._place(name)
        self._footprint.saw(place)
        return os.path.exists(place)

    def include_file(self, name: str) -> str:
        """Return the text of a file in the attic."""
        place = self._place(name)
        text = self._read(place)
        if text is None:
            raise TemplateRuntimeError(f"there is no file `{place}` to include")
        return text

    def check_synchronizer(self, model: Any) -> str:
        """Say whether there is a sync step for a model, in the words of the protocol."""
        name: str = model["name"]
        path = f"synchronizer/steps/sync_{name.lower()}.py"
        text = self._read(path)
        if text is None:
            return f"510 Model needs a sync step {path}"
        module = _parsed(text)
        if module is None:
            return f"511 Could not parse sync step {path}"
        if any(_observes(step, name) for step in _classes(module, _STEPS)):
            return "200 OK"
        return "512 Synchronizer needs a sync step class with an observes field containing " + name

    def check_policy(self, model: Any) -> str:
        """Say whether there is a model policy for a model, in the words of the protocol."""
        path = f"synchronizer/model_policies/model_policy_{model['name'].lower()}.py"
        text = self._read(path)
        if text is None:
            return f"510 Model needs a model policy {path}"
        module = _parsed(text)
        if module is None:
            return f"511 Could not parse sync step {path}"
        if any(_classes(module, _POLICIES)):
            return "200 OK"
        return "513 Synchronizer needs a model policy class"

    def _place(self, name: str) -> str:
        return f"{self._attic}/{name}" if self._attic else name

    def _read(self, place: str) -> str | None:
        self._footprint.saw(place)
        try:
            with open(place, encoding="utf-8") as file:
                return file.read(_LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except IsADirectoryError:
            raise TemplateRuntimeError(f"`{place}` is a folder, not a file") from None
        except UnicodeDecodeError:
            raise TemplateRuntimeError(f"`{place}` is not UTF-8 text") from None
        except (OSError, ValueError) as error:
            raise TemplateRuntimeError(f"cannot read `{place}`: {error}") from None


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _classes(module: ast.Module, bases: tuple[str, ...]) -> Iterator[ast.ClassDef]:
    """Yield the classes that derive from one of ``bases``, by name or behind a module's."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and any(_last(base) in bases for base in node.bases):
            yield node


def _observes(step: ast.ClassDef, model: str) -> bool:
    """Say whether a class has ``observes = model``, or a list with it."""
    for statement in step.body:
        targets: list[ast.expr]
        if isinstance(statement, ast.AnnAssign):
            targets, value = [statement.target], statement.value
        elif isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == "observes" for target in targets):
            items = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [value]
            return any(_last(item) == model for item in items)
    return False


def _last(node: ast.AST | None) -> str | None:
    """Return a name, or the last part of a dotted one; a string counts as well."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant):
        return str(node.value)
    return node.id if isinstance(node, ast.Name) else None
