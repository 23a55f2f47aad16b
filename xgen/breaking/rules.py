"""The rules: what each is about, and whom it hurts."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from xgen.dataclass import dataclass, field

if TYPE_CHECKING:
    from xgen.source import Span


class Kind(Enum):
    """What a change can break. The value is the word for it on the command line."""

    DATA = "data-loss"
    """Rows or values that exist are lost, or no longer mean what they did."""
    SCHEMA = "schema"
    """The tables cannot follow by themselves while rows exist."""
    API = "api"
    """Who reads or writes objects by name or number has to change."""
    STEP = "step"
    """The author's sync steps and policies see something else."""
    ACCESS = "access"
    """Others may read or write."""
    ORDER = "order"
    """Objects reach the back-end in another order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, with what it is about in the words of its page."""

    id: str
    kinds: tuple[Kind, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that breaks. ``subject`` names what it is about: ``Model.field``."""

    rule: str
    subject: str
    message: str
    span: Span | None = field(default=None, compare=False)
    """The place in the new version; None when nothing of it is left there."""
    was: Span | None = field(default=None, compare=False)
    """The place in the old version."""
    note: str | None = None


_D, _S, _A, _T, _P, _O = Kind.DATA, Kind.SCHEMA, Kind.API, Kind.STEP, Kind.ACCESS, Kind.ORDER
_TABLE: Final = (
    ("app-renamed", (_S, _A, _T), "the application, and with it package and tables, is renamed"),
    ("model-removed", (_D, _A, _T), "a model is gone"),
    ("model-renamed", (_A, _T), "a model has another name or package"),
    ("table-removed", (_D, _A, _T), "a model became `abstract` or `skip_django`"),
    ("base-removed", (_D, _A, _T), "a model has lost a base"),
    ("base-added", (_S,), "a model has a base more that its rows have no values for"),
    ("field-removed", (_D, _A, _T), "a field is gone"),
    ("field-renamed", (_A, _T), "a field or link has another name under the same number"),
    ("field-renumbered", (_A,), "a field or link has another number under the same name"),
    ("field-moved", (_D,), "a field or link is in another table, that of a base or the model's"),
    (
        "type-narrowed",
        (_D, _A, _T),
        "the new type cannot hold all values of the old one, or is a list",
    ),
    ("type-changed", (_S, _A, _T), "a field has another type, that can hold all values"),
    ("length-reduced", (_D,), "a text may be shorter only"),
    ("content-type-changed", (_A,), "a text is to be of another form"),
    ("bounds-tightened", (_A,), "`min_value` or `max_value` forbid what was allowed"),
    ("choice-removed", (_A,), "a value is no longer among `choices`, or there are choices now"),
    ("required-added", (_S, _A), "a new field or link is required and has no default"),
    ("made-required", (_S, _A), "an optional field or link is required"),
    ("may-be-none", (_T,), "a required field or link is optional: steps can see None"),
    ("default-removed", (_A,), "a required field has no default any more"),
    ("default-changed", (_A,), "objects that say nothing get another value"),
    ("unique-added", (_S, _A), "values have to be unique, alone or together"),
    ("key-changed", (_A,), "other fields name an object (`tosca_key`)"),
    ("state-changed", (_A, _T), "others write the field: users, synchronizers, the runtime"),
    ("link-removed", (_D, _A, _T, _O), "a link is gone"),
    ("link-kind-changed", (_D, _A, _T), "a link has another cardinality"),
    ("peer-changed", (_D, _A, _T, _O), "a link points to another model"),
    ("join-changed", (_D,), "a link is stored in another join model"),
    ("reverse-changed", (_A, _T), "the accessor on the peer is renamed or gone"),
    ("reverse-renumbered", (_A,), "the accessor on the peer has another number"),
    ("enum-removed", (_A,), "an enum is gone"),
    ("enum-value-removed", (_D, _A), "a number of an enum has no name any more"),
    ("enum-value-renamed", (_A,), "a number of an enum has another name"),
    ("enum-value-renumbered", (_D, _A), "a name of an enum has another number"),
    ("service-removed", (_A,), "a service is gone"),
    ("rpc-removed", (_A,), "a call of a service is gone"),
    ("rpc-changed", (_A,), "a call takes or returns another message"),
    ("validator-added", (_A,), "objects have to satisfy another condition"),
    ("validator-changed", (_A,), "a condition on objects is another, and not a looser one"),
    ("step-removed", (_T,), "`no_sync`: the model's sync step no longer runs"),
    ("model-policy-removed", (_T,), "`no_policy`: the model's policy no longer runs"),
    ("step-kind-changed", (_T,), "the model is a service instance now, or is none any more"),
    ("owner-changed", (_T, _O), "objects belong to another service by default, or to none"),
    ("policy-attached", (_P,), "a model that everybody could use has a policy"),
    ("policy-detached", (_P,), "a model has no policy any more: everybody may use it"),
    ("policy-stricter", (_P,), "a policy forbids what it allowed, and allows nothing new"),
    ("policy-looser", (_P,), "a policy allows what it forbade, and forbids nothing new"),
    ("policy-changed", (_P,), "a policy decides otherwise, in both directions or in unknown ones"),
    ("secret-exposed", (_P,), "a field is no longer secret: logs and readers see its values"),
    ("dependency-added", (_O,), "objects wait for others, through a link that was there before"),
    ("dependency-removed", (_O,), "objects no longer wait for others, through a link that stays"),
    ("dependency-reversed", (_O,), "two models wait for each other the other way round"),
    ("dependency-cycle", (_O,), "models depend on each other in a circle"),
)
RULES: Final = {name: Rule(name, kinds, summary) for name, kinds, summary in _TABLE}
"""All rules by id, in the order of their page."""
