"""Policies as Python source: what the old templates place means what the language says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.orm import Model, Q, Rows, thing
from xgen.compat.formulas import nested
from xgen.compat.logic import Logic
from xgen.diagnostics import Report
from xgen.source import Source
from xgen.syntax import tree
from xgen.syntax.parser import parse

if TYPE_CHECKING:
    from types import SimpleNamespace


def _site(id_: int, login: str) -> SimpleNamespace:
    return thing(id=id_, login_base=login)


S7, S8 = _site(7, "mysite"), _site(8, "other")
ALICE = thing(id=5, is_admin=False, site=S7)
BOB = thing(id=6, is_admin=False, site=S8)
ROOT = thing(id=1, is_admin=True, site=S7)
I1, I2 = thing(cores=2, running=True, name="i1"), thing(cores=4, running=False, name="i2")
A = thing(
    id=10,
    name="mysite_web",
    site=S7,
    creator=BOB,
    tags=["a", "b"],
    instances=[I1, I2],
    spare=[],
    network=None,
    enabled=True,
    count=2,
)
B = thing(
    id=11, name="x y", site=S8, creator=None, instances=[], network=None, count=0, spare=[], tags=[]
)
N = thing(owner=A, permitted_slices=Rows([A]), permit_all_slices=False)


def _privilege(accessor: int, object_type: str, object_id: int, permission: str) -> Any:
    return thing(
        accessor_id=accessor,
        accessor_type="User",
        object_type=object_type,
        object_id=object_id,
        permission=permission,
        active=True,
    )


ROWS = (
    _privilege(5, "Slice", 10, "role:user"),
    _privilege(5, "Site", 8, "role:admin"),
    _privilege(6, "Slice", 10, "role:admin"),
)
MODELS = {"Privilege": Model(*ROWS), "SlicePrivilege": Model(ROWS[0]), "Empty": Model(), "Q": Q}
SITE_RULE = (
    'policy site_rule < ctx.user.is_admin | (ctx.write_access -> exists Privilege: (Privilege.object_type = "Site"'
    " & Privilege.object_id = obj.id & Privilege.accessor_id = ctx.user.id)) >\n"
)


def _context(user: Any, *, write: bool) -> Any:
    return thing(user=user, read_access=not write, write_access=write)


WHO = {
    "R": (A, _context(ALICE, write=False)),
    "W": (A, _context(ALICE, write=True)),
    "Wroot": (A, _context(ROOT, write=True)),
    "Wbob": (A, _context(BOB, write=True)),
    "B": (B, _context(ALICE, write=True)),
    "NA": (thing(slice=A, network=N), _context(ALICE, write=True)),
    "NB": (thing(slice=B, network=N), _context(ALICE, write=True)),
}
_SLICES = 'Privilege.accessor_id = ctx.user.id & Privilege.object_type = "Slice"'
_WRITES = (
    "exists Privilege: (Privilege.accessor_id = ctx.user.id & Privilege.object_id = obj.id"
    ' & (ctx.write_access -> Privilege.permission = "role:admin"))'
)
_NETWORK = (
    "(obj.slice in obj.network.permitted_slices.all()) | (obj.slice = obj.network.owner)"
    " | obj.network.permit_all_slices"
)
TABLE = [
    ("R", "not True | True", True),
    ("R", "not (True | True)", False),
    ("R", "True | False & False", True),
    ("R", "(True | False) & False", False),
    ("R", "False -> False -> False", True),
    ("R", "(False -> False) -> False", False),
    ("R", "obj.id = 10", True),
    ("R", 'obj.id = "10"', False),
    ("R", "obj.count = 2.0", True),
    ("R", 'obj.name = "mysite_web" & not obj.count = 3', True),
    ("R", '"a" in obj.tags', True),
    ("R", 'not "z" in obj.tags', True),
    ("R", "ctx.user = obj.creator", False),
    ("Wbob", "ctx.user = obj.creator", True),
    ("R", "obj.network", False),
    ("R", "obj.network = None", True),
    ("R", "obj.network.owner", False),
    ("B", "obj.network -> obj.network.owner = obj", True),
    ("R", "False -> obj.no_such_attribute", True),
    ("R", 'obj.creator & obj.site.login_base = "mysite"', True),
    ("B", "obj.creator", False),
    ("R", "{{ ' ' not in obj.name }}", True),
    ("B", "{{ ' ' not in obj.name }}", False),
    ("R", 'obj.site.login_base = {{ obj.name.split("_")[0] }}', True),
    ("R", '{{ obj.name.split("_")[0] }} = obj.site.login_base', True),
    ("R", "*site_rule(site)", True),
    ("W", "*site_rule(site)", False),
    ("Wroot", "*site_rule(site)", True),
    ("B", "*site_rule(site)", True),
    ("W", "*site_rule(network)", True),
    ("W", "not *site_rule(network)", False),
    ("W", "*site_rule(network) = True", True),
    ("R", f"exists Privilege: {_SLICES} & Privilege.object_id = obj.id", True),
    ("R", f'exists Privilege: {_SLICES} & Privilege.permission = "role:admin"', False),
    ("Wbob", f'exists Privilege: {_SLICES} & Privilege.permission = "role:admin"', True),
    ("W", _WRITES, False),
    ("R", _WRITES, True),
    (
        "R",
        "exists Privilege: ((Privilege.object_id = 10 & Privilege.accessor_id = 99) | Privilege.object_id = 8)",
        True,
    ),
    (
        "R",
        'exists Privilege: ((Privilege.object_type = "Slice" & Privilege.object_id = 77) -> Privilege.accessor_id = 1234)',
        True,
    ),
    ("R", 'forall Privilege: Privilege.accessor_type = "User"', True),
    ("R", 'forall Privilege: (Privilege.accessor_type = "User" & Privilege.active = True)', True),
    ("R", 'forall Privilege: (Privilege.object_type = "Slice" | Privilege.object_id = 77)', False),
    (
        "R",
        'forall Privilege: (Privilege.object_type = "Site" -> Privilege.permission = "role:admin")',
        True,
    ),
    ("R", "exists Privilege: not Privilege.accessor_id = 5", True),
    ("R", "exists Privilege: ctx.user.id = Privilege.accessor_id", True),
    ("R", "exists Privilege: Privilege.object_type in obj.tags", False),
    ("R", "exists SlicePrivilege: SlicePrivilege.object_id = obj.id", True),
    ("R", "exists obj.instances: obj.instances.cores = 4", True),
    ("R", "exists obj.instances: obj.instances.cores = 16", False),
    ("R", "exists obj.instances: (obj.instances.cores = 4 & obj.instances.running)", False),
    ("R", 'exists obj.instances: (obj.instances.cores = 2 -> obj.instances.name = "zz")', True),
    ("R", "forall obj.instances: obj.instances.running", False),
    ("R", "forall obj.spare: obj.spare.running = True", True),
    ("R", "exists obj.spare: obj.spare.running = True", False),
    ("R", "exists Empty: obj.enabled", False),
    ("R", "forall Empty: obj.network", True),
    ("R", "forall obj.instances: exists Privilege: Privilege.object_id = obj.id", True),
    ("R", "exists Privilege: (obj.count & obj.count = Privilege.object_id)", False),
    ("NA", _NETWORK, True),
    ("NB", _NETWORK, False),
    ("R", "not exists Privilege: Privilege.accessor_id = 77 & obj.enabled", True),
    ("R", "exists Empty: Empty.id = 1 | obj.enabled", False),
    ("R", "(exists Empty: Empty.id = 1) | obj.enabled", True),
    (
        "R",
        "exists Privilege: exists SlicePrivilege: Privilege.object_id = SlicePrivilege.object_id",
        True,
    ),
    ("R", "exists Privilege: (Privilege.active & {{ Privilege.object_id > 9 }})", True),
    ("R", "forall Privilege: exists Privilege: Privilege.object_id = 8", True),
    (
        "NA",
        "exists obj.network.permitted_slices.all(): obj.network.permitted_slices.all() = obj.slice",
        True,
    ),
    ("R", "exists Privilege: (Privilege.object_id = 8 & Privilege.object_id = 10)", False),
]


def formulas(text: str) -> dict[str, Any]:
    """Return the policies in a text as templates see them."""
    report = Report()
    file = parse(Source("p.xproto", text), report)
    assert not report.has_errors, list(report)
    return {p.name.text: nested(p.formula) for p in file.statements if isinstance(p, tree.Policy)}


def compiled(text: str, *, attached: bool = True) -> dict[str, Any]:
    """Return the names that the source of policy ``p`` defines, with those it calls."""
    trees = formulas(f"{SITE_RULE}policy p < {text} >\n")
    logic = Logic(trees, set(trees) if attached else set())
    names: dict[str, Any] = dict(MODELS)
    model = {"name": "M"}
    for policy in trees if attached else ("p",):
        exec(logic.test(policy, trees[policy], model), names)  # noqa: S102  our own source
    names["XOSValidationError"] = ValueError
    source = logic.validator("p", trees["p"], model, "no: {obj.id} {it} {")
    exec(source, names)  # noqa: S102  our own source
    return names


@pytest.mark.parametrize(("who", "text", "expected"), TABLE)
def test_means_what_the_language_says(who: str, text: str, expected: bool) -> None:
    obj, ctx = WHO[who]
    assert compiled(text)["p_security_check"](obj, ctx) is expected
    names = compiled(text, attached=False)
    assert names["p_security_check"](obj, ctx) is expected
    check = names["policy_p_validator"]
    if expected:
        assert check(obj, ctx) is None
    elif hasattr(obj, "id"):
        with pytest.raises(ValueError, match=rf"no: {obj.id} \{{it\}} \{{$"):
            check(obj, ctx)


def test_a_quantifier_inside_of_one_over_the_same_model_is_not_taken_out() -> None:
    trees = formulas("policy p < exists M: exists M: M.a = 1 >\n")
    source = Logic(trees, set()).test("p", trees["p"], {"name": "M"})
    assert "any(M.objects.filter(a=1).exists() for m_1 in M.objects.all())" in source


_LEAVES = st.sampled_from(
    (
        "True",
        "False",
        "obj.x = 1",
        "obj.y",
        "M.a = 1",
        "M.b = obj.x",
        "M.a = M.b",
        "M.c",
        "1 = M.a",
        "M.a in obj.list",
        "{{ obj.x > 1 }}",
    )
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, st.sampled_from(("&", "|", "->")), parts)
    return st.one_of(
        pairs.map(lambda three: f"({' '.join(three)})"),
        parts.map(lambda part: f"(not {part})"),
        parts.map(lambda part: f"(exists M: {part})"),
        parts.map(lambda part: f"(forall M: {part})"),
    )


_FORMULAS = st.recursive(_LEAVES, _joined, max_leaves=6)
_NUMBERS = st.integers(0, 2)
_ROWS = st.lists(st.builds(thing, a=_NUMBERS, b=_NUMBERS, c=st.booleans()), max_size=3)
_OBJECTS = st.builds(thing, x=_NUMBERS, y=_NUMBERS, list=st.lists(_NUMBERS, max_size=2))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(("exists", "forall")), _FORMULAS, _ROWS, _OBJECTS)
def test_queries_agree_with_looking_at_each_object(
    kind: str, body: str, rows: list[Any], obj: Any
) -> None:
    formula = formulas(f"policy p < {kind} M: ({body}) >\n")["p"]
    names: dict[str, Any] = {"M": Model(*rows), "Q": Q}
    exec(Logic({}, set()).test("p", formula, {"name": "M"}), names)  # noqa: S102  our own source
    assert names["p_security_check"](obj, None) is bool(_truth(formula, obj, rows, None))


def _truth(formula: Any, obj: Any, rows: list[Any], row: Any) -> Any:
    """Work a formula out by brute force."""
    if not isinstance(formula, dict):
        return _value(formula, obj, row)
    ((operator, operands),) = formula.items()
    if operator in ("exists", "forall"):
        found = [_truth(operands[1], obj, rows, each) for each in rows]
        return any(found) if operator == "exists" else all(found)
    if operator == "not":
        return not _truth(operands, obj, rows, row)
    if operator == "python":
        return obj.x > 1
    if operator in ("=", "in"):
        left, right = (_value(operand, obj, row) for operand in operands)
        return left == right if operator == "=" else left in right
    left, right = (_truth(operand, obj, rows, row) for operand in operands)
    return {"&": left and right, "|": left or right, "->": not left or right}[operator]


def _value(text: str, obj: Any, row: Any) -> Any:
    if text.startswith(("obj.", "M.")):
        return getattr(obj if text[0] == "o" else row, text.partition(".")[2])
    return {"True": True, "False": False}.get(text, int(text) if text.isdigit() else None)
