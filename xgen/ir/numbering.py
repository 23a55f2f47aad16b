"""Wire numbers: what a field and a reverse accessor are called in protobuf.

A message declares numbers from 1 to 99. On the wire a model also has the fields of its bases, so
each owner of fields gets its own hundred, in the order base first, depth first, as written. The
arithmetic is that of the first tools, so that clients built with them go on working. Reverse
accessors are numbered in the same way from 1000, and from 1900 where none was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App, Link, Member, Model, ModelRef

BLOCK = 100
UNNUMBERED = 1900
_LARGEST = 99
_STATUS = {
    "no_sync": ("backend_status", "backend_code"),
    "no_policy": ("policy_status", "policy_code"),
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A field on the wire. ``member`` is None for the implicit ``id``."""

    name: str
    number: int
    owner: ModelRef
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class NumberedReverse:
    """A reverse accessor on the wire: ``model`` has the link that made it."""

    name: str
    number: int
    owner: ModelRef
    model: ModelRef
    link: Link


class Numbering:
    """The wire numbers of an application's models, worked out when asked for.

    With ``every_ancestor`` an ancestor without reverse accessors takes its hundred too, so that a
    first link to it does not move the numbers of its descendants. The first tools did not do so.
    """

    def __init__(self, app: App, *, every_ancestor: bool = False) -> None:
        self._app = app
        self._every_ancestor = every_ancestor
        self._to: dict[str, list[tuple[Model, Link]]] = {}
        for model in (*app.library, *app.models):
            for link in model.links:
                self._to.setdefault(link.peer, []).append((model, link))

    def fields(self, model: Model) -> tuple[Numbered, ...]:
        """Return ``id``, the inherited fields and the own ones with their wire numbers."""
        found: list[Numbered] = []
        offset = 0
        previous: ModelRef | None = None
        for owner, member in self._members(model):
            if previous is None:
                found.append(Numbered("id", 1, owner.ref))
            elif owner.ref != previous:
                offset += BLOCK
            previous = owner.ref
            found.append(Numbered(member.name, member.number + offset, owner.ref, member))
        return tuple(found)

    def reverse(self, model: Model) -> tuple[NumberedReverse, ...]:
        """Return the reverse accessors that have a name, inherited ones first."""
        found: list[NumberedReverse] = []
        offset = unnumbered = 0
        previous: ModelRef | None = None
        for owner in self._owners(model):
            links = [(m, k) for m, k in self._to.get(owner.ref, ()) if _is_named(k)]
            if not links and not self._every_ancestor:
                continue
            if previous is not None and owner.ref != previous:
                offset += BLOCK
            previous = owner.ref
            for peer, link in links:
                if link.reverse_number is None:
                    number = UNNUMBERED + unnumbered
                    unnumbered += 1
                else:
                    number = link.reverse_number + offset
                name = str(link.reverse_name)
                found.append(NumberedReverse(name, number, owner.ref, peer.ref, link))
        return tuple(found)

    def problems(self, model: Model) -> tuple[str, ...]:
        """Return what keeps a model off the wire, in words."""
        fields, found = self.fields(model), []
        if not fields:
            found.append("it has no fields; is a base missing?")
        found += [
            f"number {field.member.number} of `{field.name}` is not from 1 to 99"
            for field in fields
            if field.member is not None and not 1 <= field.member.number <= _LARGEST
        ]
        found += _doubles([(f.number, f.name) for f in fields])
        found += _doubles([(r.number, r.name) for r in self.reverse(model)])
        return tuple(found)

    def _owners(self, model: Model) -> Iterator[Model]:
        """Yield the bases depth first, each as often as it is reached, then the model."""
        for ref in model.bases:
            base = self._app.get(ref)
            if base is not None:
                yield from self._owners(base)
        yield model

    def _members(self, model: Model) -> Iterator[tuple[Model, Member]]:
        for ref in model.bases:
            base = self._app.get(ref)
            if base is not None:
                for owner, member in self._members(base):
                    if member.name not in _dropped(model):
                        yield owner, member
        for member in model.members:
            yield model, member


def _dropped(model: Model) -> tuple[str, ...]:
    """Return the inherited status fields that a model without steps or policies leaves out."""
    sync = _STATUS["no_sync"] if model.no_sync else ()
    return sync + (_STATUS["no_policy"] if model.no_policy else ())


def _is_named(link: Link) -> bool:
    return link.reverse_name is not None and "+" not in link.reverse_name + link.name


def _doubles(numbered: list[tuple[int, str]]) -> list[str]:
    holders: dict[int, str] = {}
    found = []
    for number, name in numbered:
        if number in holders:
            found.append(f"`{name}` has the number {number} of `{holders[number]}`")
        holders.setdefault(number, name)
    return found
