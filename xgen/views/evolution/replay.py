"""Do to a state what operations do to the database, as Django would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.views.evolution.state import Column, State, TableState, column, label_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.views.evolution.operation import Operation
    from xgen.views.evolution.reading import MigrationFile

_ID = column(
    "models.BigAutoField",
    {
        "auto_created": "True",
        "primary_key": "True",
        "serialize": "False",
        "verbose_name": '"ID"',
    },
)


def replay(migration: MigrationFile, state: State) -> None:
    """Apply all that a migration does and records."""
    for operation in migration.operations:
        apply(operation, state)
    for table, columns in migration.numbers.items():
        state.numbers.setdefault(table, {}).update(columns)


def apply(operation: Operation, state: State) -> None:
    """Apply one operation. One that speaks of what is not there changes nothing."""
    do = _EFFECTS.get(operation.name)
    if do is None:
        return
    arguments = operation.arguments
    target = arguments.get("model_name", arguments.get("old_name", arguments.get("name", "")))
    table = state.tables.get(str(target).lower())
    if operation.name == "CreateModel":
        _create(state, arguments)
    elif table is not None:
        do(state, table, arguments)


def _create(state: State, arguments: dict[str, Any]) -> None:
    options = dict(arguments.get("options") or {})
    columns: dict[str, Column] = dict(arguments["fields"])
    if not any(column.flag("primary_key") for column in columns.values()):
        columns = {"id": _ID, **columns}  # Django adds it to a table that names no key
    state.tables[arguments["name"].lower()] = TableState(
        name=arguments["name"],
        parent=arguments.get("bases"),
        columns=columns,
        indexes=options.pop("indexes", {}),
        constraints=options.pop("constraints", {}),
        options=options,
        managers=tuple(arguments.get("managers") or ()),
    )


def _delete(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del arguments
    del state.tables[table.name.lower()]
    state.numbers.pop(table.name.lower(), None)


def _rename(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    old, new = table.name.lower(), arguments["new_name"].lower()
    state.tables = {new if key == old else key: value for key, value in state.tables.items()}
    table.name = arguments["new_name"]
    if old in state.numbers:
        state.numbers[new] = state.numbers.pop(old)
    relabel(state, f"{state.label}.{old}", f"{state.label}.{new}")


def relabel(state: State, old: str, new: str) -> None:
    """Let all links to a model, and the tables that extend its table, follow its new name."""
    old, new = old.lower(), new.lower()
    for table in state.tables.values():
        if table.parent == old:
            table.parent = new
        for name, found in table.columns.items():
            changes: dict[str, str | None] = {
                key: label_text(new)
                for key in ("to", "through")
                if found.get(key) == label_text(old)
            }
            if changes:
                table.columns[name] = found.having(**changes)


def _set_field(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    made: Column = arguments["field"]
    if arguments.get("preserve_default") is False:
        made = made.having(default=None)
    table.columns[arguments["name"]] = made


def _remove_field(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    table.columns.pop(arguments["name"], None)
    state.numbers.get(table.name.lower(), {}).pop(arguments["name"], None)


def _rename_field(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    old, new = arguments["old_name"], arguments["new_name"]
    table.columns = {new if key == old else key: value for key, value in table.columns.items()}
    numbers = state.numbers.get(table.name.lower(), {})
    if old in numbers:
        numbers[new] = numbers.pop(old)


def _add_index(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    name, text = arguments["index"]
    table.indexes[name] = text


def _remove_index(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    table.indexes.pop(arguments["name"], None)


def _rename_index(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    old, new = arguments.get("old_name"), arguments["new_name"]
    text = table.indexes.pop(old, None) if old is not None else None
    if text is not None:
        table.indexes[new] = text.replace(f'name="{old}"', f'name="{new}"')


def _set_constraint(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    name, text = arguments["constraint"]
    table.constraints[name] = text


def _remove_constraint(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    table.constraints.pop(arguments["name"], None)


def _set_options(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    table.options = dict(arguments["options"])


def _set_managers(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state
    table.managers = tuple(arguments["managers"])


def _nothing(state: State, table: TableState, arguments: dict[str, Any]) -> None:
    del state, table, arguments


_EFFECTS: dict[str, Callable[[State, TableState, dict[str, Any]], None]] = {
    "CreateModel": _nothing,
    "DeleteModel": _delete,
    "RenameModel": _rename,
    "AddField": _set_field,
    "AlterField": _set_field,
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
    "RenameKey": _rename_field,
    "AddIndex": _add_index,
    "AddIndexConcurrently": _add_index,
    "RemoveIndex": _remove_index,
    "RemoveIndexConcurrently": _remove_index,
    "RenameIndex": _rename_index,
    "AddConstraint": _set_constraint,
    "AddConstraintNotValid": _set_constraint,
    "AlterConstraint": _set_constraint,
    "RemoveConstraint": _remove_constraint,
    "AlterModelOptions": _set_options,
    "AlterModelManagers": _set_managers,
}
"""What changes the tables; all other known operations leave them as they are."""
