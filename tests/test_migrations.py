"""Migrations of changed models: what Django thinks of them, and what becomes of the rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import generating, golden, linking
from tests.evolving import Package
from xgen.history import History
from xgen.views.evolution.graph import past
from xgen.views.migrations import migration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xgen.diagnostics import Report

POSTGRES = os.environ.get("XGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
MODELS = """
from shop._generated import models as m
def live(model):
    return list(model.objects.order_by("pk"))
"""


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[list[str]]:
    """Return the URLs of two empty databases, SQLite and PostgreSQL."""
    psycopg = pytest.importorskip("psycopg")
    name = f"xgen_evolve_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL to test with: {error}")
    with closing(server):
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield [f"sqlite:///{tmp_path}/test.db", f"{POSTGRES.rpartition('/')[0]}/{name}"]
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Change(NamedTuple):
    """One change of the models: the file that it gives, and what holds afterwards."""

    models: str
    migration: str
    then: str
    may_lose: tuple[str, ...] = ()


def message(name: str, *lines: str, base: str = "", options: str = "") -> str:
    body = "".join(f"    {line};\n" for line in lines)
    return f"message {name} {f'({base}) ' if base else ''}{{\n{options}{body}}}\n"


NAME = "required string name = 1 [max_length = 40]"
LABEL = "required string label = 1 [max_length = 40]"
STOCK = message("Thing", NAME, "optional string size = 2 [max_length = 10]")

STORY = [
    Change(
        STOCK,
        "0001_initial",
        """
for name, size in (("a", "1"), ("b", None), ("c", "30")):
    m.Thing(name=name, size=size).save()
""",
    ),
    Change(  # a rename, and new fields of all kinds
        message(
            "Thing",
            LABEL,
            "optional string size = 2 [max_length = 10]",
            "required int32 count = 3 [min_value = 2]",
            "required string note = 4 [text = True]",
            "required bool active = 5",
            'required string made = 6 [content_type = "date", auto_now_add = True]',
            'required string due = 7 [content_type = "date"]',
            "optional string place = 8 [max_length = 10]",
            "required double weight = 9",
            "required bytes raw = 11",
        ),
        "0002_rename_name_thing_label_thing_count_and_more",
        """
assert [t.label for t in live(m.Thing)] == ["a", "b", "c"]
t = live(m.Thing)[0]
assert (t.count, t.note, t.active, t.weight) == (2, "", False, 0.0)
assert bytes(t.raw) == b"" and t.made and t.due and t.place is None
m.Thing.objects.filter(label="a").update(place="here")
""",
    ),
    Change(  # a number, types, optional to required
        message(
            "Thing",
            LABEL,
            "required int32 size = 2",
            "required int64 count = 13 [min_value = 2]",
            "required string note = 4 [text = True]",
            "required string place = 8 [max_length = 20]",
        ),
        "0003_remove_thing_active_and_more",
        """
assert [t.size for t in live(m.Thing)] == [1, 0, 30]
assert [t.place for t in live(m.Thing)] == ["here", "", ""]
assert [t.label for t in live(m.Thing)] == ["a", "b", "c"]
""",
        tuple(f"Thing.{name}" for name in ("active", "made", "due", "weight", "raw")),
    ),
    Change(  # the names of two fields change places; a key; a new model with links
        message(
            "Thing",
            "required string note = 1 [max_length = 40, unique = True]",
            "required int32 size = 2",
            "required int64 count = 13",
            "required string label = 4 [text = True]",
            "required string place = 8 [max_length = 20]",
            "optional manytoone box->Box:things = 14:1001",
            "required manytomany near->Thing:+ = 15",
        )
        + message("Box", NAME, "required manytoone owner->Thing:boxes = 2:1001"),
        "0004_rename_label_thing_label_aside_and_more",
        """
things = live(m.Thing)
assert [t.note for t in things] == ["a", "b", "c"], [t.note for t in things]
assert {t.label for t in things} == {""}
box = m.Box(name="box", owner=things[0]); box.save()
things[1].box = box; things[1].save()
things[2].near.add(things[0])
""",
    ),
    Change(  # a model gets another name; what links to it follows
        message(
            "Item",
            "required string note = 1 [max_length = 40, unique = True]",
            "required int32 size = 2",
            "required int64 count = 13",
            "required string label = 4 [text = True]",
            "required string place = 8 [max_length = 20]",
            "optional manytoone crate->Box:things = 14:1001",
            "required manytomany near->Item:+ = 15",
            options='    option renamed_from = "Thing";\n',
        )
        + message("Box", NAME, "required manytoone owner->Item:boxes = 2:1001")
        + message("Big", "required int32 height = 1", base="Item"),
        "0005_rename_thing_item_and_more",
        """
items = live(m.Item)
assert [t.note for t in items] == ["a", "b", "c"]
assert items[1].crate.name == "box" and items[1].crate.owner == items[0]
assert {t.leaf_model_name for t in items} == {"shop.Item"}
assert list(items[2].near.all()) == [items[0]]
m.Big(note="big", size=1, count=1, label="x", place="y", height=7).save()
""",
    ),
    Change(  # the parent of a table gets another name; a link becomes one to one; fields move on
        message(
            "Part",
            "required string note = 1 [max_length = 40, unique = True]",
            "required int32 size = 2",
            "optional onetoone crate->Box:content = 14:1001",
            options='    option renamed_from = "Item";\n',
        )
        + message("Box", NAME, "required manytoone owner->Part:boxes = 2:1001")
        + message("Big", "required int32 height = 1", "optional string colour = 2", base="Part"),
        "0006_rename_item_part_remove_part_count_and_more",
        """
assert [p.note for p in live(m.Part)] == ["a", "b", "c", "big"]
big, = live(m.Big)
assert (big.note, big.height, big.leaf_model_name) == ("big", 7, "shop.Big")
assert m.Box.objects.get().content.note == "b"
try:
    m.Part(note="a", size=1).save()
except Exception as error:
    assert "a" in str(error)
else:
    raise AssertionError("no key")
""",
        ("Part.count", "Part.label", "Part.place", "Part.near"),
    ),
    Change(  # models go, with links both ways
        message("Part", "required string note = 1 [max_length = 40]", "required int32 size = 2"),
        "0007_remove_part_crate_delete_box_and_more",
        """
assert [p.note for p in m.Part.objects.order_by("pk")] == ["a", "b", "c", "big"]
assert not any("box" in table or "big" in table for table in connection.introspection.table_names())
""",
        ("Box", "Big", "Part.crate"),
    ),
    Change(  # nothing but a number: the record follows, the tables stay
        message("Part", "required string note = 21 [max_length = 40]", "required int32 size = 2"),
        "0008_numbers",
        """
assert [p.size for p in m.Part.objects.order_by("pk")] == [1, 0, 30, 1]
""",
    ),
]


def test_a_story_of_changes_with_rows(tmp_path: Path, databases: list[str]) -> None:
    shop = Package(tmp_path / "p", databases)
    for change in STORY:
        assert shop.change(change.models, may_lose=change.may_lose) == change.migration
        shop.django(change.then, MODELS)
    command = [sys.executable, "-m", "black", "--check", "--quiet", "--diff", str(shop.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def shop(tmp_path: Path) -> Package:
    return Package(tmp_path / "p", [f"sqlite:///{tmp_path}/test.db"])


def codes(report: Report) -> list[str]:
    return [d.code for d in report]


def test_what_loses_rows_or_values_is_refused_until_it_is_agreed_to(shop: Package) -> None:
    shop.change(STOCK + message("Box", NAME))
    report, plan = shop.generate(message("Thing", NAME))
    assert plan is None
    assert [d.message for d in report] == [
        "`Box` is no longer among the models, and all its rows would be lost",
        "`Thing.size` (number 2) is no longer in the models, and its values would be lost",
    ]
    helps = [d.help or "" for d in report]
    assert "option renamed_from" in helps[0]
    assert "--allow-data-loss Box" in helps[0]
    assert "keep its number 2" in helps[1]
    assert "--allow-data-loss Thing.size" in helps[1]
    report, _ = shop.generate(message("Thing", NAME), may_lose=["Box"])
    assert codes(report) == ["data-loss"]
    assert shop.migrations() == ["0001_initial"]
    name = shop.change(message("Thing", NAME), may_lose=["Box", "Thing.size"])
    assert name == "0002_remove_thing_size_delete_box"


def test_a_model_with_the_same_fields_is_taken_for_a_renamed_one(shop: Package) -> None:
    shop.change(STOCK)
    item = STOCK.replace("Thing", "Item")
    report, _ = shop.generate(item, write=False)
    (finding,) = report
    assert (finding.code, finding.severity.name) == ("model-renamed", "WARNING")
    new = item.replace("{\n", '{\n    option renamed_from = "";\n')
    assert codes(shop.generate(new, write=False)[0]) == ["data-loss"]
    assert codes(shop.generate(item, may_lose=["Thing"], write=False)[0]) == []
    assert shop.change(item) == "0002_rename_thing_item"
    assert "RenameModel" in shop.text("0002_rename_thing_item")


def test_of_two_models_with_the_same_fields_none_is_a_renamed_one(shop: Package) -> None:
    shop.change(STOCK)
    report, _ = shop.generate(STOCK.replace("Thing", "Item") + STOCK.replace("Thing", "Box"))
    (finding,) = report
    assert 'if it is now `Item`, say so there: option renamed_from = "Thing"' in str(finding.help)


def test_a_number_that_another_field_takes_is_told(shop: Package) -> None:
    shop.change(message("Thing", "optional int32 a = 1", "optional int32 b = 2"))
    report, plan = shop.generate(
        message("Thing", "optional int32 b = 1", "optional int32 a = 2"), write=False
    )
    assert codes(report) == ["number-moved", "number-moved"]
    assert plan is not None
    report, _ = shop.generate(message("Thing", "optional int32 a = 2"))
    assert codes(report) == ["data-loss", "number-moved"]
    assert "`Thing.a` (number 1)" in next(iter(report)).message


RETYPED = [
    ("optional string a = 1 [max_length = 9]", "optional string a = 1 [text = True]", []),
    ("optional int32 a = 1", "optional int64 a = 1", []),
    ("optional int32 a = 1", "optional double a = 1", []),
    ("optional int32 a = 1", "optional string a = 1 [max_length = 30]", []),
    ("optional int64 a = 1", "optional int32 a = 1", ["migration-may-stop"]),
    ("optional string a = 1 [text = True]", "optional int32 a = 1", ["migration-may-stop"]),
    ("optional string a = 1 [text = True]", "optional string a = 1 [max_length = 9]", ["data-loss"]),
    ("optional string a = 1 [max_length = 9]", "optional string a = 1 [max_length = 8]", ["migration-may-stop"]),
    ("optional double a = 1", "optional int32 a = 1", ["data-loss"]),
    ("optional bool a = 1", 'optional string a = 1 [content_type = "date"]', ["data-loss"]),
    ("optional int32 a = 1", "optional manytoone a->Box:+ = 1", ["data-loss"]),
    ("optional manytoone a->Box:+ = 1", "optional manytoone a->Crate:+ = 1", ["data-loss"]),
    ("optional manytoone a->Box:+ = 1", "optional manytomany a->Box:+ = 1", ["data-loss"]),
    ("optional manytoone a->Box:+ = 1", "optional onetoone a->Box:+ = 1", ["migration-may-stop"]),
    ("optional manytoone a->Box:+ = 1", "required manytoone a->Box:+ = 1", ["migration-may-stop"]),
    ("optional int32 a = 1", "required int32 a = 1", ["rows-filled"]),
    ("optional int32 b = 2", "optional int32 b = 2; required int32 a = 1", ["rows-filled"]),
    ("optional int32 b = 2", "optional int32 b = 2; required manytoone a->Box:+ = 1", ["migration-may-stop"]),
    (
        "optional int32 b = 2",
        "optional int32 b = 2; required string a = 1 [max_length = 9, unique = True]",
        ["migration-may-stop", "migration-may-stop"],
    ),
]  # fmt: skip


BOXES = message("Box", NAME) + message("Crate", NAME)


@pytest.mark.parametrize(("before", "after", "found"), RETYPED)
def test_what_is_said_about_rows(shop: Package, before: str, after: str, found: list[str]) -> None:
    shop.change(message("Thing", before) + BOXES)
    report, _ = shop.generate(message("Thing", after) + BOXES, write=False)
    assert codes(report) == found


def test_django_agrees_about_single_fields(tmp_path: Path) -> None:
    names = [f"shop{number}" for number in range(len(RETYPED))]
    for name, (before, after, _) in zip(names, RETYPED, strict=True):
        package = Package(tmp_path, name=name)
        package.change(message("Thing", before) + BOXES)
        package.change(message("Thing", after) + BOXES, may_lose=["Thing.a"])
    code = 'migrate()\ncall_command("makemigrations", check_changes=True, dry_run=True)\n'
    generating.django(code, tmp_path, packages=names)


def test_another_base_is_refused(shop: Package) -> None:
    base = message("Base", NAME)
    shop.change(base + message("Thing", "optional int32 a = 1", base="Base"))
    report, plan = shop.generate(base + message("Thing", "optional int32 a = 1"))
    assert plan is None
    (finding,) = report
    assert finding.code == "base-changed"
    assert finding.message.startswith(
        "`Thing` extended `shop.base` and now has a table of its own: its rows cannot be moved"
    )


def test_two_branches_are_reported_and_can_be_merged(shop: Package) -> None:
    start = message("Thing", NAME)
    shop.change(start)
    folder = shop.folder / "shop" / "migrations"
    one = message("Thing", NAME, "optional int32 a = 2")
    assert shop.change(one) == "0002_thing_a"
    kept = (folder / "0002_thing_a.py").read_text("utf-8")
    (folder / "0002_thing_a.py").unlink()
    two = message("Thing", NAME, "optional int32 b = 3")
    assert shop.change(two) == "0002_thing_b"
    (folder / "0002_thing_a.py").write_text(kept, "utf-8")

    both = message("Thing", NAME, "optional int32 a = 2", "optional int32 b = 3")
    report, plan = shop.generate(both)
    (finding,) = report
    assert plan is None
    assert finding.code == "clashing-migrations"
    assert "`0002_thing_a.py` and `0002_thing_b.py`" in finding.message
    needs = '[("shop", "0002_thing_a"), ("shop", "0002_thing_b")]'
    assert f"write `0003_merge.py` with `dependencies = {needs}`" in finding.notes[1]

    (folder / "0003_merge.py").write_text(
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {needs}\n    operations = []\n"
    )
    assert shop.change(both) == ""
    more = message("Thing", NAME, "optional int32 x = 2", "optional int32 b = 3")
    assert shop.change(more) == "0004_rename_a_thing_x"
    shop.django("")


def test_deleting_the_newer_of_two_branches_makes_it_follow(shop: Package) -> None:
    shop.change(message("Thing", NAME))
    assert shop.change(message("Thing", NAME, "optional int32 a = 2")) == "0002_thing_a"
    both = message("Thing", NAME, "optional int32 a = 2", "optional int32 b = 3")
    assert shop.change(both) == "0003_thing_b"
    (shop.folder / "shop" / "migrations" / "0003_thing_b.py").unlink()
    assert shop.change(both) == "0003_thing_b"


def test_conflict_markers_are_reported(shop: Package) -> None:
    shop.change(message("Thing", NAME))
    path = shop.folder / "shop" / "migrations" / "0001_initial.py"
    path.write_text(f"<<<<<<< ours\n{path.read_text('utf-8')}", "utf-8")
    report, _ = shop.generate(message("Thing", NAME))
    assert codes(report) == ["unreadable-migration"]
    assert "conflict markers" in next(iter(report)).message


def test_migrations_written_by_hand_count(shop: Package) -> None:
    shop.change(message("Thing", NAME, "optional string size = 2 [max_length = 10]"))
    (shop.folder / "shop" / "migrations" / "0002_by_hand.py").write_text(
        """
from django.conf import settings
from django.db import migrations
import django.db.models as m
import django.db.models.deletion

SIZE = m.IntegerField(null=True, blank=True)
MORE = [
    migrations.RenameField("thing", "name", "label"),
    migrations.AddField(model_name="Thing", name="number", field=SIZE),
]

def fill(apps, editor):
    apps.get_model("shop", "Thing")

class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = MORE + [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField("Thing", "size"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("thing", "user", m.ForeignKey(
                    null=True, blank=True, related_name="+",
                    on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL,
                ))
            ],
            database_operations=[
                migrations.AddField("thing", "user", m.ForeignKey(
                    null=True, on_delete=m.SET_NULL, to=settings.AUTH_USER_MODEL,
                ))
            ],
        ),
    ]
""",
        "utf-8",
    )
    models = message(
        "Thing",
        "required string label = 1 [max_length = 40]",
        "optional int32 number = 3",
        "optional manytoone user->User:+ = 4",
    )
    assert shop.change(models) == "0003_numbers"
    shop.django("")


def test_operations_that_are_not_known_are_told_when_a_migration_is_due(shop: Package) -> None:
    shop.change(message("Thing", NAME))
    (shop.folder / "shop" / "migrations" / "0002_by_hand.py").write_text(
        "class Migration:\n    dependencies = [('shop', '0001_initial')]\n"
        "    operations = [Strange('x'), *make()]\n"
    )
    report, _ = shop.generate(message("Thing", NAME))
    assert codes(report) == []
    report, _ = shop.generate(message("Thing", NAME, "optional int32 a = 2"))
    assert codes(report) == ["unknown-operation"]


def test_a_due_migration_is_drift(shop: Package) -> None:
    shop.change(message("Thing", NAME))
    _, plan = shop.generate(message("Thing", NAME, "optional int32 a = 2"), write=False)
    assert plan is not None
    assert "shop/migrations/0002_thing_a.py" in [step.path for step in plan.changes]


def test_a_lost_record_of_runs_changes_nothing(shop: Package) -> None:
    shop.change(message("Thing", NAME))
    shutil.rmtree(shop.folder / ".xgen")
    shutil.rmtree(shop.folder / "shop" / "_generated")
    assert shop.change(message("Thing", "required string label = 1 [max_length = 40]")) == (
        "0002_rename_name_thing_label"
    )


CASES = sorted(path for path in (golden.CORPUS / "migrations").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_give_what_they_should(case: Path, tmp_path: Path) -> None:
    """A case has models ``before`` and ``after``; what is then said, and the new file if any."""
    shop = Package(tmp_path)
    before, after = ((case / f"{name}.xproto").read_text("utf-8") for name in ("before", "after"))
    shop.generate(before, bare=True)
    may_lose = after.partition("\n")[0].removeprefix("// --allow-data-loss ").split()
    report, _ = shop.generate(after, may_lose=may_lose, bare=True)
    lines = [f"{d.severity.word} {d.code}: {d.message}\n    help: {d.help}\n" for d in report]
    found = {"findings.txt": "".join(lines)} if lines else {}
    found |= {f"{name}.py": shop.text(name) for name in shop.migrations()[1:]}
    kept = {p.name: p.read_text("utf-8") for p in case.iterdir() if p.suffix != ".xproto"}
    if golden.REFRESH and found != kept:
        for name in kept:
            (case / name).unlink()
        for name, text in found.items():
            (case / name).write_text(text, "utf-8")
        pytest.fail("written anew: read the difference, then run again")
    assert found == kept


def test_migrations_are_what_black_prints() -> None:
    command = [sys.executable, "-m", "black", "--check", "--quiet", "--diff"]
    done = subprocess.run(
        [*command, str(golden.CORPUS / "migrations")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", ["example", "kinds", "shapes"])
def test_what_django_writes_is_understood(case: str, tmp_path: Path) -> None:
    app = generating.app_of(case)
    files = generating.generate(app, "models")
    files[f"{app.name}/migrations/__init__.py"] = ""
    generating.write(files, tmp_path)
    for path in (generating.CASES / case).glob("lib/*.xproto"):
        imported, _, _ = linking.run({path.name: path.read_text("utf-8")}, strict=True)
        generating.write(generating.generate(imported), tmp_path)
    code = f'call_command("makemigrations", "{app.name}")\nmigrate()\n'
    generating.django(code, tmp_path, packages=[app.name])
    folder = tmp_path / app.name / "migrations"
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.py")}
    assert "0001_initial.py" in texts
    due = migration(app, History(lambda _: texts), "")
    assert due.operations == "    operations = []"
    assert not due.findings


def written(dependencies: str, operations: str, more: str = "") -> str:
    return (
        "from django.db import migrations, models\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [{dependencies}]\n    operations = [{operations}]\n    {more}\n"
    )


CREATE = 'migrations.CreateModel("A", [("x", models.IntegerField())])'


def test_squashed_migrations_stand_for_those_they_replace() -> None:
    files = {
        "0001_initial.py": written("", CREATE),
        "0002_y.py": written('("s", "0001_initial")', 'migrations.RenameField("a", "x", "y")'),
        "0001_squashed.py": written(
            "",
            CREATE.replace("x", "y"),
            'replaces = [("s", "0001_initial"), ("s", "0002_y")]',
        ),
        "0003_z.py": written('("s", "0002_y")', 'migrations.RenameField("a", "y", "z")'),
    }
    for present in (files, {k: v for k, v in files.items() if k not in list(files)[:2]}):
        found = past("m", present, "s")
        assert not found.findings
        assert found.leaf == "0003_z"
        assert list(found.state.tables["a"].columns) == ["id", "z"]


def test_migrations_in_a_circle_are_reported() -> None:
    files = {
        "0001_a.py": written('("s", "0002_b")', ""),
        "0002_b.py": written('("s", "0001_a")', ""),
        "0003_c.py": written("", ""),
    }
    (finding,) = past("m", files, "s").findings
    assert "`0001_a.py` and `0002_b.py` depend on each other" in finding.message


def test_a_link_waits_for_the_migration_that_made_its_peer() -> None:
    texts = {
        "lib/other.xproto": "message Far { required int32 a = 1; }",
        "shop.xproto": 'import "lib/other.xproto";\n'
        "message Thing { optional manytoone far->Far:+ = 1; }",
    }
    app, report, _ = linking.run(texts, strict=True)
    assert not report.has_errors, list(report)
    label = next(model.app for model in app.library if model.name == "Far")
    made = {
        "0001_initial.py": written("", ""),
        "0002_far.py": written("", CREATE.replace('"A"', '"Far"')),
    }
    folders = {f"{app.name}/migrations": {}, f"{label}/migrations": made}
    due = migration(app, History(lambda folder: folders[folder]), f"{app.name}/migrations")
    assert f'("{label}", "0002_far")' in due.dependencies
