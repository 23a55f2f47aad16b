"""The kinds of values that fields, links and options can have."""

from __future__ import annotations

from enum import Enum


class Modifier(Enum):
    """The word in front of a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    REPEATED = "repeated"


class FieldType(Enum):
    """A field's type: the protobuf scalars, plus a named type (an enum or a message)."""

    DOUBLE = "double"
    FLOAT = "float"
    INT32 = "int32"
    INT64 = "int64"
    UINT32 = "uint32"
    UINT64 = "uint64"
    SINT32 = "sint32"
    SINT64 = "sint64"
    FIXED32 = "fixed32"
    FIXED64 = "fixed64"
    SFIXED32 = "sfixed32"
    SFIXED64 = "sfixed64"
    BOOL = "bool"
    STRING = "string"
    BYTES = "bytes"
    NAMED = "named"

    @property
    def is_integer(self) -> bool:
        """Say whether values are whole numbers."""
        return self.value.endswith(("32", "64"))


class ContentType(Enum):
    """What the text of a string field means."""

    STRIPPED = "stripped"
    IP = "ip"
    URL = "url"
    DATE = "date"


class LinkKind(Enum):
    """Cardinality of a link, seen from the model that declares it."""

    MANY_TO_ONE = "manytoone"
    MANY_TO_MANY = "manytomany"
    ONE_TO_ONE = "onetoone"
    ONE_TO_MANY = "onetomany"
    """Only the reverse side of MANY_TO_ONE."""

    @property
    def opposite(self) -> LinkKind:
        """Return the kind seen from the peer."""
        swap = {
            LinkKind.MANY_TO_ONE: LinkKind.ONE_TO_MANY,
            LinkKind.ONE_TO_MANY: LinkKind.MANY_TO_ONE,
        }
        return swap.get(self, self)

    @property
    def is_many(self) -> bool:
        """Say whether the accessor on this side yields several objects."""
        return self in (LinkKind.MANY_TO_MANY, LinkKind.ONE_TO_MANY)


class StateKind(Enum):
    """Who writes a field: operators, synchronizers, or the runtime itself."""

    DECLARATIVE = "declarative"
    FEEDBACK = "feedback"
    BOOKKEEPING = "bookkeeping"


class Origin(Enum):
    """Where a model was defined."""

    INPUT = "input"
    """In a file of the command line: it is generated."""
    IMPORTED = "imported"
    """In an imported file: it belongs to another package."""
    CORE = "core"
    """In the bundled core."""
    PLATFORM = "platform"
    """In the bundled platform models."""


class OptionKind(Enum):
    """The kind of an option's value."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    SYMBOL = "symbol"
