"""What separates the columns of one table from those that its model wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.views.evolution import findings
from xgen.views.evolution.matching import match_columns
from xgen.views.evolution.operation import field_operation, make
from xgen.views.evolution.retype import Fate, verdict
from xgen.views.evolution.rows import needs_value, value_for

if TYPE_CHECKING:
    from xgen.diagnostics import Diagnostic
    from xgen.source import Span
    from xgen.views.evolution.compare import Comparison
    from xgen.views.evolution.state import Column, TableState
    from xgen.views.evolution.wanted import Wanted
    from xgen.views.layout import Bracket

_STOP = "Rows that exist need a value before this: give them one here, with RunPython."


class ColumnChanges:
    """The changes of one table, taken step by step with those of the others."""

    def __init__(self, comparison: Comparison, wanted: Wanted) -> None:
        self.comparison = comparison
        self.wanted = wanted
        self.known = dict(comparison.now.numbers.get(wanted.key, {}))
        self.columns = match_columns(self.old, self.known, wanted, self._key())
        self.before = dict(self.old.columns)
        self.changed = {
            old: verdict(self.before[old], wanted.state.columns[new])
            for old, new in self.columns.kept.items()
            if self.before[old] != wanted.state.columns[new]
        }
        """What becomes of the values of columns that are not what they were."""
        self.anew = {old for old, (fate, _) in self.changed.items() if fate is Fate.LOST}
        """Columns that cannot be converted, only replaced."""
        self._report()

    @property
    def old(self) -> TableState:
        """Return the table as it is by now."""
        return self.comparison.now.tables[self.wanted.key]

    def touches(self, wanted: Wanted, constraint: str) -> bool:
        """Say whether a constraint is over a column that is replaced, or gets another's name."""
        moved = [(old, new) for old, new in self.columns.kept.items() if old != new]
        moved += [(old, self.columns.kept[old]) for old in self.anew]
        return any(name in pair for name in wanted.keys[constraint] for pair in moved)

    def remove(self) -> None:
        """Remove columns."""
        for name in [n for n in self.old.columns if n in self.columns.removed or n in self.anew]:
            says = f"remove {self._name(name)}"
            key = self.wanted.key
            self.comparison.do(
                make("RemoveField", says, f"remove_{key}_{name}", model_name=key, name=name)
            )

    def rename(self) -> None:
        """Rename columns, through another name where two swap theirs."""
        waiting = {
            old: new
            for old, new in self.columns.kept.items()
            if old != new and old not in self.anew
        }
        while waiting:
            free = next((o for o, n in waiting.items() if n not in self.old.columns), None)
            if free is None:
                old = next(iter(waiting))
                aside = f"{old}_aside"
                while aside in self.old.columns or aside in self.wanted.state.columns:
                    aside += "_too"
                self._rename(old, aside)
                waiting = {aside if o == old else o: n for o, n in waiting.items()}
            else:
                self._rename(free, waiting.pop(free))

    def _rename(self, old: str, new: str) -> None:
        key = self.wanted.key
        says, words = f"rename {self._name(old)} to {new}", f"rename_{old}_{key}_{new}"
        operation = "RenameKey" if self.old.columns[old].flag("parent_link") else "RenameField"
        self.comparison.do(make(operation, says, words, model_name=key, old_name=old, new_name=new))

    def add_and_alter(self) -> None:
        """Add columns and change those that are there."""
        for name, column in self.wanted.state.columns.items():
            now = self.old.columns.get(name)
            if now is None:
                self._add(name, column)
            elif now != column:
                self._alter(name, now, column)

    def warn_of_doubles(self, key: tuple[str, ...]) -> None:
        """Warn of rows that a new key would not allow."""
        names = " and ".join(f"`{name}`" for name in key)
        self._warn(key[0], f"two rows with the same {names} stop the migration")

    def _add(self, name: str, column: Column) -> None:
        code = self.wanted.columns[name]
        if not needs_value(column):
            self._do("AddField", name, column, code)
            return
        value = self._value(name, column)
        if value is not None:
            self._fill("AddField", name, column, code, value)
            return
        # Without a value that is right for all rows: empty first, then required.
        loose = code._replace(items=(*code.items, "null=True"))
        self._do("AddField", name, column.having(null="True"), loose)
        made = field_operation("AlterField", self.wanted.state.name, name, column, code)
        self.comparison.do(made._replace(note=_STOP, says=f"require {self._name(name)}", words=""))
        self._warn(name, "rows that exist have no value for it, and stop the migration")

    def _alter(self, name: str, now: Column, column: Column) -> None:
        code = self.wanted.columns[name]
        fate, why = verdict(now, column)
        if fate is Fate.CHECKED:
            self._warn(name, why)
        if now.flag("null") and needs_value(column):
            value = self._value(name, column)
            if value is not None:
                self._fill("AlterField", name, column, code, value)
                return
            self._warn(name, "rows without a value stop the migration")
            self._do("AlterField", name, column, code, note=_STOP)
            return
        if column.flag("unique") and not now.flag("unique"):
            self.warn_of_doubles((name,))
        self._do("AlterField", name, column, code)

    def _do(
        self, operation: str, name: str, column: Column, code: Bracket, *, note: str = ""
    ) -> None:
        made = field_operation(operation, self.wanted.state.name, name, column, code)
        self.comparison.do(made.noting(note))

    def _fill(self, operation: str, name: str, column: Column, code: Bracket, value: str) -> None:
        """Write an operation with a default for the rows that exist."""
        table = self.wanted.state.name
        code = code._replace(items=(*code.items, f"default={value}"))
        made = field_operation(operation, table, name, column, code, one_off=True)
        self.comparison.do(made.noting(f"Rows that exist get {value}."))
        shown = f"`{value}`"
        self._report_one(findings.filled(self._name(name), shown, self._span(name)))

    def _value(self, name: str, column: Column) -> str | None:
        member = self.wanted.members.get(name)
        return None if member is None else value_for(member, column, self.comparison.dialect)

    def _key(self) -> tuple[str, str] | None:
        """Return the old and the new name of the link to the parent's row."""
        new = next(iter(self.wanted.state.columns))
        for name, column in self.old.columns.items():
            if column.flag("primary_key"):
                return name, new
        return None

    def _name(self, column: str) -> str:
        return f"{self.wanted.state.name}.{column}"

    def _span(self, column: str) -> Span:
        member = self.wanted.members.get(column)
        return self.wanted.table.model.span if member is None else member.span

    def _warn(self, column: str, why: str) -> None:
        self._report_one(findings.may_fail(self._name(column), why, self._span(column)))

    def _report_one(self, finding: Diagnostic) -> None:
        self.comparison.findings.append(finding)

    def _report(self) -> None:
        """Say what is lost, unless that was agreed to."""
        allowed = self.comparison.may_lose
        model = self.wanted.table.model
        by_number = {identity: name for name, identity in self.wanted.numbers.items()}
        for name in self.columns.removed:
            if self._name(name) not in allowed:
                number = self.known.get(name)
                taken = None if number is None else by_number.get(number)
                shown = None if number is None else str(number)
                self._report_one(findings.lost_field(self._name(name), model.span, shown, taken))
        for old, (fate, why) in self.changed.items():
            new = self.columns.kept[old]
            agreed = self._name(old) in allowed or self._name(new) in allowed
            if fate in (Fate.CUT, Fate.LOST) and not agreed:
                self._report_one(findings.lost_values(self._name(new), why, self._span(new)))
        for old, new in self.columns.kept.items():
            if old != new and new in self.before:
                number = self.wanted.numbers.get(new, "")
                self._report_one(
                    findings.taken_over(self._name(new), self._name(old), number, self._span(new))
                )
