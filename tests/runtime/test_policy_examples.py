"""The worked examples of the policy language: reference, function and filter against the verdict.

``policy_examples.yaml`` has the 64 formulas. The lists of their data (``tags``) are a text here,
for a column cannot hold one; what is in one of them is in the other.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import yaml
from policykit import Compiler, Mirror, evaluator, policies_of
from policyservice._generated import models as m

from xgen.logic.filtering import why_unfiltered
from xgen.runtime.access.acting import Context
from xgen.runtime.access.symbols import Row
from xgen.runtime.access.where import lower
from xgen.runtime.core.models import User
from xgen.runtime.writer import Writer, writing_as

EXAMPLES = yaml.safe_load((Path(__file__).parent / "policy_examples.yaml").read_text("utf-8"))
SITE_RULE = (
    "ctx.user.is_admin | (ctx.write_access -> exists Privilege: (Privilege.object_type = "
    '"Site" & Privilege.object_id = obj.id & Privilege.accessor_id = ctx.user.id))'
)


class Environment(NamedTuple):
    """What is asked about: an object, in the database and as a plain one, and who asks."""

    obj: Any
    plain: Any
    ctx: Any
    plain_ctx: Any


class Examples(NamedTuple):
    compiler: Compiler
    mirror: Mirror
    environments: dict[str, Environment]


def fill() -> None:
    User.objects.create(id=5, email="alice@x")
    User.objects.create(id=6, email="bob@x")
    User.objects.create(id=1, email="root@x", is_admin=True)
    m.Site.objects.create(id=7, login_base="mysite", name="S7")
    m.Site.objects.create(id=8, login_base="other", name="S8")
    a = {"name": "mysite_web", "site_id": 7, "creator_id": 6, "tags": "a b", "count": 2}
    m.Slice.objects.create(id=10, **a)
    m.Slice.objects.create(id=11, name="x y", site_id=8, count=0)
    m.Instance.objects.create(name="i1", slice_id=10, cores=2, running=True)
    m.Instance.objects.create(name="i2", slice_id=10, cores=4)
    network = m.Network.objects.create(id=1, name="N", owner_id=10)
    network.permitted_slices.add(m.Slice.objects.get(id=10))
    m.Pair.objects.create(id=10, slice_id=10, network=network)
    m.Pair.objects.create(id=11, slice_id=11, network=network)
    first = {"accessor_id": 5, "accessor_type": "User", "object_type": "Slice", "object_id": 10}
    m.SlicePrivilege.objects.create(**first, permission="role:user")
    site = {"object_type": "Site", "object_id": 8}
    m.Privilege.objects.create(**{**first, **site}, permission="role:admin")
    m.Privilege.objects.create(**{**first, "accessor_id": 6}, permission="role:admin")


@pytest.fixture
def examples(store: str) -> Examples:
    with writing_as(Writer.RUNTIME):
        fill()
    mirror = Mirror()
    texts = {f"row_{n}": each["policy"] for n, each in enumerate(EXAMPLES, 1)}
    compiler = Compiler(policies_of({"site_rule": SITE_RULE, **texts}))

    def environment(model: Any, pk: int, user: int, *, write: bool) -> Environment:
        plain = mirror.by_model[model.__name__][pk]
        flags = {"read_access": not write, "write_access": write}
        by, plain_by = User.objects.get(pk=user), mirror.by_model["User"][user]
        return Environment(
            model.objects.get(pk=pk),
            plain,
            Context(user=by, **flags),
            SimpleNamespace(user=plain_by, **flags),
        )

    environments = {
        "R": environment(m.Slice, 10, 5, write=False),
        "W": environment(m.Slice, 10, 5, write=True),
        "Wroot": environment(m.Slice, 10, 1, write=True),
        "Wbob": environment(m.Slice, 10, 6, write=True),
        "B": environment(m.Slice, 11, 5, write=True),
        "NA": environment(m.Pair, 10, 5, write=True),
        "NB": environment(m.Pair, 11, 5, write=True),
    }
    return Examples(compiler, mirror, environments)


def test_all_examples(examples: Examples) -> None:
    compiler, mirror, environments = examples
    assert len(EXAMPLES) == 64
    reference = evaluator(mirror, compiler.by_ref)
    wrong = []
    for number, each in enumerate(EXAMPLES, 1):
        ref = next(r for r, p in compiler.by_ref.items() if p.name == f"row_{number}")
        compiled, env = compiler.compiled(ref), environments[each["env"]]
        found = {
            "reference": reference.holds(compiled.policy.formula, env.plain, env.plain_ctx),
            "function": compiled.holds(env.obj, env.ctx),
        }
        has_python = "{{" in each["policy"]
        assert (why_unfiltered(compiled.policy, compiler.by_ref) is not None) == has_python
        if not has_python:
            assert compiled.filter is not None
            condition = lower(compiled.filter(Row(type(env.obj), 0), env.ctx))
            rows = type(env.obj).objects.filter(pk=env.obj.pk)
            found["filter"] = bool(
                condition if isinstance(condition, bool) else rows.filter(condition).exists()
            )
        wrong += [(number, how) for how, got in found.items() if got is not each["verdict"]]
    assert wrong == []
