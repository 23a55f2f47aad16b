"""The IR: models, fields, links and policies with everything resolved.

All values are frozen. Models refer to each other by :class:`ModelRef`; :class:`App` looks them
up and answers what needs more than one model (ancestors, inherited fields, reverse links).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NewType, TypeAlias

from xgen.dataclass import dataclass, field
from xgen.ir.options import Options
from xgen.ir.types import LinkKind, Modifier, Origin, StateKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.expr import Expr
    from xgen.ir.names import AttributeName, ClassName, ModuleName
    from xgen.ir.options import Scalar
    from xgen.ir.types import ContentType, FieldType
    from xgen.source import Span

ModelRef = NewType("ModelRef", str)
"""The fully qualified name of a model: ``package.Outer.Name``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One allowed value of a field with its label."""

    value: Scalar
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A plain field.

    ``name`` is the xproto name, ``attribute`` its legal Python form. ``required`` follows the
    modifier. ``default`` is None both without a default and for a null one; ``has_default``
    tells them apart. A default that is a call (``"now()"``) is in ``default_call`` instead.
    """

    name: str
    attribute: AttributeName
    type: FieldType
    type_ref: str | None = None
    """The qualified enum or message for FieldType.NAMED."""
    modifier: Modifier
    number: int
    content: ContentType | None = None
    state: StateKind = StateKind.DECLARATIVE
    max_length: int | None = None
    text: bool = False
    min_value: int | float | None = None
    max_value: int | float | None = None
    choices: tuple[Choice, ...] = ()
    has_default: bool = False
    default: Scalar = None
    default_call: str | None = None
    unique: bool = False
    unique_with: tuple[str, ...] = ()
    indexed: bool = False
    auto_now_add: bool = False
    secret: bool = False
    help_text: str = ""
    doc: str = ""
    policy: str | None = None
    options: Options
    span: Span = field(compare=False, repr=False)

    @property
    def required(self) -> bool:
        """Say whether a value must be given."""
        return self.modifier is Modifier.REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another model, seen from the model that declares it.

    ``reverse`` is None when the peer gets no accessor (none was named, or its name has ``+``).
    """

    name: str
    attribute: AttributeName
    kind: LinkKind
    modifier: Modifier
    peer: ModelRef
    through: ModelRef | None = None
    through_name: str | None = None
    """The join model as written, whether or not it is defined (it may be the automatic one)."""
    reverse: AttributeName | None = None
    reverse_name: str | None = None
    """The reverse name as written, ``+`` included."""
    number: int
    reverse_number: int | None = None
    state: StateKind = StateKind.DECLARATIVE
    unique_with: tuple[str, ...] = ()
    indexed: bool = False
    help_text: str = ""
    doc: str = ""
    policy: str | None = None
    options: Options
    span: Span = field(compare=False, repr=False)

    @property
    def required(self) -> bool:
        """Say whether the link must be set."""
        return self.modifier is Modifier.REQUIRED


Member: TypeAlias = Field | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseLink:
    """A link of another model that points here, as this model sees it."""

    name: AttributeName
    kind: LinkKind
    peer: ModelRef
    """The model that declares the link."""
    link: str
    """The name of the link there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """A policy that every saved object must satisfy, and what to say when it does not."""

    policy: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A message. ``members`` are its own fields and links, in the order written."""

    ref: ModelRef
    name: ClassName
    package: str | None
    outer: ModelRef | None = None
    """The message this one is nested in."""
    origin: Origin
    app: ModuleName
    """The Python package and Django app label the model lives in."""
    bases: tuple[ModelRef, ...]
    """Resolved bases, in the order written."""
    opaque_bases: tuple[str, ...] = ()
    """Bases that are Python classes and have no model."""
    members: tuple[Member, ...]
    options: Options
    policy: str | None = None
    validators: tuple[Validator, ...] = ()
    verbose_name: str
    description: str = ""
    doc: str = ""
    owner_class: ModelRef | None = None
    """The service that instances of this model belong to by default."""
    abstract: bool = False
    skip_django: bool = False
    no_sync: bool = False
    no_policy: bool = False
    unique_together: tuple[tuple[str, ...], ...] = ()
    """Composite keys: attribute names, each sorted, from ``unique_with``."""
    extensions: tuple[tuple[int, int | None], ...] = ()
    span: Span = field(compare=False, repr=False)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the own plain fields."""
        return tuple(m for m in self.members if isinstance(m, Field))

    @property
    def links(self) -> tuple[Link, ...]:
        """Return the own links."""
        return tuple(m for m in self.members if isinstance(m, Link))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue:
    """One name of an enum with its number."""

    name: str
    number: int
    options: Options
    doc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """An enum; ``outer`` is the message it is nested in."""

    ref: str
    name: ClassName
    outer: ModelRef | None = None
    values: tuple[EnumValue, ...]
    options: Options
    doc: str = ""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A named formula; ``ref`` is the name with its package."""

    ref: str
    name: str
    body: str
    formula: Expr
    domains: tuple[tuple[str, ModelRef], ...] = ()
    """The models that its quantifiers range over: each name with what it means here."""
    doc: str = ""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rpc:
    """A remote procedure of a declared service."""

    name: str
    request: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RpcService:
    """A ``_service`` block."""

    name: str
    rpcs: tuple[Rpc, ...]
    doc: str = ""


@dataclass(frozen=True, kw_only=True)
class App:
    """One generated package: the models of the input and all that they reach.

    ``models`` are the input's, in source order; ``library`` the imported and bundled ones that
    they reach through bases and links (closed under bases), in a fixed order.
    """

    name: ModuleName
    """The Python package, the Django app label and the synchronizer's name."""
    title: str
    sources: tuple[str, ...]
    models: tuple[Model, ...]
    library: tuple[Model, ...] = ()
    enums: tuple[Enumeration, ...] = ()
    policies: tuple[Policy, ...] = ()
    services: tuple[RpcService, ...] = ()
    options: Options = field(default_factory=Options)
    doc: str = ""
    written: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """A hash of the text of each model that is all in one piece of a file."""

    @cached_property
    def _by_ref(self) -> dict[str, Model]:
        return {m.ref: m for m in (*self.library, *self.models)}

    @cached_property
    def _reverse(self) -> dict[str, tuple[ReverseLink, ...]]:
        found: dict[str, list[ReverseLink]] = {}
        for model in (*self.library, *self.models):
            for link in model.links:
                if link.reverse is not None:
                    found.setdefault(link.peer, []).append(
                        ReverseLink(
                            name=link.reverse,
                            kind=link.kind.opposite,
                            peer=model.ref,
                            link=link.name,
                        )
                    )
        return {ref: tuple(links) for ref, links in found.items()}

    @cached_property
    def _ancestors(self) -> dict[str, tuple[Model, ...]]:
        return {}

    def get(self, ref: str) -> Model | None:
        """Return the model of that qualified name, None if there is none."""
        return self._by_ref.get(ref)

    def model(self, ref: str) -> Model:
        """Return the model of that qualified name; KeyError if there is none."""
        return self._by_ref[ref]

    def ancestors(self, model: Model) -> tuple[Model, ...]:
        """Return all bases, nearest first, each once, depth first in the written order."""
        known = self._ancestors.get(model.ref)
        if known is None:
            found: dict[str, Model] = {}
            for ref in model.bases:
                base = self._by_ref[ref]
                found.setdefault(base.ref, base)
                for further in self.ancestors(base):
                    found.setdefault(further.ref, further)
            known = self._ancestors[model.ref] = tuple(found.values())
        return known

    def inherited(self, model: Model) -> tuple[Member, ...]:
        """Return the members of all ancestors, the most distant ancestor first."""
        return tuple(m for base in reversed(self.ancestors(model)) for m in base.members)

    def all_members(self, model: Model) -> tuple[Member, ...]:
        """Return inherited members, then the model's own."""
        return (*self.inherited(model), *model.members)

    def reverse_links(self, model: Model) -> tuple[ReverseLink, ...]:
        """Return the links of other models that name an accessor on this one."""
        return self._reverse.get(model.ref, ())

    def is_a(self, model: Model, name: str) -> bool:
        """Say whether ``model`` or one of its ancestors has the bare name ``name``."""
        return model.name == name or any(a.name == name for a in self.ancestors(model))
