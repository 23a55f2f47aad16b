"""The reference, the function and the filter of random policies say the same of random data."""

from __future__ import annotations

from random import Random
from typing import Any

from django.db import transaction
from policykit import Compiler, Mirror, evaluator, fill, filtered, policies_of, random_policies
from policyservice._generated import models as m

from xgen.logic.evaluate import Scope
from xgen.logic.simplify import simplify
from xgen.runtime.access.acting import Context
from xgen.runtime.core.models import User

STATES, POLICIES = 9, 70


def _fetched(seed: int) -> list[Any]:
    """Return the objects; of most databases with what they link to, which saves queries."""
    rows = m.Slice.objects.order_by("pk")
    if seed % 5:
        ones = ("site", "creator", "network__owner__site", "guest__site", "guest__network")
        many = ("instances__parent", "spare", "hosts", "owned_networks", "permitted_networks")
        rows = rows.select_related(*ones).prefetch_related(
            *many, "site__slices", "guest__instances", "network__permitted_slices"
        )
    return list(rows)


def agree(seed: int, count: int, *, escapes: bool) -> int:
    """Compare over one random database; return how many verdicts were compared."""
    rng = Random(seed)
    fill(rng)
    mirror = Mirror()
    compiler = Compiler(policies_of(random_policies(rng, count, escapes=escapes)))
    reference = evaluator(mirror, compiler.by_ref)
    compared = 0
    slices, users = _fetched(seed), list(User.objects.order_by("pk"))
    for compiled in compiler.all():
        if not compiled.policy.name.startswith("p"):
            continue
        user, write = rng.choice(users), rng.random() < 0.5
        flags = {"read_access": not write, "write_access": write}
        ctx = Context(user=user, **flags)
        plain = Context(user=mirror.by_model["User"][user.pk], **flags)
        formula = compiled.policy.formula
        simple = simplify(formula)
        expected = set()
        for pk, one in mirror.by_model["Slice"].items():
            scope = Scope(obj=one, ctx=plain)
            if verdict := bool(reference.steps(formula, scope).value):
                expected.add(pk)
            assert bool(reference.steps(simple, scope).value) == verdict, compiled.policy.body
        by_function = {one.pk for one in slices if compiled.holds(one, ctx)}
        assert by_function == expected, (seed, compiled.policy.body, compiled.text)
        if compiled.filter is not None:
            by_filter = filtered(compiled, m.Slice, ctx)
            assert by_filter == expected, (seed, compiled.policy.body, compiled.text)
        compared += len(mirror.by_model["Slice"])
    return compared


def test_three_ways(store: str) -> None:
    """One database for all states, each of which is taken back: making one costs a second."""
    compared = 0
    for seed in range(STATES):
        with transaction.atomic():
            compared += agree(seed, POLICIES, escapes=seed % 3 == 2)
            transaction.set_rollback(True)
    assert compared >= STATES * POLICIES * 8
