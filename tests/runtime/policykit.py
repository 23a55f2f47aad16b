"""Policies three ways: the reference, the compiled function, and the compiled filter.

Random data lives twice: as rows, and as plain Python objects for the reference, which looks at
every element of every quantifier. Random policies are texts, so that they go the whole way.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from policyservice._generated import models as m

from tests.linking import run
from xgen.ir.walk import calls
from xgen.logic.evaluate import Evaluator
from xgen.logic.filtering import why_unfiltered
from xgen.logic.simplify import simplify
from xgen.logic.world import World
from xgen.runtime.access.symbols import Row
from xgen.runtime.access.where import lower
from xgen.runtime.core.models import User
from xgen.runtime.writer import Writer, writing_as
from xgen.views.formulas import Formula, Surroundings
from xgen.views.security import function_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from xgen.ir.app import App, Policy

MODELS = ("Site", "Slice", "Instance", "Network", "Pair", "Privilege", "SlicePrivilege", "Empty")
DOMAINS = {name: f"policyservice.{name}" for name in MODELS} | {"User": "xgen_core.User"}


@dataclass(frozen=True)
class Compiled:
    """A policy as code."""

    policy: Policy
    text: str
    holds: Callable[[Any, Any], bool]
    filter: Callable[[Any, Any], Any] | None


class Compiler:
    """Compiles policies that may call each other; each is compiled when it is first asked for."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.by_ref = {policy.ref: policy for policy in policies}
        self._names = function_names(self.by_ref.values())
        self._space: dict[str, Any] = {}
        exec("from typing import Any\nfrom xgen.runtime.access import *", self._space)  # noqa: S102
        self._done: dict[str, Compiled] = {}

    def compiled(self, ref: str) -> Compiled:
        if ref not in self._done:
            policy = self.by_ref[ref]
            for call in calls(policy.formula):
                if call.policy != ref:
                    self.compiled(call.policy)
            name = self._names[ref]
            formula = Formula(Surroundings(functions=self._names, labels=DOMAINS))
            simple = simplify(policy.formula)
            text = f"def {name}(obj, ctx):\n{formula.function_body(simple)}\n"
            filtered = why_unfiltered(policy, self.by_ref) is None
            if filtered:
                text += f"def {name}_filter(obj, ctx):\n{formula.filter_body(simple)}\n"
            exec(text, self._space)  # noqa: S102
            found = self._space.get(f"{name}_filter") if filtered else None
            self._done[ref] = Compiled(policy, text, self._space[name], found)
        return self._done[ref]

    def all(self) -> list[Compiled]:
        return [self.compiled(ref) for ref in self.by_ref]


def policies_of(texts: Mapping[str, str]) -> list[Policy]:
    """Parse and link policies, given by name."""
    source = "\n".join(f"policy {name} < {text} >" for name, text in texts.items())
    source += "".join(f"\nmessage {name} (XOSBase) {{}}" for name in MODELS)
    app, report, _ = run(source)
    assert not report.has_errors, [(d.code, d.message) for d in report]
    own = {policy.name: policy for policy in app.policies}
    return [own[name] for name in texts]


def filtered(compiled: Compiled, model: Any, ctx: Any) -> set[int]:
    """Return the numbers of the rows that the database chooses."""
    assert compiled.filter is not None
    found = lower(compiled.filter(Row(model, 0), ctx))
    rows = model.objects.order_by().filter(Q(pk__in=[]) if found is False else Q())
    if not isinstance(found, bool):
        rows = rows.filter(found)
    numbers = list(rows.values_list("pk", flat=True))
    assert len(numbers) == len(set(numbers)), "a row came twice"
    return set(numbers)


class Links(list[Any]):
    """The objects at the many end of a link."""

    def all(self) -> Links:
        return self


class Mirror:
    """Rows of the database as plain objects, each knowing its links in both directions."""

    def __init__(self) -> None:
        self.by_model: dict[str, dict[int, Any]] = {}
        for name in (*MODELS, "User"):
            model = User if name == "User" else getattr(m, name)
            rows = model.objects.order_by("pk")
            self.by_model[name] = {row.pk: self._plain(row) for row in rows}
        for name in MODELS:
            self._link(name)
        self.world = World({name: list(rows.values()) for name, rows in self.by_model.items()})

    @staticmethod
    def _plain(row: Any) -> Any:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return SimpleNamespace(**values, pk=row.pk)

    def _link(self, name: str) -> None:
        model = getattr(m, name)
        mine = self.by_model[name]
        for field in model._meta.get_fields():
            peers = self.by_model.get(getattr(field.related_model, "__name__", ""), {})
            if field.many_to_one:
                for one in mine.values():
                    setattr(one, field.name, peers.get(getattr(one, field.attname)))
            elif field.one_to_many:
                for pk, one in mine.items():
                    linked = [p for p in peers.values() if getattr(p, field.field.attname) == pk]
                    setattr(one, field.get_accessor_name(), Links(linked))
            elif field.many_to_many:
                accessor = field.name if not field.auto_created else field.get_accessor_name()
                for pk, one in mine.items():
                    linked = getattr(model(pk=pk), accessor).values_list("pk", flat=True)
                    setattr(one, accessor, Links(peers[p] for p in linked))


def evaluator(mirror: Mirror, policies: Mapping[str, Policy]) -> Evaluator:
    return Evaluator(mirror.world, policies)


# Random data

TEXTS = ("", "a", "ab", "b", "A", "%", "_", "a b")
NUMBERS = (0, 1, 2, 3, -1, 2**40)


def fill(rng: Random) -> None:
    """Put a few objects of each model into an empty database.

    They are numbered from 1, as rights that go by numbers expect, whatever was there before.
    """

    def some(values: Any) -> Any:
        return rng.choice([None, *values])

    def text() -> Any:
        return some(TEXTS)

    with writing_as(Writer.RUNTIME):
        users = [
            User(pk=n, email=e, is_admin=a)
            for n, (e, a) in enumerate((("a@x", False), ("b@x", False), ("r@x", True)), 1)
        ]
        User.objects.bulk_create(users)
        sites = [
            m.Site(pk=n + 1, login_base=f"{rng.choice('ab')}{n}", name=text()) for n in range(2)
        ]
        m.Site.objects.bulk_create(sites)
        slices = [
            m.Slice(
                pk=n + 1,
                name=rng.choice(TEXTS) + str(n),
                site=some(sites),
                creator=some(users),
                enabled=rng.random() < 0.5,
                count=some((0, 1, 2)),
                weight=some((0.0, 1.0, 2.5)),
                tags=text(),
                address=some(("10.0.0.1", "::1")),
            )
            for n in range(rng.randint(8, 10))
        ]
        m.Slice.objects.bulk_create(slices)
        networks = [
            m.Network(
                pk=n + 1, name=f"n{n}", owner=some(slices), permit_all_slices=rng.random() < 0.5
            )
            for n in range(2)
        ]
        m.Network.objects.bulk_create(networks)
        for one in slices:
            one.guest, one.network = some(slices), some(networks)
            m.Slice.all_objects.filter(pk=one.pk).update(guest=one.guest, network=one.network)
        for network in networks:
            network.permitted_slices.set(rng.sample(slices, rng.randint(0, 2)))
        instances: list[Any] = []
        for n in range(rng.randint(0, 6)):
            one = m.Instance(
                pk=n + 1,
                name=text(),
                slice=some(slices),
                spare_of=some(slices),
                cores=some((0, 1, 2, 4)),
                running=rng.random() < 0.5,
                parent=some(instances),
            )
            one.save(force_insert=True)
            instances.append(one)
        m.Privilege.objects.bulk_create(
            m.Privilege(
                pk=n + 1,
                accessor_id=some((1, 2, 3)),
                accessor_type=some(("User", "a")),
                object_type=some(("Slice", "Site", "a")),
                object_id=some((0, 1, 2, 3)),
                permission=text(),
                active=rng.random() < 0.7,
            )
            for n in range(rng.randint(0, 4))
        )


# Random policies

_SHAPES: dict[str, dict[str, tuple[str, ...]]] = {
    "Slice": {
        "text": ("name", "tags", "address"),
        "number": ("id", "count", "weight", "site_id", "pk"),
        "truth": ("enabled",),
        "time": ("created", "enacted"),
        "Site": ("site",),
        "User": ("creator",),
        "Network": ("network",),
        "Slice": ("guest",),
        "Instance*": ("instances", "spare", "instances.all()"),
        "Slice*": ("hosts",),
        "Network*": ("owned_networks", "permitted_networks.all()"),
    },
    "Site": {
        "text": ("name", "login_base"),
        "number": ("id",),
        "Slice*": ("slices",),
    },
    "Network": {
        "text": ("name",),
        "number": ("id", "owner_id"),
        "truth": ("permit_all_slices",),
        "Slice": ("owner",),
        "Slice*": ("permitted_slices", "home_of.all()"),
    },
    "Instance": {
        "text": ("name",),
        "number": ("cores", "id"),
        "truth": ("running",),
        "Slice": ("slice", "spare_of"),
        "Instance": ("parent",),
        "Instance*": ("children",),
    },
    "User": {"text": ("email",), "number": ("id",), "truth": ("is_admin", "is_staff")},
    "Privilege": {
        "text": ("accessor_type", "object_type", "permission"),
        "number": ("accessor_id", "object_id", "id"),
        "truth": ("active",),
    },
    "Empty": {"text": ("name",), "number": ("id",)},
}
_CALLED = {"site": "Site", "guest": "Slice", "network": "Network", "network.owner": "Slice"}
_ESCAPES = (
    "len(obj.name) > 2",
    "obj.count in (0, 1)",
    "ctx.user.email.startswith('a')",
    "obj.name[:1].upper()",
    "obj.site.login_base if obj.site else None",
)


class FormulaWriter:
    """Writes random formulas over an object of one model."""

    def __init__(
        self, rng: Random, root: str, callable_: Mapping[str, str], *, escapes: bool
    ) -> None:
        self._rng = rng
        self._roots = {"obj": root}
        self._callable = {
            path: name
            for name, kind in callable_.items()
            for path, wanted in _CALLED.items()
            if wanted == kind and root == "Slice"
        }
        self._escapes = escapes
        self._domains = 0

    def formula(self, depth: int) -> str:
        rng = self._rng
        kind = rng.random()
        if depth <= 0 or kind < 0.2:
            return self._atom()
        if kind < 0.32:
            return f"not {self._group(depth - 1)}"
        if kind < 0.72:
            operator = rng.choice(("&", "|", "->"))
            return f"{self._group(depth - 1)} {operator} {self._group(depth - 1)}"
        return self._quantifier(depth)

    def _group(self, depth: int) -> str:
        return f"({self.formula(depth)})"

    def _quantifier(self, depth: int) -> str:
        rng = self._rng
        word = rng.choice(("exists", "forall"))
        if self._domains < 3 and rng.random() < 0.45:
            name = rng.choice(("Privilege", "Privilege", "Slice", "Instance", "Site", "Empty"))
            shape = name
        else:
            found = self._paths("*")
            if not found:
                return self._atom()
            name, shape = rng.choice(found)
        before = dict(self._roots)
        self._domains += 1
        self._roots[name] = shape.removesuffix("*")
        body = self.formula(depth - 1)
        self._roots = before
        self._domains -= 1
        return f"{word} {name}: ({body})"

    def _paths(self, wanted: str, steps: int = 2) -> list[tuple[str, str]]:
        """Return paths to values of a kind, or to collections (``*``), with what they hold."""
        found: list[tuple[str, str]] = []
        for root, shape in self._roots.items():
            if root.endswith("()"):  # nothing can stand behind the brackets
                if wanted == shape:
                    found.append((root, shape))
                continue
            found += [
                (path, kind)
                for path, kind in self._below(root, shape, wanted, steps)
                if not self._is_hidden(path, root)
            ]
        return found

    def _is_hidden(self, path: str, root: str) -> bool:
        """Say whether a path is about another variable, wherever it could lead otherwise."""
        others = [other for other in self._roots if len(other) > len(root)]
        return any(path == other or path.startswith(f"{other}.") for other in others)

    def _below(self, root: str, shape: str, wanted: str, steps: int) -> list[tuple[str, str]]:
        found = [(root, shape)] if wanted == shape else []
        for kind, names in _SHAPES[shape].items():
            for name in names:
                hit = kind.endswith("*") if wanted == "*" else kind == wanted
                if hit:
                    found.append((f"{root}.{name}", kind))
                elif kind in _SHAPES and steps:
                    found += self._below(f"{root}.{name}", kind, wanted, steps - 1)
        return found

    def _atom(self) -> str:
        rng = self._rng
        kind = rng.random()
        if self._escapes and kind < 0.25 and self._roots["obj"] == "Slice":
            escape = f"{{{{ {rng.choice(_ESCAPES)} }}}}"
            return escape if rng.random() < 0.6 else f"{escape} = {self._term()}"
        if self._callable and kind < 0.15:
            path, name = rng.choice(list(self._callable.items()))
            call = f"*{name}({path})"
            return call if rng.random() < 0.7 else f"{call} = {self._term()}"
        if kind < 0.35:
            return self._term()
        if kind < 0.5:
            return self._membership()
        if kind < 0.8:
            alike = rng.choice(("text", "number", "truth", "Slice", "User", "Site"))
            return f"{self._term(alike)} = {self._term(alike)}"
        return f"{self._term()} = {self._term()}"

    def _membership(self) -> str:
        rng = self._rng
        many = self._paths("*")
        if many and rng.random() < 0.5:
            path, kind = rng.choice(many)
            value = self._term(kind.removesuffix("*")) if rng.random() < 0.8 else self._term()
            return f"{value} in {path}"
        container = self._term("text")
        return f"{self._term('text') if rng.random() < 0.8 else self._term()} in {container}"

    def _term(self, kind: str | None = None) -> str:
        rng = self._rng
        kind = kind or rng.choice(
            ("text", "number", "truth", "time", "Slice", "User", "Site", "null")
        )
        if kind == "null":
            return "None"
        literals = {
            "text": [f'"{text}"' for text in TEXTS],
            "number": [*map(str, NUMBERS), "1.0", "2.5", "0.0"],
            "truth": ["True", "False", "ctx.read_access", "ctx.write_access", "ctx.user.is_admin"],
            "User": ["ctx.user"],
        }
        paths = [path for path, _ in self._paths(kind)]
        if kind in literals and (not paths or rng.random() < 0.4):
            return rng.choice(literals[kind])
        return rng.choice(paths) if paths else "None"


def random_policies(rng: Random, count: int, *, escapes: bool = False) -> dict[str, str]:
    """Return policies by name: first some that can be called, then those to look at."""
    texts = {"on_site": FormulaWriter(rng, "Site", {}, escapes=False).formula(2)}
    texts["on_network"] = FormulaWriter(rng, "Network", {}, escapes=False).formula(2)
    texts["on_slice"] = FormulaWriter(
        rng, "Slice", {"on_site": "Site", "on_network": "Network"}, escapes=False
    ).formula(2)
    known = {"on_site": "Site", "on_network": "Network", "on_slice": "Slice"}
    for number in range(count):
        writer = FormulaWriter(rng, "Slice", known, escapes=escapes)
        texts[f"p{number}"] = writer.formula(rng.randint(1, 4))
    return texts


def app_of(texts: str) -> App:
    app, report, _ = run(texts)
    assert not report.has_errors, [(d.code, d.message) for d in report]
    return app
