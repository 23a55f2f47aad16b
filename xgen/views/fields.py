"""Fields and links as Django field expressions, for ``models.py`` and for migrations alike.

The two files spell the same field with different names in scope; a :class:`Dialect` says how
each refers to what it needs, and remembers what it used, so that imports can be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xgen.dataclass import dataclass, field
from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, LinkKind, Modifier
from xgen.views.layout import Bracket, Item, Named, call, sequence, tuple_of
from xgen.views.text import literal

if TYPE_CHECKING:
    from xgen.ir.app import Enumeration, Member
    from xgen.views.schema import Lookups

_INTEGERS = {
    "int32": "IntegerField",
    "sint32": "IntegerField",
    "sfixed32": "IntegerField",
    "uint32": "PositiveBigIntegerField",
    "fixed32": "PositiveBigIntegerField",
    "int64": "BigIntegerField",
    "sint64": "BigIntegerField",
    "sfixed64": "BigIntegerField",
    "uint64": "PositiveBigIntegerField",
    "fixed64": "PositiveBigIntegerField",
}
_LARGEST_UINT32 = 2**32 - 1


class Import(NamedTuple):
    """``from module import name``."""

    module: str
    name: str


MODELS = Import("django.db", "models")
_VALIDATORS = "django.core.validators"
_RUNTIME = "xgen.runtime.models"


@dataclass(slots=True, kw_only=True)
class Dialect:
    """How one generated file spells what fields refer to.

    ``qualified`` files (migrations) use full module paths; others import names, under an alias
    where the name is ``taken`` by a class or a field of the model.
    """

    schema: Lookups
    qualified: bool = False
    taken: frozenset[str] = frozenset()
    used: dict[Import, str] = field(default_factory=dict)

    def name(self, module: str, name: str) -> str:
        """Return how the file writes ``module.name`` and note that it needs it."""
        wanted = Import(module, name)
        known = self.used.get(wanted)
        if known is None:
            if self.qualified and wanted != MODELS:
                known = f"{module}.{name}"
            else:
                known = name
                while known in self.taken or known in self.used.values():
                    known = f"{module.partition('.')[0]}_{known}"
            self.used[wanted] = known
        return known

    def django(self, name: str) -> str:
        """Return how the file writes ``models.name``."""
        return f"{self.name(*MODELS)}.{name}"

    def now(self) -> str:
        """Return how the file writes Django's clock."""
        if self.qualified:
            return self.name("django.utils.timezone", "now")
        return f"{self.name('django.utils', 'timezone')}.now"

    def label(self, ref: str) -> str:
        """Return a link's peer as the file names it."""
        return self.schema.label(ref).lower() if self.qualified else self.join(ref)

    def peer(self, ref: str) -> str:
        """Return the source that names a link's peer."""
        return literal(self.label(ref))

    def stripped(self) -> str:
        """Return the field class of strings that lose the blanks around them."""
        return self.name(_RUNTIME, "StrippedCharField")

    def join(self, ref: str) -> str:
        """Return a join model as the file names it; here Django keeps upper case letters."""
        label = self.schema.label(ref)
        return label if self.qualified else label.removeprefix(f"{self.schema.name}.")


def expression(member: Member, dialect: Dialect, *, unique: bool = False) -> Bracket:
    """Return the call that makes the Django field of a member."""
    if isinstance(member, Link):
        return _link(member, dialect)
    function, arguments = _typed(member, dialect)
    null = not member.required and member.type is not FieldType.BOOL
    if member.type is FieldType.BOOL:
        null = not member.required and member.has_default and member.default is None
    if member.modifier is Modifier.REPEATED:
        null = False
    keywords: list[Item] = [*arguments]
    if null:
        keywords.append("null=True")
    if null or not member.required or _may_be_blank(member):
        keywords.append("blank=True")
    keywords += _default(member, dialect)
    keywords += _choices(member, dialect)
    keywords += _validators(member, dialect)
    if member.indexed and not unique:
        keywords.append("db_index=True")
    if unique:
        keywords.append("unique=True")
    keywords += _texts(member)
    return call(function, *keywords)


def _may_be_blank(member: Field) -> bool:
    """Say whether a required field accepts its empty value: one that it has as its default."""
    if member.modifier is Modifier.REPEATED:
        return True
    return member.has_default and member.default == "" and member.default_call is None


def _typed(member: Field, dialect: Dialect) -> tuple[str, list[Item]]:
    kind = member.type
    if member.modifier is Modifier.REPEATED:
        return dialect.django("JSONField"), []
    if kind is FieldType.STRING:
        return _string(member, dialect)
    if kind is FieldType.NAMED:
        name = "JSONField" if enum_of(member, dialect.schema) is None else "IntegerField"
        return dialect.django(name), []
    if kind.is_integer:
        return dialect.django(_INTEGERS[kind.value]), []
    others = {
        FieldType.BOOL: "BooleanField",
        FieldType.BYTES: "BinaryField",
        FieldType.DOUBLE: "FloatField",
        FieldType.FLOAT: "FloatField",
    }
    return dialect.django(others[kind]), []


def _string(member: Field, dialect: Dialect) -> tuple[str, list[Item]]:
    limit: list[Item] = []
    if member.max_length is not None and member.max_length > 0:
        limit = [f"max_length={member.max_length}"]
    if member.content is ContentType.DATE:
        return dialect.django("DateTimeField"), ["auto_now_add=True"] * member.auto_now_add
    if member.content is ContentType.IP:
        return dialect.django("GenericIPAddressField"), []
    if member.content is ContentType.URL:
        return dialect.django("URLField"), limit
    long = member.text or not limit
    if member.content is ContentType.STRIPPED:
        return dialect.stripped(), [] if long else limit
    return dialect.django("TextField" if long else "CharField"), [] if long else limit


def _default(member: Field, dialect: Dialect) -> list[Item]:
    if member.auto_now_add:
        return []
    if member.modifier is Modifier.REPEATED:
        return ["default=list"]
    if member.default_call == "now":
        return [f"default={dialect.now()}"]
    enum = enum_of(member, dialect.schema)
    if enum is not None:
        value = _enum_default(member, enum, dialect)
        return [] if value is None else [f"default={value}"]
    if member.default is None:
        bare_bool = member.type is FieldType.BOOL and not member.has_default
        return ["default=False"] if bare_bool else []
    value = _converted(member)
    return [] if value is None else [f"default={value}"]


def _converted(member: Field) -> str | None:
    """Return the default as source of the field's own type, None if it cannot be read as one."""
    value = member.default
    if member.type is FieldType.STRING:
        return literal(str(value))
    if member.type is FieldType.BYTES:
        return literal(str(value).encode())
    if member.type is FieldType.BOOL:
        return repr(value in (True, "True", "true"))
    if value is None or member.type is FieldType.NAMED:
        return None
    try:
        return literal(int(value) if member.type.is_integer else float(value))
    except ValueError:
        return None


def enum_of(member: Field, schema: Lookups) -> Enumeration | None:
    """Return the enum that a field's type names, None for any other type."""
    if member.type is not FieldType.NAMED or member.type_ref is None:
        return None
    return schema.enum(member.type_ref)


def _enum_default(member: Field, enum: Enumeration, dialect: Dialect) -> str | None:
    wanted = member.options.value("default")
    for value in enum.values:
        if wanted in (value.name, value.number):
            if dialect.qualified:
                return str(value.number)
            return f"{dialect.schema.class_name(enum.ref)}.{member_names(enum)[value.name]}"
    return None


def member_names(enum: Enumeration) -> dict[str, str]:
    """Return the class attribute for each value of an enum; no two are the same."""
    names: dict[str, str] = {}
    for value in enum.values:
        word = "".join([c if c.isascii() and c.isalnum() else "_" for c in value.name]).upper()
        word = word.strip("_") or "VALUE"
        word = f"VALUE_{word}" if word[0].isdigit() else word
        while word in names.values():
            word += "_2"
        names[value.name] = word
    return names


def _choices(member: Field, dialect: Dialect) -> list[Item]:
    enum = enum_of(member, dialect.schema)
    if enum is not None and not dialect.qualified:
        return [f"choices={dialect.schema.class_name(enum.ref)}.choices"]
    if enum is not None:
        values = {v.number: v.name for v in reversed(enum.values)}
        pairs = sorted(values.items(), key=lambda pair: _position(enum, pair[0]))
        return [Named("choices=", sequence([_pair(number, name) for number, name in pairs]))]
    if not member.choices:
        return []
    items = [_pair(choice.value, choice.label) for choice in member.choices]
    return [Named("choices=", sequence(items))]


def _position(enum: Enumeration, number: int) -> int:
    return next(i for i, value in enumerate(enum.values) if value.number == number)


def _pair(value: object, label: str) -> Bracket:
    return tuple_of([literal(value), literal(label)])


def _validators(member: Field, dialect: Dialect) -> list[Item]:
    checks: list[Item] = []
    largest = member.max_value
    if largest is None and member.type in (FieldType.UINT32, FieldType.FIXED32):
        largest = _LARGEST_UINT32
    if member.min_value is not None:
        name = dialect.name(_VALIDATORS, "MinValueValidator")
        checks.append(f"{name}({literal(member.min_value)})")
    if largest is not None:
        checks.append(f"{dialect.name(_VALIDATORS, 'MaxValueValidator')}({literal(largest)})")
    return [Named("validators=", sequence(checks))] if checks else []


def _texts(member: Member) -> list[Item]:
    texts: list[Item] = []
    label = member.options.text("verbose_name")
    if label:
        texts.append(f"verbose_name={literal(label)}")
    if member.help_text:
        texts.append(f"help_text={literal(member.help_text)}")
    return texts


def _link(link: Link, dialect: Dialect) -> Bracket:
    names = {LinkKind.MANY_TO_MANY: "ManyToManyField", LinkKind.ONE_TO_ONE: "OneToOneField"}
    many = link.kind is LinkKind.MANY_TO_MANY
    peer = dialect.peer(link.peer)
    arguments: list[Item] = [f"to={peer}" if dialect.qualified else peer]
    through = link.through
    if many and through is not None and dialect.schema.is_django(through):
        arguments.append(f"through={literal(dialect.join(through))}")
    if not many:
        rule = "PROTECT" if link.required else "SET_NULL"
        arguments.append(f"on_delete={dialect.django(rule)}")
    arguments.append(f"related_name={literal(link.reverse or '+')}")
    if not link.required:
        arguments += ["blank=True"] if many else ["null=True", "blank=True"]
    return call(dialect.django(names.get(link.kind, "ForeignKey")), *arguments, *_texts(link))
