"""Who may read and write what: through managers, saves, deletions, links and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from enginekit import Backend, synchronizer
from policyservice._generated import models as m

from tests import generating
from tests.linking import run
from xgen.runtime import cli
from xgen.runtime.access.acting import Context, acting_as, acting_user, unrestricted
from xgen.runtime.access.admission import formatted
from xgen.runtime.access.rules import access_of, validators_of
from xgen.runtime.core.models import Privilege, Tag, User
from xgen.runtime.errors import AccessDenied
from xgen.runtime.writer import Writer, writing_as

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def world(db: str) -> dict[str, Any]:
    ann = User.objects.create_user("ann@x")
    bob = User.objects.create_user("bob@x")
    root = User.objects.create_user("root@x", is_admin=True)
    site = m.Site.objects.create(login_base="one")
    mine = m.Slice.objects.create(name="mine", creator=ann)
    theirs = m.Slice.objects.create(name="theirs", creator=bob)
    sited = m.Slice.objects.create(name="sited", site=site)
    return {
        "ann": ann, "bob": bob, "root": root, "site": site,
        "mine": mine, "theirs": theirs, "sited": sited,
    }  # fmt: skip


def names(rows: Any) -> list[str]:
    return sorted(one.name for one in rows)


def test_lists_hold_what_may_be_read(world: dict[str, Any]) -> None:
    assert names(m.Slice.objects.visible_to(world["ann"])) == ["mine", "sited"]
    assert names(m.Slice.objects.visible_to(world["root"])) == ["mine", "sited", "theirs"]
    with acting_as(world["bob"]):
        assert names(m.Slice.objects.all()) == ["sited", "theirs"]
        assert names(world["site"].slices.all()) == ["sited"]
        assert m.Slice.objects.count() == 2
        with pytest.raises(m.Slice.DoesNotExist):
            m.Slice.objects.get(name="mine")
        with unrestricted():
            assert m.Slice.objects.count() == 3
    assert m.Slice.objects.count() == 3


def test_a_list_takes_one_query_and_an_administrator_none_more(world: dict[str, Any]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        list(m.Slice.objects.visible_to(world["ann"]))
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        list(m.Slice.objects.visible_to(world["root"]))
    assert [str(q["sql"]).count("EXISTS") for q in queries] == [0]


def test_what_cannot_filter_is_looked_at_row_by_row(world: dict[str, Any]) -> None:
    access = access_of(m.Network)
    assert access is not None
    assert access.filter is None
    assert "startswith" in access.unfiltered
    for name in ("mine", "theirs"):
        m.Network.objects.create(name=name, owner=world[name])
    assert names(m.Network.objects.visible_to(world["ann"])) == ["mine", "theirs"]
    assert names(m.Network.objects.visible_to(world["bob"])) == ["theirs"]
    assert names(m.Network.objects.filter(name="mine").visible_to(world["bob"])) == []


def test_only_what_may_be_written_is(world: dict[str, Any]) -> None:
    with acting_as(world["bob"]):
        world["theirs"].enabled = False
        world["theirs"].save()
        mine = world["mine"]
        mine.enabled = False
        with pytest.raises(AccessDenied) as caught:
            mine.save()
    text = "bob@x may not change Slice mine: policy slice_rule does not allow it"
    assert str(caught.value) == text
    assert m.Slice.objects.get(name="mine").enabled
    assert not m.Slice.objects.get(name="theirs").enabled


def test_reading_is_not_writing(world: dict[str, Any]) -> None:
    sited = world["sited"]
    assert sited.can_access(Context(user=world["bob"], read_access=True)) == (True, "slice_rule")
    assert sited.can_access(Context(user=world["bob"], write_access=True)) == (False, "slice_rule")
    sited.count = 5
    with acting_as(world["bob"]), pytest.raises(AccessDenied):
        sited.save()
    m.Privilege.objects.create(
        object_type="Site", object_id=world["site"].pk, accessor_id=world["bob"].pk
    )
    with acting_as(world["bob"]):
        sited.save()


def test_nobody_takes_an_object_by_changing_it(world: dict[str, Any]) -> None:
    mine = m.Slice.objects.get(name="mine")
    mine.creator = world["bob"]
    with acting_as(world["bob"]), pytest.raises(AccessDenied):
        mine.save()
    theirs = m.Slice.objects.get(name="theirs")
    theirs.creator = world["ann"]
    with acting_as(world["bob"]), pytest.raises(AccessDenied):
        theirs.save()  # nor gives it away: what comes of it is not bob's to write


def test_new_objects_are_looked_at_as_they_would_be(world: dict[str, Any]) -> None:
    with acting_as(world["bob"]):
        m.Slice.objects.create(name="new", creator=world["bob"])
        with pytest.raises(AccessDenied, match="may not change Slice other: policy slice_rule"):
            m.Slice.objects.create(name="other", creator=world["ann"])
        with pytest.raises(AccessDenied):
            m.Slice.objects.bulk_create(
                [m.Slice(name="x", creator=world["bob"]), m.Slice(name="y")]
            )
    assert names(m.Slice.objects.all()) == ["mine", "new", "sited", "theirs"]


def test_writes_to_many_are_all_or_nothing(world: dict[str, Any]) -> None:
    with acting_as(world["bob"]):
        with pytest.raises(AccessDenied, match="Slice sited"):
            m.Slice.objects.update(count=9)  # bob sees two, and may write one of them
        assert m.Slice.objects.filter(name="theirs").update(count=9) == 1
        with pytest.raises(AccessDenied):
            m.Slice.objects.filter(name="theirs").update(creator=world["ann"])
        with pytest.raises(AccessDenied):
            m.Slice.objects.all().delete()
        theirs = m.Slice.objects.get(name="theirs")
        theirs.count = 10
        sited = m.Slice.objects.get(name="sited")
        sited.count = 10
        with pytest.raises(AccessDenied):
            m.Slice.objects.bulk_update([theirs, sited], ["count"])
        with pytest.raises(AccessDenied):
            m.Slice.objects.all().resync()
    values = m.Slice.objects.order_by("name").values_list("name", "count")
    assert list(values) == [("mine", None), ("sited", None), ("theirs", 9)]


def test_deletions_and_links_are_writes(world: dict[str, Any]) -> None:
    network = m.Network.objects.create(name="n", owner=world["mine"])
    with acting_as(world["bob"]):
        with pytest.raises(AccessDenied, match="Slice mine"):
            world["mine"].delete()
        with pytest.raises(AccessDenied, match="Network n"):
            network.permitted_slices.add(world["theirs"])
        with pytest.raises(AccessDenied):
            world["theirs"].permitted_networks.set([network])
        world["theirs"].delete()
    assert not network.permitted_slices.exists()
    assert names(m.Slice.objects.all()) == ["mine", "sited"]


def test_what_may_not_be_seen_cannot_be_linked_to(world: dict[str, Any]) -> None:
    from xgen.runtime.errors import DeletedPeer

    theirs = world["theirs"]
    theirs.guest = world["mine"]
    with acting_as(world["bob"]), pytest.raises(DeletedPeer):
        theirs.save()


def test_the_runtime_itself_is_not_restricted(world: dict[str, Any]) -> None:
    with acting_as(world["bob"]):
        for writer in (Writer.POLICY, Writer.EVENT, Writer.RUNTIME):
            with writing_as(writer):
                assert acting_user() is None
                world["mine"].count = (world["mine"].count or 1) + 1
                world["mine"].save()
        deps = "\n".join(f"{name}: []" for name in ("Slice",))
        backend = Backend()
        sync = synchronizer(backend, steps={m.Slice: backend.step(m.Slice)}, deps=deps)
        sync.run(once=True)
    assert len(backend.synced()) == 3
    with pytest.raises(TypeError), acting_as(None):
        pass


def test_a_model_without_policy_has_that_of_its_base(world: dict[str, Any]) -> None:
    m.Memo.objects.create(name="a", published=True)
    m.Memo.objects.create(name="b")
    assert names(m.Memo.objects.visible_to(world["ann"])) == ["a"]
    assert names(m.Memo.objects.visible_to(world["root"])) == ["a", "b"]
    with acting_as(world["ann"]), pytest.raises(AccessDenied, match="Memo c: policy note_rule"):
        m.Memo.objects.create(name="c", published=True)
    assert access_of(m.Instance) is None
    with acting_as(world["ann"]):
        one = m.Instance.objects.create(name="free for all")
    assert one.can_access(Context(user=world["ann"])) == (True, "xos_default_policy")


def test_the_core_models_have_their_policies(world: dict[str, Any]) -> None:
    ann, bob, root = world["ann"], world["bob"], world["root"]
    with acting_as(ann):
        assert list(User.objects.all()) == [ann]
        ann.firstname = "Ann"
        ann.save()
        bob.firstname = "Bob"
        with pytest.raises(
            AccessDenied, match=r"ann@x may not change User bob@x: policy user_policy"
        ):
            bob.save()
        with pytest.raises(AccessDenied):
            bob.delete()
        rights = {"accessor_id": ann.pk, "accessor_type": "User", "permission": "role:admin"}
        with pytest.raises(AccessDenied, match="grant_policy"):
            Privilege.objects.create(object_type="Slice", object_id=1, **rights)
    Privilege.objects.create(object_type="Slice", object_id=1, **rights)
    with acting_as(ann):
        Privilege.objects.create(
            object_type="Slice", object_id=1, accessor_id=bob.pk, accessor_type="User"
        )
        assert Privilege.objects.count() == 2
    assert Privilege.objects.visible_to(bob).count() == 0
    assert Privilege.objects.visible_to(root).count() == 2
    assert Tag.objects.visible_to(ann).count() == 0


OWN_SITE = """
option app_label = "owners";
policy site_admin < ctx.user.is_admin | ctx.user.id = obj.id | (exists Privilege:
    Privilege.accessor_id = ctx.user.id & Privilege.accessor_type = "User"
    & Privilege.permission = "role:admin" & Privilege.object_type = "Site"
    & Privilege.object_id = ctx.user.site.id) >
message Owner::site_admin (XOSBase) { required string name = 1 [max_length = 9]; }
"""


def test_the_home_site_of_a_user(world: dict[str, Any]) -> None:
    """What the core of XOS asks: is the caller an administrator of the caller's own site?"""
    app, report, _ = run({"owners.xproto": OWN_SITE})
    assert not report.has_errors
    files = generating.generate(app, "security")
    text = next(text for path, text in files.items() if path.endswith("security.py"))
    module: dict[str, Any] = {}
    exec(text, module)  # noqa: S102 - our own
    ann, site, ctx = world["ann"], world["site"], Context(user=world["ann"], write_access=True)
    assert ann.site is None
    assert not module["site_admin"](world["bob"], ctx)
    Privilege.objects.create(
        accessor_id=ann.pk, accessor_type="User", permission="role:admin",
        object_type="Site", object_id=site.pk,
    )  # fmt: skip
    assert not module["site_admin"](world["bob"], ctx)
    ann.site = site
    ann.save()
    ctx = Context(user=User.objects.get(pk=ann.pk), write_access=True)
    assert ctx.user.site == site
    assert module["site_admin"](world["bob"], ctx)
    assert Privilege.objects.count() == 1
    with acting_as(world["bob"]):
        assert ctx.user.site == site  # everyone may read sites here
    site.delete()
    assert ctx.user.site is None
    ctx.user.site = None
    assert (ctx.user.site_type, ctx.user.site_id) == ("", None)
    ctx.user.site_type, ctx.user.site_id = "elsewhere.Site", 1
    assert ctx.user.site is None


# Validators


def test_a_validator_refuses_before_anything_is_written(world: dict[str, Any]) -> None:
    before = m.Slice.all_objects.count()
    with pytest.raises(ValidationError) as caught:
        m.Slice.objects.create(name="two words", count=1)
    assert caught.value.messages == ["the name two words has blanks"]
    assert m.Slice.all_objects.count() == before
    with pytest.raises(ValidationError) as caught:
        m.Slice.objects.create(name="a b", count=0)
    assert caught.value.messages == [
        "the name a b has blanks",
        "a b of None: no room, and {none} is {to be} made",
    ]
    mine = m.Slice.objects.get(name="mine")
    mine.name = "my own"
    with CaptureQueriesContext(connection) as queries, pytest.raises(ValidationError):
        mine.save()
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    assert m.Slice.objects.filter(name="mine").exists()


def test_writes_to_many_are_validated(world: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        m.Slice.objects.update(count=0)
    with pytest.raises(ValidationError):
        m.Slice.objects.bulk_create([m.Slice(name="fine"), m.Slice(name="not fine")])
    mine = world["mine"]
    mine.count = 0
    with pytest.raises(ValidationError):
        m.Slice.objects.bulk_update([mine], ["count"])
    assert m.Slice.objects.filter(count=None).count() == 3


def test_feedback_is_stored_whatever_validators_think(world: dict[str, Any]) -> None:
    m.Slice.all_objects.filter(name="mine").plain_update({"count": 0})
    mine = m.Slice.objects.get(name="mine")
    with writing_as(Writer.STEP, on=mine):
        mine.report = "fine"
        mine.save()
    assert m.Slice.objects.get(name="mine").report == "fine"
    mine.enabled = False
    with pytest.raises(ValidationError, match="no room"):
        mine.save()


def test_messages_say_what_the_object_says(world: dict[str, Any]) -> None:
    sited = world["sited"]
    assert formatted("{obj} {obj.site.login_base} { obj.count }", sited) == "Slice sited one None"
    assert formatted("{} {{obj}} {ctx.user} {obj.name", sited) == "{} {obj} {ctx.user} {obj.name"
    assert formatted("{obj.nothing} {obj.name}", sited) == "{obj.nothing} sited"
    assert [v.policy for v in validators_of(m.Slice)] == ["has_one_word", "has_room"]


# The command line


def call(db: str, *words: str) -> int:
    return cli.invoke("policyservice", [*words, "--database", db])


def test_the_command_line_acts_for_a_user(
    world: dict[str, Any], db: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(db, "get", "slices", "--as", "bob@x") == 0
    out = capfd.readouterr().out
    assert "theirs" in out
    assert "mine" not in out
    assert call(db, "get", "slice", "mine", "--as", "bob@x") != 0
    assert "bob@x may not read Slice mine: policy slice_rule" in capfd.readouterr().err
    assert call(db, "describe", "slice", "mine", "--as", "bob@x") != 0
    assert "policy slice_rule" in capfd.readouterr().err
    assert call(db, "get", "users", "-o", "json", "--as", "bob@x") == 0
    assert "ann@x" not in capfd.readouterr().out
    assert call(db, "get", "slices", "--as", "bobby@x") != 0
    assert "there is no User 'bobby@x'; did you mean 'bob@x'?" in capfd.readouterr().err

    path = tmp_path / "objects.yaml"
    path.write_text("Slice:\n  - {name: theirs, count: 4}\n  - {name: mine, count: 4}\n")
    assert call(db, "apply", "-f", str(path), "--as", "bob@x") != 0
    err = capfd.readouterr().err
    assert f"{path}:3" in err
    assert "bob@x may not change Slice mine: policy slice_rule does not allow it" in err
    assert m.Slice.objects.filter(count=4).count() == 0
    assert call(db, "apply", "-f", str(path), "--as", "root@x") == 0
    path.write_text("Slice: {name: two words}\n")
    assert call(db, "apply", "-f", str(path)) != 0
    assert "the name two words has blanks" in capfd.readouterr().err
    assert call(db, "delete", "slice", "mine", "--as", "bob@x") != 0
    assert "policy slice_rule" in capfd.readouterr().err
    assert call(db, "delete", "slice", "theirs", "--as", "bob@x") == 0
    assert names(m.Slice.objects.all()) == ["mine", "sited"]


def test_the_package_is_what_its_model_gives() -> None:
    here = Path(__file__).parent
    app, report, _ = run(
        {"policyservice.xproto": (here / "policyservice.xproto").read_text("utf-8")}
    )
    assert not report.has_errors
    files = generating.generate(app, "models") | generating.generate(app, "security")
    for path, text in files.items():
        assert text == (here / path).read_text("utf-8"), path
