"""The logic of policies: text, scope, simplification, evaluation, and what can filter."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.linking import run
from tests.real import needs_real_models, real_models
from xgen.diagnostics import Report
from xgen.ir.expr import Path
from xgen.job import Job, Run
from xgen.logic.escapes import BUILTINS, forbidden
from xgen.logic.evaluate import Evaluator
from xgen.logic.filtering import why_unfiltered
from xgen.logic.scope import mentions
from xgen.logic.simplify import simplify
from xgen.logic.text import formula_text
from xgen.logic.world import EvaluationError, World
from xgen.pipeline import compile_models
from xgen.source import Source
from xgen.syntax.parser import parse
from xgen.views.security import security

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from xgen.ir.expr import Expr


def formula(text: str) -> Expr:
    report = Report()
    (policy,) = parse(Source("a.xproto", f"policy p < {text} >\n"), report).statements
    assert not report.has_errors, list(report)
    found: Expr = policy.formula  # type: ignore[union-attr]  # it is a policy
    return found


def simple(text: str) -> str:
    return formula_text(simplify(formula(text)))


SIMPLE = {
    "True & obj.a": "obj.a",
    "obj.a | True": "True",
    "obj.a & False": "False",
    "False -> obj.a": "True",
    "obj.a -> True": "True",
    "True -> obj.a": "obj.a",
    "obj.a -> False": "not obj.a",
    "not True": "False",
    "not not obj.a": "obj.a",
    "obj.a & obj.b & obj.a": "obj.a & obj.b",
    "obj.a | (obj.b | not obj.a)": "True",
    "obj.a & (obj.b & not obj.b)": "False",
    "obj.a -> obj.a": "True",
    '5 & "" & obj.a': "False",
    '1 = 1.0 & not 1 = "1" & "a" in "ba" & not obj.x in None': "True",
    "obj.a = obj.a": "obj.a = obj.a",
    "{{ f() }} | not {{ f() }}": "{{ f() }} | not {{ f() }}",
    "exists X: False": "False",
    "forall X: True": "True",
    "exists X: True": "exists X: True",
    "forall X: False": "forall X: False",
    "exists X: obj.a": "obj.a & (exists X: True)",
    "forall X: obj.a": "obj.a | (forall X: False)",
    "exists X: (obj.a & X.b)": "obj.a & (exists X: X.b)",
    "exists X: (obj.a | X.b)": "obj.a & (exists X: True) | (exists X: X.b)",
    "forall X: (obj.a | X.b)": "obj.a | (forall X: X.b)",
    "forall X: (obj.a & X.b)": "(obj.a | (forall X: False)) & (forall X: X.b)",
    "forall X: (obj.a -> X.b)": "not obj.a | (forall X: X.b)",
    "exists X: (X.a & *p(q))": "*p(q) & (exists X: X.a)",
    "exists X: (X.a & {{ obj.b }})": "exists X: (X.a & {{ obj.b }})",
    "exists X: exists Y: Y.foo = X.foo": "exists X: exists Y: Y.foo = X.foo",
    "exists X: exists Y: obj.z = Y": "(exists Y: obj.z = Y) & (exists X: True)",
    "exists X: (obj.c & obj.c = X.a)": "obj.c & (exists X: obj.c = X.a)",
    "exists obj.xs: exists obj.xs.ys: obj.xs.ys.n": "exists obj.xs: exists obj.xs.ys: obj.xs.ys.n",
}


@pytest.mark.parametrize("text", SIMPLE)
def test_simplified(text: str) -> None:
    assert simple(text) == SIMPLE[text]
    assert simple(SIMPLE[text]) == SIMPLE[text]


def random_formula(rng: Random, depth: int, bound: tuple[str, ...] = ()) -> str:
    kind = rng.random()
    if depth == 0 or kind < 0.15:
        atoms = ["obj.c", "obj.d", "True", "False", "obj.c = obj.d"]
        atoms += [f"{x}.{field}" for x in bound for field in "ab"] * 2
        return rng.choice(atoms)
    if kind < 0.25:
        return f"not ({random_formula(rng, depth - 1, bound)})"
    if kind < 0.6 or len(bound) == 2:
        left, right = (random_formula(rng, depth - 1, bound) for _ in range(2))
        return f"({left}) {rng.choice(('&', '|', '->'))} ({right})"
    variable = rng.choice("XY")
    inner = random_formula(rng, depth - 1, (*bound, variable))
    return f"{rng.choice(('exists', 'forall'))} {variable}: ({inner})"


def worlds() -> Iterator[tuple[SimpleNamespace, World]]:
    """Yield every way for two facts, and for two models of up to two rows and one row."""
    truth = (False, True)
    rows = [SimpleNamespace(a=a, b=b) for a, b in product(truth, truth)]
    some = [w for size in range(3) for w in combinations_with_replacement(rows, size)]
    for c, d, xs, ys in product(truth, truth, some, [(), (rows[1],), (rows[2],)]):
        yield SimpleNamespace(c=c, d=d), World({"X": xs, "Y": ys})


def test_simplifying_changes_no_verdict_in_any_small_world() -> None:
    rng = Random(3)
    texts = {random_formula(rng, rng.randint(2, 4)) for _ in range(60)}
    pairs = [(formula(text), simplify(formula(text))) for text in texts]
    assert sum(before != after for before, after in pairs) > 30
    for _, after in pairs:
        assert simplify(after) == after
        assert formula(formula_text(after)) == after
    for obj, world in worlds():
        evaluator = Evaluator(world)
        for before, after in pairs:
            verdict = evaluator.holds(before, obj)
            assert evaluator.holds(after, obj) == verdict, formula_text(before)


@pytest.mark.parametrize(
    "text",
    [
        "a -> b -> c",
        "(a -> b) -> c",
        "a | b & not (c | d)",
        "not exists X: (a & b)",
        "(exists X: a) & b",
        'a = "q\\"\\\\\\n" | 1.5 = a | 0.0000001 = a',
        "{{ {1: 2}[obj.x] }} = *p(a.b) & c in obj.all()",
    ],
)
def test_text_is_what_was_parsed(text: str) -> None:
    text = text.replace("a.b", "q.b")
    assert formula(formula_text(formula(text))) == formula(text)


def test_a_variable_is_compared_part_by_part() -> None:
    assert mentions(formula("P.x = 1"), Path(("P",)))
    assert not mentions(formula("Privilege.x = 1"), Path(("P",)))
    assert mentions(formula("obj.xs.n"), Path(("obj", "xs")))
    assert not mentions(formula("obj.xs_too = obj"), Path(("obj", "xs")))
    assert not mentions(formula("exists P: P.x"), Path(("P",)))
    assert mentions(formula("{{ P.x }}"), Path(("P",)))
    assert mentions(formula("obj.xs.all() = 1"), Path(("obj", "xs", "all"), call=True))


@pytest.mark.parametrize("name", ["obj.no.such", "obj.name()", "exists obj.name: True", "nobody"])
def test_what_is_not_there_is_told(name: str) -> None:
    obj = SimpleNamespace(name="x", no=SimpleNamespace())
    with pytest.raises(EvaluationError):
        Evaluator(World()).holds(formula(name), obj)


def test_escapes_read_and_compute() -> None:
    assert forbidden("len([c for c in obj.name if c]) > 1 and f'{obj.x:>3}'[0]") is None
    for code in ("(lambda: 1)()", "obj._x", "''.format(obj)", "__import__('os')", "(x := 1)"):
        assert forbidden(code) is not None, code
    with pytest.raises(EvaluationError, match="NameError"):
        Evaluator(World()).holds(formula("{{ open('x') }}"), None)


def test_both_programs_know_the_same_functions() -> None:
    from xgen.runtime.access.values import _BUILTINS

    assert frozenset(_BUILTINS) == BUILTINS


def test_a_called_policy_can_keep_one_from_filtering() -> None:
    app, _, _ = run(
        "policy a < {{ obj.x }} >\npolicy b < *a(m) >\npolicy c < obj.x.upper() >\n"
        "policy d < obj.x | *d(m) >\npolicy e < *d(m) >\npolicy f < ctx.user.name = obj.x >\n"
        "message M::b (XOSBase) { optional string x = 1; optional manytoone m->M:ms = 2; }\n"
    )
    by_ref = {policy.name: policy for policy in app.policies}
    why = {name: why_unfiltered(policy, by_ref) for name, policy in by_ref.items()}
    assert why == {
        "a": "it has Python in it: `{{ obj.x }}`",
        "b": "`a`, which it calls, has Python in it: `{{ obj.x }}`",
        "c": "it calls a method: `obj.x.upper()`",
        "d": "it calls itself, as often as the objects go on",
        "e": "it calls itself, as often as the objects go on",
        "f": None,
    }


@needs_real_models
@pytest.mark.parametrize("path", real_models(), ids=lambda path: path.stem)
def test_the_policies_of_real_models_compile(path: pathlib.Path) -> None:
    app = compile_models(Job(inputs=(str(path),)), Run())
    if app is None:
        pytest.skip("root: a model that names files which are not there")
    module = security(app)
    assert len(module.policies) == len(app.policies)
    for policy, code in zip(app.policies, module.policies, strict=True):
        compile(f"{code.header}\n{code.body}", policy.name, "exec")
        assert bool(code.filter_body) == ("{{" not in policy.body), policy.body
        if code.filter_body:
            compile(f"{code.filter_header}\n{code.filter_body}", policy.name, "exec")
