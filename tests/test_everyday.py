"""A package in use: its models change, time and again, and its author's files with every change.

After each change all that was ever written by hand is there, the package imports, its tests run,
its databases follow with their rows, and nothing is left to do.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import golden
from tests.evolving import HEAD, MIGRATE
from tests.forked import Forks
from tests.test_migrations import databases, message  # noqa: F401  a fixture
from xgen.output import Disk
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HEADER = 'option name = "shop";\noption app_label = "shop";\n\n'
NAME = "required string name = 1 [max_length = 40]"
STREET = "required string street = 2 [max_length = 40]"
CITY = "required string city = 3 [max_length = 40]"
WIDTH = "required int32 width = 4 [default = 80]"
PAINT = "optional string paint = 2 [max_length = 20]"
SHELF = "optional manytoone shelf->Shelf:items = 3:1001"
RACK = "optional manytoone shelf->Rack:items = 3:1001"
SUPPLIER = "optional manytoone supplier->Supplier:items = 13:1001"
ADDRESS = "optional manytoone address->Address:clients = 4:1001"
KEY = 'required string name = 1 [max_length = 40, unique_with = "shelf"]'
POLICY = "policy readers < ctx.user.is_admin | obj.size = 1 >\n"


def model(name: str, *lines: str, base: str = "XOSBase", options: str = "") -> str:
    return message(name, *lines, base=base, options=options)


class Change(NamedTuple):
    """Models that are new, other than before, or (None) gone, and what then holds of the rows."""

    what: str
    models: dict[str, str | None]
    then: str
    may_lose: tuple[str, ...] = ()
    before: Callable[[Path], None] | None = None
    """What the author does first."""


START = Change(
    "start",
    {
        "Shop": model("Shop", "required string motto = 1 [max_length = 40]", base="Service"),
        "Shelf": model("Shelf", NAME, "optional string colour = 2 [max_length = 20]"),
        "Item": model("Item", NAME, "optional string size = 2 [max_length = 10]", SHELF),
        "Customer": model("Customer", NAME, STREET, CITY),
    },
    """
shelf = m.Shelf(name="left", colour="red"); shelf.save()
for name, size in (("a", "1"), ("b", None), ("c", "30")):
    m.Item(name=name, size=size, shelf=shelf).save()
m.Customer(name="Ann", street="Long Lane", city="Ulm").save()
""",
)
COPY = """from django.db import migrations


def copy(apps, editor):
    client, address = apps.get_model("shop", "Client"), apps.get_model("shop", "Address")
    for row in client.objects.all():
        row.address = address.objects.create(
            street=row.street, city=row.city, leaf_model_name="shop.Address"
        )
        row.save()


class Migration(migrations.Migration):
    dependencies = [("shop", "{after}")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
"""


def copy_addresses(folder: Path) -> None:
    """Write a migration that moves values from one model to another."""
    migrations = folder / "shop/migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    name = f"{int(last[:4]) + 1:04}_copy_addresses.py"
    (migrations / name).write_text(COPY.format(after=last), "utf-8")


CHANGES = (
    Change(
        "add a field",
        {"Shelf": model("Shelf", NAME, "optional string colour = 2 [max_length = 20]", WIDTH)},
        'assert [(s.name, s.width) for s in live(m.Shelf)] == [("left", 80)]',
    ),
    Change(
        "rename a field",
        {"Shelf": model("Shelf", NAME, PAINT, WIDTH)},
        'assert [s.paint for s in live(m.Shelf)] == ["red"]',
    ),
    Change(
        "renumber a field",
        {"Item": model("Item", NAME, "optional string size = 12 [max_length = 10]", SHELF)},
        'assert [i.size for i in live(m.Item)] == ["1", None, "30"]',
    ),
    Change(
        "retype a field",
        {"Item": model("Item", NAME, "optional int32 size = 12", SHELF)},
        "assert [i.size for i in live(m.Item)] == [1, None, 30]",
    ),
    Change(
        "add a model and a link to it",
        {
            "Supplier": model("Supplier", NAME),
            "Item": model("Item", NAME, "optional int32 size = 12", SHELF, SUPPLIER),
        },
        """
supplier = m.Supplier(name="Sid"); supplier.save()
m.Item.objects.filter(name="a").update(supplier=supplier)
assert [i.name for i in supplier.items.all()] == ["a"]
""",
    ),
    Change(
        "rename a model",
        {"Customer": None, "Client": model("Client", NAME, STREET, CITY)},
        'assert [(c.name, c.leaf_model_name) for c in live(m.Client)] == [("Ann", "shop.Client")]',
    ),
    Change(
        "rename a model whose fields change as well",
        {
            "Shelf": None,
            "Rack": model(
                "Rack",
                NAME,
                PAINT,
                WIDTH,
                "optional int32 level = 5",
                options='    option renamed_from = "Shelf";\n',
            ),
            "Item": model("Item", NAME, "optional int32 size = 12", RACK, SUPPLIER),
        },
        """
assert [(r.name, r.paint, r.level) for r in live(m.Rack)] == [("left", "red", None)]
assert {i.shelf.name for i in live(m.Item)} == {"left"}
""",
    ),
    Change(
        "split a model: what is new",
        {
            "Address": model("Address", STREET, CITY),
            "Client": model("Client", NAME, STREET, CITY, ADDRESS),
        },
        "assert not live(m.Address)",
    ),
    Change(
        "split a model: what has moved",
        {"Client": model("Client", NAME, ADDRESS)},
        """
(client,) = live(m.Client)
assert (client.name, client.address.street, client.address.city) == ("Ann", "Long Lane", "Ulm")
""",
        may_lose=("Client.street", "Client.city"),
        before=copy_addresses,
    ),
    Change(
        "delete a model",
        {"Supplier": None, "Item": model("Item", NAME, "optional int32 size = 12", RACK)},
        'assert [i.name for i in live(m.Item)] == ["a", "b", "c"]',
        may_lose=("Supplier", "Item.supplier"),
    ),
    Change(
        "add an access policy",
        {"Item": POLICY + model("Item::readers", NAME, "optional int32 size = 12", RACK)},
        "assert len(live(m.Item)) == 3",
    ),
    Change(
        "require a field, and make a key",
        {"Item": POLICY + model("Item::readers", KEY, "required int32 size = 12", RACK)},
        "assert [i.size for i in live(m.Item)] == [1, 0, 30]",
    ),
)
LOOK = """
from shop._generated import models as m
def live(model):
    return list(model.objects.order_by("pk"))
"""
TESTS = """
import pathlib, pytest, xgen.runtime.testing
# Not over an empty database: over a copy of the one that has come all the way, with its rows.
xgen.runtime.testing._templates["shop"] = pathlib.Path({database!r})
raise SystemExit(pytest.main(["-q", "-p", "no:cacheprovider", "-W", "error", "tests"]))
"""


class Author:
    """Edits every scaffold, and knows all that it has written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks: list[str] = []

    def _scaffolds(self) -> Iterator[Path]:
        for path, entry in Disk(str(self._folder)).manifest().files.items():
            if entry.owner is Owner.SCAFFOLD and (self._folder / path).exists():
                yield self._folder / path

    def edit(self, turn: int) -> int:
        """Write into every scaffold: in the first turn code, later below its first or last line."""
        edited = 0
        for number, path in enumerate(self._scaffolds()):
            mark = f"mine {turn}.{number}."
            text = path.read_text("utf-8")
            if "super().sync_record(o)" in text:
                # Reads all that the model declares.
                text = text.replace("super().sync_record(o)", f"self.inputs(o)  # {mark} of code\n")
                text = text.replace("super().delete_record(o)", "del o")
                self._marks.append(f"self.inputs(o)  # {mark} of code")
            lines = text.splitlines(keepends=True)
            at = 1 if (turn + number) % 2 or path.name == "model-deps.yaml" else len(lines)
            lines.insert(at, f"# {mark}\n")
            path.write_text("".join(lines), "utf-8")
            self._marks.append(f"# {mark}\n")
            edited += 1
        return edited

    def lost(self) -> list[str]:
        """Return what was written and is nowhere any more."""
        texts = [
            path.read_text("utf-8")
            for path in self._folder.rglob("*")
            if path.is_file() and ".xgen" not in path.parts
        ]
        whole = "".join(texts)
        return [mark for mark in self._marks if whole.count(mark) != 1]


def put_away_orphans(folder: Path) -> list[str]:
    """Do what the run advised about edited files of models that are gone: here, keep them elsewhere."""
    result = golden.run(folder, "files", "--format", "json")
    found = [f["path"] for f in json.loads(result.stdout)["files"] if f["state"] == "orphan"]
    for path in found:
        (folder / "attic").mkdir(exist_ok=True)
        shutil.move(folder / path, folder / "attic" / path.replace("/", "-"))
    return found


@pytest.mark.timeout(900)  # it is many tests in one, and machines are busy
def test_twelve_changes_of_a_package_in_use(tmp_path: Path, databases: list[str]) -> None:  # noqa: F811
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "xgen.yaml").write_text("inputs: shop.xproto\ntargets: synchronizer\noutput: .\n")
    author = Author(folder)
    models: dict[str, str | None] = {}
    with Forks(folder) as forks:
        for turn, change in enumerate((START, *CHANGES)):
            models.update(change.models)
            text = HEADER + "\n".join(text for text in models.values() if text)
            (folder / "shop.xproto").write_text(text, "utf-8")
            if change.before is not None:
                change.before(folder)
            losses = [word for name in change.may_lose for word in ("--allow-data-loss", name)]
            done = golden.run(folder, "generate", *losses)
            assert done.code == 0, (change.what, done.stderr)
            if change.what == "delete a model":
                assert "no longer rendered, but edited; delete it" in done.stderr
                assert len(put_away_orphans(folder)) == 3  # step, policy and test
                assert golden.run(folder, "generate", "--check").code == 0
            assert author.lost() == [], change.what
            assert author.edit(turn) >= 20
            check = golden.run(folder, "generate", "--check")
            assert check.code == 0, (change.what, check.stderr)
            code = [MIGRATE, *change.then.strip().splitlines()]
            head = HEAD.format(setup=LOOK, body="\n    ".join(code))
            words = [json.dumps(databases), json.dumps(["shop"])]
            tests = TESTS.format(database=databases[0].removeprefix("sqlite:///"))
            said = forks.run(f"import sys; sys.argv[1:] = {words!r}\n{head}\n{tests}")
            assert f"{sum(bool(m) for m in models.values())} passed" in said, said
