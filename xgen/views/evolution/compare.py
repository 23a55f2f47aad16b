"""What separates the tables that the migrations lead to from those that the models want.

Every operation that is found is at once done to the state, so that later ones see what earlier
ones leave. The order is the one in which databases can follow: constraints and columns go
first, tables and columns come, then constraints, and tables that nothing needs any more go last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.renamed import former_name
from xgen.views.evolution import findings
from xgen.views.evolution.columns import ColumnChanges
from xgen.views.evolution.creation import add_constraint
from xgen.views.evolution.matching import renamed_tables, similar
from xgen.views.evolution.operation import make
from xgen.views.evolution.replay import apply, relabel
from xgen.views.layout import Named, mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from xgen.diagnostics import Diagnostic
    from xgen.views.evolution.operation import Operation
    from xgen.views.evolution.state import State, TableState
    from xgen.views.evolution.wanted import Wanted
    from xgen.views.fields import Dialect
    from xgen.views.schema import Schema, Table


class Comparison:
    """Collects operations and findings.

    ``create`` makes the operations that create tables (and those that have to wait until all of
    them are there), ``want`` a wanted table; ``may_lose`` names the models and fields whose loss
    was agreed to.
    """

    def __init__(
        self,
        state: State,
        wanted: Mapping[str, Wanted],
        schema: Schema,
        dialect: Dialect,
        *,
        may_lose: Collection[str],
        create: Callable[[list[Wanted]], list[Operation]],
        want: Callable[[Table], Wanted],
    ) -> None:
        self.now = state
        self.wanted = wanted
        self.schema = schema
        self.dialect = dialect
        self.may_lose = may_lose
        self.create = create
        self.want = want
        self.operations: list[Operation] = []
        self.findings: list[Diagnostic] = []

    def do(self, operation: Operation) -> None:
        """Add an operation."""
        self.operations.append(operation)
        apply(operation, self.now)

    def run(self) -> None:
        """Find all that is to be done."""
        followed = self._follow_other_apps()
        self._rename_tables()
        if followed or self.operations:  # what is there may be called otherwise by now
            self.wanted = {
                k: self.want(w.table) if w.is_there else w for k, w in self.wanted.items()
            }
        gone = [
            key for key in self.now.numbers if key not in self.wanted and key in self.now.tables
        ]
        new = [w for key, w in self.wanted.items() if key not in self.now.tables]
        old = [w for key, w in self.wanted.items() if key in self.now.tables and not w.is_there]
        changes = [ColumnChanges(self, w) for w in old if self._has_its_base(w)]
        for key in gone:
            self._check_loss(self.now.tables[key], new)
        for change in changes:
            self._drop_constraints(change)
        for change in changes:
            change.remove()
        self._loosen(gone)
        for change in changes:
            change.rename()
        if new:
            for operation in self.create(new):
                self.do(operation)
        for change in changes:
            change.add_and_alter()
        for change in changes:
            self._add_constraints(change)
            self._set_options(change.wanted)
        self._delete(gone)

    def numbers(self) -> dict[str, dict[str, int | str]]:
        """Return the identities that the state does not know yet."""
        found: dict[str, dict[str, int | str]] = {}
        for key, table in self.wanted.items():
            known = self.now.numbers.get(key)
            missing = {
                name: identity
                for name, identity in table.numbers.items()
                if known is None or known.get(name) != identity
            }
            if missing or known is None:
                found[key] = missing
        return found

    def _follow_other_apps(self) -> bool:
        """Let links follow models of other packages that were renamed there; say if any were."""
        followed = False
        app = next((w.table.model.app for w in self.wanted.values()), "")
        schema = self.schema
        for model in schema.app.library:
            before = former_name(model)
            if before and model.app != app:
                relabel(self.now, f"{model.app}.{before}", schema.label(model.ref))
                followed = True
        return followed

    def _rename_tables(self) -> None:
        found = renamed_tables(self.now, self.wanted, self.may_lose)
        for before, after in found.keys.items():
            old, new = self.now.tables[before].name, self.wanted[after].state.name
            if before in found.by_fields:
                span = self.wanted[after].table.model.span
                self.findings.append(findings.model_renamed(old, new, span))
            says, words = f"rename {old} to {new}", f"rename_{old}_{new}"
            self.do(make("RenameModel", says, words, old_name=old, new_name=new))

    def _has_its_base(self, wanted: Wanted) -> bool:
        old, new = self.now.tables[wanted.key].parent, wanted.state.parent
        if old != new:
            model = wanted.table.model
            self.findings.append(findings.base_changed(model.name, old, new, model.span))
        return old == new

    def _check_loss(self, table: TableState, new: list[Wanted]) -> None:
        if table.name not in self.may_lose:
            path = self.schema.app.sources[0]
            guess = similar(table, self.now, new)
            self.findings.append(findings.lost_model(table.name, path, guess))

    def _loosen(self, gone: list[str]) -> None:
        """Take away what refers to tables that will go, so that their order does not matter."""
        labels = {f"{self.now.label}.{key}" for key in gone}
        for key in gone:
            table = self.now.tables[key]
            links = [n for n, c in table.columns.items() if not labels.isdisjoint(c.peers)]
            for name in sorted(links, key=lambda n: not table.columns[n].is_many):
                if table.columns[name].get("parent_link") is None:
                    self._drop_keys_of(table, name)
                    says = f"remove {table.name}.{name}"
                    words = f"remove_{key}_{name}"
                    self.do(make("RemoveField", says, words, model_name=key, name=name))

    def _drop_keys_of(self, table: TableState, column: str) -> None:
        key = table.name.lower()
        for name in [n for n, text in table.constraints.items() if f'"{column}"' in text]:
            says = f"drop the key {name}"
            self.do(make("RemoveConstraint", says, f"remove_{name}", model_name=key, name=name))

    def _delete(self, gone: list[str]) -> None:
        """Delete tables, those that extend others first."""
        waiting = list(gone)
        while waiting:
            parents = {self.now.tables[key].parent for key in waiting}
            free = [key for key in waiting if f"{self.now.label}.{key}" not in parents]
            for key in free or waiting:
                name = self.now.tables[key].name
                self.do(make("DeleteModel", f"delete {name}", f"delete_{key}", name=name))
            waiting = [key for key in waiting if key in self.now.tables]

    def _drop_constraints(self, change: ColumnChanges) -> None:
        wanted, table = change.wanted, change.old
        key = wanted.key
        for name, text in list(table.constraints.items()):
            if wanted.state.constraints.get(name) != text or change.touches(wanted, name):
                says = f"drop the key {name}"
                self.do(make("RemoveConstraint", says, f"remove_{name}", model_name=key, name=name))
        fresh = {
            text.replace(f'"{name}"', '""'): name
            for name, text in wanted.state.indexes.items()
            if name not in table.indexes
        }
        for name, text in list(table.indexes.items()):
            if wanted.state.indexes.get(name) == text:
                continue
            other = fresh.pop(text.replace(f'"{name}"', '""'), None)
            if other is not None:
                says, words = f"rename the index {name} to {other}", f"rename_{name}"
                self.do(
                    make("RenameIndex", says, words, model_name=key, new_name=other, old_name=name)
                )
            else:
                says = f"drop the index {name}"
                self.do(make("RemoveIndex", says, f"remove_{name}", model_name=key, name=name))

    def _add_constraints(self, change: ColumnChanges) -> None:
        wanted, table = change.wanted, self.now.tables[change.wanted.key]
        for name, text in wanted.state.indexes.items():
            if name not in table.indexes:
                self.do(
                    make(
                        "AddIndex",
                        f"add the index {name}",
                        name,
                        {"index": wanted.indexes[name]},
                        model_name=wanted.key,
                        index=(name, text),
                    )
                )
        for name in wanted.state.constraints:
            if name not in table.constraints:
                change.warn_of_doubles(wanted.keys[name])
                self.do(add_constraint(wanted, name))

    def _set_options(self, wanted: Wanted) -> None:
        table, name = self.now.tables[wanted.key], wanted.state.name
        if table.options != wanted.state.options:
            items = [Named(f'"{key}": ', text) for key, text in wanted.state.options.items()]
            self.do(
                make(
                    "AlterModelOptions",
                    f"change the options of {name}",
                    f"alter_{wanted.key}_options",
                    {"options": mapping(items)},
                    name=wanted.key,
                    options=wanted.state.options,
                )
            )
        if table.managers != wanted.state.managers:
            self.do(
                make(
                    "AlterModelManagers",
                    f"change the managers of {name}",
                    f"alter_{wanted.key}_managers",
                    {"managers": sequence(wanted.state.managers)},
                    name=wanted.key,
                    managers=wanted.state.managers,
                )
            )
