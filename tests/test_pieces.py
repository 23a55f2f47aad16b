"""What views make of one table each is taken over only where it would be made the same."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.linking import run
from xgen.history import History
from xgen.views import pieces
from xgen.views.django import django
from xgen.views.migrations import migration
from xgen.views.pieces import Digests, Pieces
from xgen.views.steps import steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xgen.ir.app import App
    from xgen.views.pieces import Listener
    from xgen.views.schema import Table

FILE = 'option name = "shop";\nimport "shared.xproto";\n'
LIBRARY = """\
option name = "shared";
message Named (XOSBase) {
    option abstract = True;
    required string name = 1 [max_length = 30, tosca_key = True];
}
message Place (XOSBase) {
    optional string street = 1 [max_length = 30];
}
"""
MODELS = """\
enum Mood { CALM = 0; WILD = 1; }
message Root (Named) {
    required string code = 1 [max_length = 9];
    optional Mood mood = 2 [default = "WILD"];
}
message Leaf (Root) {
    required int32 size = 1 [min_value = 3];
    required string since = 2 [content_type = "date", default = "now()"];
    required string tag = 3 [max_length = 9, tosca_key = True];
}
message Peer (XOSBase) {
    optional string label = 1 [max_length = 9, content_type = "stripped"];
}
message Linked (XOSBase) {
    required manytoone peer->Peer:linked = 1:1001;
    optional manytomany places->Place:linked = 2:1002;
    optional manytoone leaf->Leaf:linked = 3:1003;
}
message Entry (XOSBase) {
    required manytoone linked->Linked:entries = 1:1004;
    required manytoone peer->Peer:entries = 2:1005;
}
message Book (XOSBase) {
    optional manytomany peers->Peer/Entry:books = 1:1006;
}
message Shop (Service) {
    optional string city = 1 [max_length = 9];
}
message Stall (ServiceInstance) {
    optional string row = 1 [max_length = 9];
}
"""
CHANGES = {
    "the model itself": ("city = 1", "town = 1"),
    "an option of the model": (
        "message Peer (XOSBase) {",
        "message Peer (XOSBase) {\n option verbose_name = 'P';",
    ),
    "a comment": ("message Peer", "// A peer.\nmessage Peer"),
    "a field of an abstract base": ("tosca_key = True];\n}\nmessage Place", "];\n}\nmessage Place"),
    "a field of a base with a table": (
        "string code = 1 [max_length = 9]",
        "string code = 1 [max_length = 9, tosca_key = True]",
    ),
    "a field more in a base": (
        "required string code",
        "required string tag = 7 [max_length = 9];\n required string code",
    ),
    "a peer that is gone from Django": (
        "message Peer (XOSBase) {",
        "message Peer (XOSBase) {\n option skip_django = True;",
    ),
    "a join model that is gone from Django": (
        "message Entry (XOSBase) {",
        "message Entry (XOSBase) {\n option skip_django = True;",
    ),
    "a peer in another package": (
        "message Place (XOSBase) {",
        'message Place (XOSBase) {\n option app_label = "maps";',
    ),
    "a peer that the input has itself": (
        "message Peer",
        "message Place (XOSBase) {}\nmessage Peer",
    ),
    "a value of an enum": ("CALM = 0", "QUIET = 0"),
    "a number of an enum": ("WILD = 1", "WILD = 4"),
    "a model with the name of an enum": ("message Peer", "message mood (XOSBase) {}\nmessage Peer"),
    "an enum nobody has": ("enum Mood", "enum Temper"),
    "a second service": ("message Peer", "message Mall (Service) {}\nmessage Peer"),
    "an option of the file": (
        'option name = "shop";',
        'option name = "shop";\noption no_sync = True;',
    ),
    "the package": ('option name = "shop";', 'option name = "mart";'),
    "a field with the name of an import": (
        "optional string label",
        "optional string timezone = 8 [max_length = 9];\n optional string label",
    ),
    "a field with the name of Django's": (
        "optional string label",
        "optional string models = 8 [max_length = 9];\n optional string label",
    ),
    "a base more": ("message Peer (XOSBase)", "message Peer (Named)"),
    "nothing that is left of a name": (
        'message Leaf (Root) {\n    required int32 size = 1 [min_value = 3];\n    required string since = 2 [content_type = "date", default = "now()"];',
        "message Leaf (Root) {",
    ),
    "an extension elsewhere": (
        "message Shop",
        "extend Peer { optional string more = 9 [max_length = 3]; }\nmessage Shop",
    ),
    "a key over a base": (
        "required string code = 1 [max_length = 9]",
        'required string code = 1 [max_length = 9, unique_with = "mood"]',
    ),
    "a model that is gone": (
        "message Shop (Service) {\n    optional string city = 1 [max_length = 9];\n}\n",
        "",
    ),
}


def texts(old: str = "", new: str = "") -> dict[str, str]:
    """Return the models with one change."""
    found = {"shop.xproto": FILE + MODELS, "lib/shared.xproto": LIBRARY}
    assert not old or any(old in text for text in found.values())
    return {path: text.replace(old, new) if old else text for path, text in found.items()}


def linked(files: dict[str, str]) -> App:
    app, _, _ = run(files)
    return app


def made(app: App, history: dict[str, str]) -> dict[str, object]:
    """Return all that is made of single tables."""
    return {
        "models": django(app),
        "steps": steps(app),
        "migration": migration(app, History(lambda _: history), f"{app.name}/migrations"),
    }


@cache
def first_migration() -> dict[str, str]:
    """Return the migration that follows from the models as they are before any change."""
    due = migration(linked(texts()), History(), "shop/migrations")
    body = f"{due.operations}\n{due.numbers}\n"
    head = "\n".join(
        [*due.imports, "from typing import Any", "from django.db import migrations, models"]
    )
    return {
        f"{due.name}.py": f"{head}\n{due.shared}\n\nclass Migration(migrations.Migration):\n{body}"
    }


@pytest.fixture
def _kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XGEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(pieces, "_MANY", 0)


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the models of which a piece was made, as it happens."""
    found: list[str] = []
    note: Callable[[Pieces, Table, Listener, bytes], None] = Pieces.note

    def noted(self: Pieces, table: Table, listener: Listener, value: bytes) -> None:
        found.append(table.class_name)
        note(self, table, listener, value)

    monkeypatch.setattr(Pieces, "note", noted)
    return found


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_the_pieces_are_those_of_a_run_without(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = first_migration()
    made(linked(texts()), history)
    changed = texts(*CHANGES[what])
    known = made(linked(changed), history)
    with monkeypatch.context() as patch:
        patch.setenv("XGEN_CACHE_DIR", "")
        before, plain = made(linked(texts()), history), made(linked(changed), history)
    assert plain != before or what == "an enum nobody has"
    assert known == plain
    assert made(linked(texts()), history) == before


@pytest.mark.usefixtures("_kept")
def test_a_piece_that_does_not_hold_leaves_no_import() -> None:
    shop = "message Shop (Service) {%s}\nmessage Stall (ServiceInstance) {}\n"
    assert any("ModelInfo" in line for line in django(linked({"a.xproto": shop % ""})).imports)
    hidden = linked({"a.xproto": shop % " option skip_django = True; "})
    assert not any("ModelInfo" in line for line in django(hidden).imports)


@pytest.mark.usefixtures("_kept")
def test_of_many_tables_the_one_that_changed_is_made(notes: list[str]) -> None:
    history = first_migration()
    made(linked(texts()), history)
    assert sorted(notes) == sorted(
        3 * ["Root", "Leaf", "Peer", "Linked", "Entry", "Book", "Shop", "Stall"]
    )
    notes.clear()
    made(linked(texts("message Peer", "// Further down.\n\n\nmessage Peer")), history)
    assert notes == []
    made(linked(texts("label = 1 [", "// What it says.\nlabel = 1 [")), history)
    assert notes == 3 * ["Peer"]  # Linked asks for no more than what it is called
    notes.clear()
    made(linked(texts("city = 1", "town = 1")), history)
    assert set(notes) == {"Peer", "Shop", "Stall"}  # a Stall is a Shop's
    made(linked(texts()), history)
    notes.clear()
    made(linked(texts()), history)
    assert notes == []


def test_digests_tell_apart_what_is_not_the_same() -> None:
    shown: dict[bytes, str] = {}
    inherited = ('option name = "shop";', 'option name = "shop";\noption gui_hidden = True;')
    for change in [("", ""), inherited, *CHANGES.values()]:
        app = linked(texts(*change))
        digests = Digests(app)
        for model in (*app.models, *app.library):
            options = [(o.name, o.raw, o.inherited) for o in model.options.values()]
            same = shown.setdefault(digests.model(model), f"{model!r} {options}")
            assert same == f"{model!r} {options}"
    assert len(shown) > 40


def test_few_tables_are_made_anew(notes: list[str]) -> None:
    made(linked(texts()), {})
    assert notes == []
