"""The operations of migrations: their arguments, and how generated files write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.views.layout import Item, Named, call, settled
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.views.evolution.state import Column
    from xgen.views.layout import Bracket, Code

SIGNATURES: dict[str, tuple[str, ...]] = {
    "CreateModel": ("name", "fields", "options", "bases", "managers"),
    "DeleteModel": ("name",),
    "RenameModel": ("old_name", "new_name"),
    "AddField": ("model_name", "name", "field", "preserve_default"),
    "RemoveField": ("model_name", "name"),
    "AlterField": ("model_name", "name", "field", "preserve_default"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "AddIndex": ("model_name", "index"),
    "RemoveIndex": ("model_name", "name"),
    "RenameKey": ("model_name", "old_name", "new_name"),
    "RenameIndex": ("model_name", "new_name", "old_name", "old_fields"),
    "AddIndexConcurrently": ("model_name", "index"),
    "RemoveIndexConcurrently": ("model_name", "name"),
    "AddConstraint": ("model_name", "constraint"),
    "AddConstraintNotValid": ("model_name", "constraint"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "RemoveConstraint": ("model_name", "name"),
    "ValidateConstraint": ("model_name", "name"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelManagers": ("name", "managers"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "RunPython": ("code", "reverse_code"),
    "RunSQL": ("sql", "reverse_sql", "state_operations"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
}
"""The arguments of each operation whose effect is known, in the order in which Django takes them."""

_HOMES = dict.fromkeys(("RenameKey", "RenameModel"), "xgen.runtime.migrations")
"""Where operations are imported from that are not Django's own."""


class Operation(NamedTuple):
    """An operation: what it does to the state, and, when it is to be written, its source.

    ``words`` name it in the name of the file, ``says`` in its first lines; ``note`` is a comment
    in front of it.
    """

    name: str
    arguments: dict[str, Any]
    code: Code | None = None
    words: str = ""
    says: str = ""
    note: str = ""

    def noting(self, note: str) -> Operation:
        """Return the operation with a comment."""
        return self._replace(note=note)


def written(operation: Operation) -> Operation:
    """Return an operation as the text that it becomes in a list, without what that was made of.

    Of its columns it keeps those that refer to other tables.
    """
    if operation.code is None:
        return operation
    arguments = dict(operation.arguments)
    if "fields" in arguments:
        columns = arguments["fields"].items()
        arguments = {"fields": {name: column for name, column in columns if column.is_link}}
    return operation._replace(arguments=arguments, code=settled(operation.code, 8))


def make(
    name: str,
    says: str,
    words: str = "",
    codes: Mapping[str, Code] | None = None,
    /,
    **arguments: Any,
) -> Operation:
    """Return an operation to be written; ``codes`` are the arguments that are no plain literals."""
    items: list[Item] = []
    for key, value in arguments.items():
        if codes is not None and key in codes:
            items.append(Named(f"{key}=", codes[key]))
        else:
            items.append(f"{key}={literal(value)}")
    return Operation(
        name, arguments, call(f"{_HOMES.get(name, 'migrations')}.{name}", *items), words, says
    )


def field_operation(
    name: str, table: str, column: str, value: Column, code: Bracket, *, one_off: bool = False
) -> Operation:
    """Return AddField or AlterField. ``one_off`` says that the default is for existing rows only."""
    verb = {"AddField": "add", "AlterField": "change"}[name]
    extra: dict[str, Any] = {"preserve_default": False} if one_off else {}
    prefix = "" if name == "AddField" else "alter_"
    return make(
        name,
        f"{verb} {table}.{column}",
        f"{prefix}{table}_{column}",
        {"field": code},
        model_name=table.lower(),
        name=column,
        field=value,
        **extra,
    )
