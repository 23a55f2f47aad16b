"""What the ancestor compiled wrongly, one test a fault: here it means what it says.

The names are those of the list of known faults of the original compilation, P1 to P32.
"""

from __future__ import annotations

from typing import Any

import pytest
from policykit import Compiler, Mirror, evaluator, policies_of
from policyservice._generated import models as m
from test_policy_examples import fill

from tests.linking import codes, run
from xgen.ir.expr import Escape
from xgen.logic.simplify import simplify
from xgen.logic.text import formula_text
from xgen.runtime.access.acting import Context
from xgen.runtime.access.symbols import Row
from xgen.runtime.access.where import lower
from xgen.runtime.core.models import User
from xgen.runtime.writer import Writer, writing_as
from xgen.views.security import security, to_python

pytestmark = pytest.mark.usefixtures("data")


@pytest.fixture
def data(db: str) -> None:
    with writing_as(Writer.RUNTIME):
        fill()


def holds(text: str, pk: int = 10, model: Any = m.Slice, **others: str) -> bool:
    """Return what the reference, the function and the filter agree on, for alice writing."""
    mirror = Mirror()
    policies = policies_of({**others, "asked": text})
    compiler = Compiler(policies)
    asked = compiler.compiled(policies[-1].ref)
    user = User.objects.get(pk=5)
    ctx = Context(user=user, write_access=True)
    plain = Context(user=mirror.by_model["User"][5], write_access=True)
    reference = evaluator(mirror, compiler.by_ref)
    expected = reference.holds(asked.policy.formula, mirror.by_model[model.__name__][pk], plain)
    assert asked.holds(model.objects.get(pk=pk), ctx) == expected
    if asked.filter is not None:
        condition = lower(asked.filter(Row(model, 0), ctx))
        rows = model.objects.filter(pk=pk)
        found = condition if isinstance(condition, bool) else rows.filter(condition).exists()
        assert found == expected
    return expected


def simplified(text: str) -> str:
    (policy,) = policies_of({"p": text})
    return formula_text(simplify(policy.formula))


def test_p1_a_quantifier_reaches_to_the_end() -> None:
    assert holds("exists Privilege: Privilege.accessor_id = 6 & Privilege.object_id = 10")
    assert not holds("exists Privilege: Privilege.accessor_id = 6 & Privilege.object_id = 8")


def test_p2_a_model_in_camel_case_is_a_model() -> None:
    assert holds("exists SlicePrivilege: SlicePrivilege.object_id = obj.id")
    assert not holds("exists SlicePrivilege: SlicePrivilege.object_id = obj.id", pk=11)


def test_p3_exists_over_a_collection() -> None:
    assert holds("exists obj.instances: obj.instances.cores = 4")
    assert not holds("exists obj.instances: obj.instances.cores = 5")
    assert not holds("exists obj.spare: obj.spare.cores = obj.spare.cores")


def test_p4_forall_over_a_collection() -> None:
    assert not holds("forall obj.instances: obj.instances.cores = 4")
    assert holds("forall obj.instances: (obj.instances.cores = 4 | obj.instances.running)")
    assert holds("forall obj.spare: False")


def test_p5_forall_over_a_model_with_a_connective() -> None:
    assert holds('forall Privilege: (Privilege.accessor_type = "User" & Privilege.active = True)')
    assert not holds("forall Privilege: (Privilege.accessor_id = 5 | Privilege.object_id = 8)")


def test_p6_forall_with_an_implication() -> None:
    text = 'forall Privilege: (Privilege.object_type = "{}" -> Privilege.permission = "role:admin")'
    assert holds(text.format("Site"))
    assert not holds(text.format("Slice"))


def test_p7_an_implication_with_a_compound_left_side() -> None:
    left = "(Privilege.accessor_id = 5 & Privilege.object_id = {})"
    assert holds(f"exists Privilege: ({left.format(99)} -> Privilege.accessor_id = 1234)")
    text = 'forall Privilege: ({} -> Privilege.object_type = "Site")'
    assert holds(text.format(left.format(8)))
    assert not holds(text.format(left.format(10)))


def test_p8_an_implication_over_a_collection() -> None:
    assert holds('exists obj.instances: (obj.instances.cores = 2 -> obj.instances.name = "zz")')
    text = "exists obj.instances: ((obj.instances.cores = 2 | obj.instances.cores = 4) -> obj.instances.id = 0)"
    assert not holds(text)


def test_p9_grouping_in_a_query() -> None:
    assert holds(
        "exists Privilege: ((Privilege.object_id = 10 & Privilege.accessor_id = 99) | Privilege.object_id = 8)"
    )
    assert not holds(
        "exists Privilege: ((Privilege.object_id = 10 | Privilege.object_id = 8) & Privilege.accessor_id = 99)"
    )


def test_p10_not_inside_a_quantifier() -> None:
    assert holds("exists Privilege: not Privilege.accessor_id = 5")
    assert not holds("exists Privilege: not Privilege.active")


def test_p11_quantifiers_that_depend_on_each_other() -> None:
    text = "exists Slice: exists Instance: (Instance.slice = Slice & not Instance.cores = {})"
    assert holds(text.format(4))
    assert holds("exists Slice: not exists Instance: Instance.slice = Slice")
    assert not holds("forall Slice: exists Instance: Instance.slice = Slice")


def test_p12_the_element_on_the_right() -> None:
    assert holds("exists Privilege: ctx.user.id = Privilege.accessor_id")
    assert holds("exists Privilege: obj.id = Privilege.object_id")
    assert holds("exists Slice: exists Privilege: Privilege.object_id = Slice.id")


def test_p13_in_inside_a_quantifier() -> None:
    assert holds("exists Slice: Slice in obj.owned_networks.all() | obj in obj.site.slices")
    assert holds("exists Instance: Instance in obj.instances")
    assert not holds("exists Instance: Instance in obj.spare")
    assert holds('exists obj.instances: obj.instances.name in "i1, i9"')


def test_p14_a_bare_attribute_as_body() -> None:
    assert holds("exists Instance: Instance.running")
    assert not holds("forall Instance: Instance.running")


def test_p15_the_element_itself() -> None:
    assert holds("exists obj.instances: obj.instances = obj.instances")
    assert holds("exists obj.site.slices: obj.site.slices = obj")
    assert not holds("exists obj.site.slices: obj.site.slices = ctx.user")


def test_p16_an_escape_on_the_right() -> None:
    assert holds('obj.site.login_base = {{ obj.name.split("_")[0] }}')
    assert holds('{{ obj.name.split("_")[0] }} = obj.site.login_base')


def test_p17_an_escape_in_a_quantified_comparison() -> None:
    assert holds("exists Privilege: Privilege.object_id = {{ obj.id - 2 }}")
    assert not holds("exists Privilege: Privilege.object_id = {{ obj.id - 3 }}")
    assert holds("exists Privilege: Privilege.accessor_id = {{ Privilege.object_id - 3 }}")


def test_p18_a_called_policy_as_an_operand() -> None:
    assert holds("*small(guest) = True", small="obj.count = 1")
    assert holds("exists Instance: Instance.running = *small(network)", small="obj.name")
    assert not holds("*known(site) = False", known="obj.login_base")


def test_p19_domains_may_be_empty() -> None:
    assert not holds("exists Empty: obj.enabled")
    assert not holds("exists Empty: (obj.enabled | Empty.id = 1)")
    assert holds("forall Empty: (obj.network & Empty.id = 1)")
    assert simplified("exists Empty: obj.a") == "obj.a & (exists Empty: True)"


def test_p20_values_are_no_truth_values() -> None:
    assert not holds("exists Privilege: (obj.count & obj.count = Privilege.object_id)")
    text = "exists X: (obj.c & obj.c = X.a)"
    assert simplified(text.replace("X", "Slice")) == "obj.c & (exists Slice: obj.c = Slice.a)"


def test_p21_a_variable_is_a_whole_word() -> None:
    text = "exists SlicePrivilege: exists Slice: SlicePrivilege.object_id = Slice.id"
    assert simplified(text) == text
    assert holds(text)
    apart = "exists SlicePrivilege: exists Slice: SlicePrivilege.object_id = 10"
    assert simplified(apart) == (
        "(exists Slice: True) & (exists SlicePrivilege: SlicePrivilege.object_id = 10)"
    )


def test_p22_braces_of_an_escape_stay() -> None:
    (policy,) = policies_of({"p": "{{ {1:2} }}"})
    assert isinstance(policy.formula, Escape)
    assert policy.formula.code == "{1:2}"
    assert holds("{{ {10: True}[obj.id] }}")


def test_p23_no_further_than_needed() -> None:
    assert holds("obj.network -> obj.network.owner = obj")
    assert holds("obj.network | {{ obj.network is None }}")
    assert holds("obj.network -> {{ obj.network.owner.id > 3 }}")
    assert not holds("obj.network & {{ obj.network.owner.id > 3 }}")


def test_p24_a_called_policy_in_a_validator_is_a_predicate() -> None:
    app, report, _ = run(
        "policy small < obj.count = 1 >\npolicy guest_is_small < *small(guest) >\n"
        "message Slice (XOSBase) {\n  optional int32 count = 1;\n"
        "  optional manytoone guest->Slice:hosts = 2;\n"
        '  option validators = "guest_is_small:too big";\n}'
    )
    assert not report.has_errors
    code = security(app)
    assert [policy.header.split("(")[0] for policy in code.policies] == [
        "def small",
        "def guest_is_small",
    ]
    assert "granted(small, " in code.policies[1].body
    assert holds("*small(guest)", small="obj.count = 1")
    guest = m.Slice.objects.get(pk=11)
    m.Slice.all_objects.filter(pk=10).update(guest=guest)
    assert not holds("*small(guest)", small="obj.count = 1")
    assert holds("*small(guest)", small="obj.count = 0")


def test_p25_a_validator_that_asks_who_is_calling_is_refused() -> None:
    text = (
        "policy a < ctx.user.is_admin >\npolicy b < *a(next) >\nmessage M (XOSBase) {\n"
        '  optional manytoone next->M:+ = 1;\n  option validators = "b:no";\n}'
    )
    assert "validator-uses-ctx" in codes(text)
    _, report, _ = run(text, strict=True)
    assert [d.code for d in report if d.severity.word == "error"] == ["validator-uses-ctx"]


def test_p26_a_missing_call_under_not() -> None:
    assert "unknown-policy" in codes("policy a < not *nowhere(x) >\nmessage M::a (XOSBase) {}")
    assert run("policy a < not *nowhere(x) >\nmessage M::a (XOSBase) {}")[1].has_errors


def test_p27_policies_of_packages() -> None:
    app, report, _ = run(
        "package q;\npolicy a < obj.id = 1 >\npolicy b < *q.a(x) & *a(x) >\n"
        "message M::a (XOSBase) { optional manytoone x->M:+ = 1; }\nmessage N::b (XOSBase) {}"
    )
    assert not report.has_errors, list(report)
    assert [(policy.ref, policy.name) for policy in app.policies] == [("q.a", "a"), ("q.b", "b")]
    code = security(app)
    assert code.policies[0].header.startswith("def a(")
    assert '"M": Access("a", a, a_filter)' in code.access


@pytest.mark.parametrize("text", ["True | obj.x", "not True", "obj.x & not obj.x"])
def test_p28_what_is_always_the_same_is_a_warning(text: str) -> None:
    _, report, _ = run(f"policy p < {text} >\nmessage M::p (XOSBase) {{}}")
    assert [(d.code, d.severity.word) for d in report] == [("trivial-policy", "warning")]


def test_p29_odd_characters_are_errors() -> None:
    _, report, _ = run("policy p < obj.kind = 'vm' >\nmessage M::p (XOSBase) {}")
    assert report.has_errors
    assert any('"vm"' in (d.help or "") + d.message for d in report), list(report)


def test_p30_nothing_is_put_in_place_of_an_operand_of_in() -> None:
    text = "exists Slice: (Slice.a = 1 | (obj.c | obj.c in obj.c))"
    found = simplified(text)
    assert "exists Slice: Slice.a = 1" in found
    assert "obj.c in obj.c" in found
    assert not holds("exists Slice: (Slice.count = 7 | (obj.address | obj.address in obj.address))")
    assert holds("exists Slice: (Slice.count = 7 | (obj.name | obj.name in obj.name))")


def test_p31_places_are_right() -> None:
    text = "policy a < obj.x >\n\npolicy b <\n  obj.x\n  | obj.y = = 1 >\nmessage M::b (XOSBase) {}"
    _, report, files = run(text)
    (found,) = [d for d in report if d.severity.word == "error"]
    assert found.span is not None
    assert files.sources[found.span.path].position(found.span.start) == (5, 13)


def test_p32_what_is_used_is_imported() -> None:
    app, _, _ = run(
        "policy a < exists Thing: (Thing.n = obj.n) & {{ obj.n > 1 }} & *b(other) >\n"
        "policy b < obj.n in obj.texts >\n"
        "message Thing::a (XOSBase) {\n  optional int32 n = 1;\n"
        "  optional manytoone other->Thing:others = 2;\n}"
    )
    functions = {policy.ref: f"{policy.name}_security_check" for policy in app.policies}
    names = {}
    for policy in app.policies:
        text = to_python(policy, app, name=functions[policy.ref], functions=functions)
        exec(text, names)  # noqa: S102
        compile(text, "<policy>", "exec")
    asked = type("Thing", (), {"n": 2, "other": None, "texts": "x"})()
    assert names["b_security_check"](asked, None) is False
    with pytest.raises(LookupError, match="models"):  # the model is looked up, not a missing name
        names["a_security_check"](asked, None)
