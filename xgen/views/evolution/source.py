"""Python source in the one spelling that generated migrations use, whoever wrote it."""

from __future__ import annotations

import ast

from xgen.views.evolution.state import Column, column
from xgen.views.text import literal

_USER = '"xgen_core.user"'
_SHORT = {
    "django.conf.settings.AUTH_USER_MODEL": _USER,
    "settings.AUTH_USER_MODEL": _USER,
}
_FIELDS = "django.db.models."
_HOMES = ("", "fields", "deletion", "expressions", "manager", "query_utils")
"""Modules whose names are there in `django.db.models` too."""


class Scope:
    """The names of a module: what it imports, and the values that it assigns at its top."""

    def __init__(self, module: ast.Module) -> None:
        self._imports: dict[str, str] = {}
        self._values: dict[str, ast.expr] = {}
        self._columns: dict[int, Column] = {}
        for node in module.body:
            if isinstance(node, ast.Import):
                for name in node.names:
                    if name.asname:
                        self._imports[name.asname] = name.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    self._imports[name.asname or name.name] = f"{node.module}.{name.name}"
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._values[node.targets[0].id] = node.value
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and node.value is not None
            ):
                self._values[node.target.id] = node.value

    def value(self, node: ast.expr | None) -> ast.expr | None:
        """Return what a name stands for, other source as it is."""
        seen = 0
        while isinstance(node, ast.Name) and node.id in self._values and seen < len(self._values):
            node = self._values[node.id]
            seen += 1
        return node

    def items(self, node: ast.expr | None) -> list[ast.expr] | None:
        """Return the items of a list that is spelled out, None when it is computed."""
        node = self.value(node)
        if node is None:
            return []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.items(node.left), self.items(node.right)
            return None if left is None or right is None else left + right
        if not isinstance(node, ast.List | ast.Tuple):
            return None
        found: list[ast.expr] = []
        for item in node.elts:
            inner = self.items(item.value) if isinstance(item, ast.Starred) else [item]
            if inner is None:
                return None
            found += inner
        return found

    def string(self, node: ast.expr | None) -> str | None:
        """Return the text of a string that is spelled out."""
        node = self.value(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return None

    def column(self, node: ast.expr) -> Column:
        """Return the column that an expression makes; several tables may share it."""
        known = self._columns.get(id(node))
        if known is None:
            known = self._columns[id(node)] = self._column(node)
        return known

    def _column(self, node: ast.expr) -> Column:
        """Return the column that a call makes; what is no call is a kind of its own."""
        found = self.value(node)
        if not isinstance(found, ast.Call):
            return Column(self.text(node))
        arguments = {f"{i}": self.text(value) for i, value in enumerate(found.args)}
        arguments |= {k.arg or "**": self.text(k.value) for k in found.keywords}
        if "0" in arguments:
            first = "to" if self._is_link(found) else "verbose_name"
            arguments[first] = arguments.pop("0")
        return column(self.text(found.func), arguments)

    def _is_link(self, call: ast.Call) -> bool:
        return self.text(call.func).endswith(("ForeignKey", "OneToOneField", "ManyToManyField"))

    def columns(self, node: ast.expr) -> dict[str, Column]:
        """Return columns by name, from a list of pairs."""
        found: dict[str, Column] = {}
        for item in self.items(node) or ():
            if isinstance(item, ast.Tuple | ast.List) and len(item.elts) == 2:  # noqa: PLR2004
                name = self.string(item.elts[0])
                if name is not None:
                    found[name] = self.column(item.elts[1])
        return found

    def options(self, node: ast.expr) -> dict[str, object]:
        """Return options by name; indexes and constraints by their own names."""
        found: dict[str, object] = {}
        node = self.value(node) or node
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name = self.string(key)
                if name in ("indexes", "constraints"):
                    found[name] = dict(self.named(item) for item in self.items(value) or ())
                elif name is not None:
                    found[name] = self.text(value)
        return found

    def named(self, node: ast.expr) -> tuple[str, str]:
        """Return the name and the source of an index or constraint."""
        found = self.value(node)
        if isinstance(found, ast.Call):
            for keyword in found.keywords:
                if keyword.arg == "name":
                    return self.string(keyword.value) or "", self.text(found)
        return "", self.text(node)

    def parent(self, node: ast.expr) -> str | None:
        """Return the label of the first base that has a table."""
        for item in self.items(node) or ():
            label = self.string(item)
            if label is not None:
                return label.lower()
        return None

    def texts(self, node: ast.expr) -> tuple[str, ...]:
        """Return the source of each item of a list."""
        return tuple(self.text(item) for item in self.items(node) or ())

    def text(self, node: ast.expr) -> str:  # noqa: PLR0911  one for each kind of expression
        """Return the source of an expression on one line, keywords sorted, names in full."""
        if isinstance(node, ast.Constant):
            return literal(node.value)
        if isinstance(node, ast.Name):
            found = self._values.get(node.id)
            if found is not None and not isinstance(found, ast.Name):
                return self.text(found)
            return _spelled(self._imports.get(node.id, node.id))
        if isinstance(node, ast.Attribute):
            return _spelled(f"{self._dotted(node.value)}.{node.attr}")
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.List | ast.Tuple):
            return self._display(node)
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            inner = [f"{self.text(k)}: {self.text(v)}" for k, v in pairs if k is not None]
            return "{" + ", ".join(inner) + "}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"-{self.text(node.operand)}"
        return ast.unparse(node)

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            return f"{self._dotted(node.value)}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._imports.get(node.id, node.id)
        return self.text(node)

    def _display(self, node: ast.List | ast.Tuple) -> str:
        texts = [self.text(item) for item in node.elts]
        if isinstance(node, ast.List):
            return f"[{', '.join(texts)}]"
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"

    def _call(self, node: ast.Call) -> str:
        function = self.text(node.func)
        plain: list[str] = []
        keywords = [(k.arg or "**", k.value) for k in node.keywords]
        for argument in node.args:
            pair = isinstance(argument, ast.Tuple) and len(argument.elts) == 2  # noqa: PLR2004
            if function == "models.Q" and pair and isinstance(argument, ast.Tuple):
                # Django's own migrations write Q(("a", 1)) for Q(a=1).
                keywords.append((self.string(argument.elts[0]) or "", argument.elts[1]))
            else:
                plain.append(self.text(argument))
        named = []
        for name, value in keywords:
            text = self.text(value)
            if name == "fields" and isinstance(value, ast.Tuple):
                text = f"[{', '.join(self.text(item) for item in value.elts)}]"
            named.append(f"{name}={text}")
        return f"{function}({', '.join(plain + sorted(named))})"


def _spelled(dotted: str) -> str:
    if dotted in _SHORT:
        return _SHORT[dotted]
    if dotted == "django.db.models":
        return "models"
    if dotted.startswith(_FIELDS):
        module, _, name = dotted.removeprefix(_FIELDS).rpartition(".")
        if module.partition(".")[0] in _HOMES:
            return f"models.{name}"
    return dotted
