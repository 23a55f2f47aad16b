"""Which options exist, and on what: the tables behind the checks of options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.types import ContentType, FieldType

if TYPE_CHECKING:
    from xgen.ir.app import Field

BOOLEANS = frozenset(
    (
        *("blank", "db_index", "bookkeeping_state", "feedback_state", "gui_hidden", "null"),
        *("tosca_key", "unique", "text", "auto_now_add", "secret", "editable"),
    )
)
"""Field options that are True or False."""

SYNTAX = frozenset(("modifier", "type", "model", "port", "link_type"))
"""Names that the first tools used for what a field's own syntax says."""

_COMMON = frozenset(
    (
        *("help_text", "gui_hidden", "tosca_key", "tosca_key_one_of", "bookkeeping_state"),
        *("feedback_state", "unique", "unique_with", "blank", "null", "db_index", "default"),
        *("secret", "verbose_name", "singular", "plural", "editable"),
    )
)
_STRING = _COMMON | {"choices", "content_type", "max_length", "text"}
_DATE = _COMMON | {"auto_now_add", "content_type", "max_length"}
_INTEGER = _COMMON | {"choices", "max_value", "min_value"}
_REAL = _COMMON | {"max_value", "min_value"}
_BOOL = _COMMON - {"blank"}
_BYTES = _COMMON | {"max_length", "text"}
_NAMED = _COMMON | {"choices"}
LINK = _COMMON | {"on_delete"}

FIELD_OPTIONS = _STRING | _DATE | _INTEGER | LINK | SYNTAX | {"varchar", "validators", "min", "max"}
"""Every name that some tool reads on a field."""

HINTS = {
    "varchar": "write `text = True`",
    "validators": "name policies in `option validators` of the message",
    "min": "write `min_value`",
    "max": "write `max_value`",
    "blank": "remove it: the modifier says whether a value must be given",
}

FILE_OPTIONS = frozenset(
    (
        *("app_label", "app_name", "name", "legacy", "kind", "verbose_name", "custom_python"),
        *("plural", "singular", "description"),
    )
)
MESSAGE_OPTIONS = FILE_OPTIONS | {
    *("owner_class_name", "validators", "sync_implemented", "policy_implemented", "skip_init"),
    *("skip_django", "gui_hidden", "custom_header", "abstract", "no_sync", "no_policy"),
    *("tosca_description",),
}
STATEMENT_BOOLEANS = frozenset(
    (
        *("legacy", "custom_python", "sync_implemented", "policy_implemented", "skip_init"),
        *("skip_django", "gui_hidden", "abstract", "no_sync", "no_policy"),
    )
)


def of(field: Field) -> tuple[frozenset[str], str]:
    """Return the options that a plain field may have, and what to call such a field."""
    kind = field.type
    if kind is FieldType.STRING:
        date = field.content is ContentType.DATE
        return (_DATE, "a date") if date else (_STRING, "a string")
    if kind is FieldType.BOOL:
        return _BOOL, "a bool"
    if kind is FieldType.BYTES:
        return _BYTES, "bytes"
    if kind is FieldType.NAMED:
        return _NAMED, "an enum"
    return (_INTEGER if kind.is_integer else _REAL), f"{kind.value}"
