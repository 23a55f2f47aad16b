"""Who owns a file, and what becomes of an author's edits."""

from __future__ import annotations

import os
import stat
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xgen.output import (
    Action,
    Choices,
    Disk,
    Manifest,
    ManifestError,
    OnConflict,
    Plan,
    locked,
    plan,
)
from xgen.output import write as write_plan
from xgen.output.diff import diff
from xgen.rendered import Owner, RenderedFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MACHINE, SCAFFOLD, HISTORY = Owner.MACHINE, Owner.SCAFFOLD, Owner.HISTORY


def file(
    path: str, text: str, owner: Owner = SCAFFOLD, *, executable: bool = False
) -> RenderedFile:
    return RenderedFile(
        path=path, text=text, owner=owner, executable=executable, target="t", instead="steps/a.py"
    )


def planned(
    root: Path, files: Iterable[RenderedFile], *, markers: bool = False, app: str = "paint"
) -> Plan:
    disk = Disk(str(root))
    return plan(
        files,
        disk,
        disk.manifest(),
        app=app,
        targets=["t"],
        choices=Choices(on_conflict=OnConflict.MARKERS if markers else OnConflict.KEEP),
    )


def generate(
    root: Path, *files: RenderedFile, markers: bool = False, app: str = "paint"
) -> dict[str, Action]:
    """Plan and write as the pipeline does; return what was done by path."""
    with locked(str(root)):
        made = planned(root, files, markers=markers, app=app)
        assert not made.refusals, made.refusals
        write_plan(made, str(root), tool="1")
    return {step.path: step.action for step in made.steps}


def refusals(root: Path, *files: RenderedFile) -> list[str]:
    return [f"{d.code}: {d.message}" for d in planned(root, files).refusals]


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


# --- owners ---------------------------------------------------------------------------------


def test_a_second_run_plans_nothing(tmp_path: Path) -> None:
    files = [file("m.py", "m\n", MACHINE), file("s.py", "s\n"), file("h.py", "h\n", HISTORY)]
    assert set(generate(tmp_path, *files).values()) == {Action.CREATE}
    before = {path: os.stat(tmp_path / path) for path in tree(tmp_path)}
    again = planned(tmp_path, files)
    assert again.settled
    generate(tmp_path, *files)
    assert {path: os.stat(tmp_path / path).st_mtime_ns for path in before} == {
        path: status.st_mtime_ns for path, status in before.items()
    }


def test_machine_file_is_rewritten(tmp_path: Path) -> None:
    generate(tmp_path, file("m.py", "one\n", MACHINE))
    assert generate(tmp_path, file("m.py", "two\n", MACHINE)) == {"m.py": Action.UPDATE}
    assert (tmp_path / "m.py").read_text() == "two\n"


def test_edited_machine_file_is_refused_and_names_the_file_to_use(tmp_path: Path) -> None:
    generate(tmp_path, file("m.py", "one\n", MACHINE))
    (tmp_path / "m.py").write_text("mine\n")
    (refusal,) = planned(tmp_path, [file("m.py", "two\n", MACHINE)]).refusals
    assert refusal.code == "edited-machine-file"
    assert "steps/a.py" in (refusal.help or "")


def test_machine_file_edited_to_what_is_rendered_is_fine(tmp_path: Path) -> None:
    generate(tmp_path, file("m.py", "one\n", MACHINE))
    (tmp_path / "m.py").write_text("two\n")
    assert generate(tmp_path, file("m.py", "two\n", MACHINE)) == {"m.py": Action.UNCHANGED}


def test_unknown_file_in_place_of_a_machine_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("mine\n")
    assert refusals(tmp_path, file("m.py", "one\n", MACHINE)) == [
        "edited-machine-file: `m.py` is there already and xgen does not know it"
    ]


def test_scaffold_is_updated_while_nobody_edited_it(tmp_path: Path) -> None:
    generate(tmp_path, file("s.py", "one\n"))
    assert generate(tmp_path, file("s.py", "two\n")) == {"s.py": Action.UPDATE}


BASE = "".join(f"line {n}\n" for n in range(20))


def test_edits_and_new_rendering_are_merged(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", BASE))
    (tmp_path / "s.txt").write_text(BASE.replace("line 3\n", "mine\n"))
    new = BASE.replace("line 15\n", "new\n")
    assert generate(tmp_path, file("s.txt", new)) == {"s.txt": Action.MERGE}
    assert (tmp_path / "s.txt").read_text() == new.replace("line 3\n", "mine\n")
    assert planned(tmp_path, [file("s.txt", new)]).settled


def test_edit_survives_when_the_rendering_stays(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", BASE))
    (tmp_path / "s.txt").write_text("mine\n")
    assert generate(tmp_path, file("s.txt", BASE)) == {"s.txt": Action.UNCHANGED}
    assert (tmp_path / "s.txt").read_text() == "mine\n"


def test_conflict_leaves_the_file_and_comes_back_until_it_is_solved(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", "a\n"))
    (tmp_path / "s.txt").write_text("mine\n")
    for _ in range(2):
        assert generate(tmp_path, file("s.txt", "new\n")) == {"s.txt": Action.CONFLICT}
        assert (tmp_path / "s.txt").read_text() == "mine\n"
    (tmp_path / "s.txt").write_text("new\n")
    assert generate(tmp_path, file("s.txt", "new\n")) == {"s.txt": Action.UNCHANGED}


def test_conflict_markers(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", "a\n"))
    (tmp_path / "s.txt").write_text("mine\n")
    assert generate(tmp_path, file("s.txt", "new\n"), markers=True) == {"s.txt": Action.CONFLICT}
    assert (tmp_path / "s.txt").read_text() == textwrap.dedent("""\
        <<<<<<< your file
        mine
        ||||||| rendered before
        a
        =======
        new
        >>>>>>> rendered now
        """)
    generate(tmp_path, file("s.txt", "new\n"))
    assert generate(tmp_path, file("s.txt", "newer\n")) == {"s.txt": Action.CONFLICT}
    assert "<<<<<<<" in (tmp_path / "s.txt").read_text()


def test_merge_that_breaks_python_is_a_conflict(tmp_path: Path) -> None:
    base = "x = [\n    1,\n]\n\n\ndef f():\n    return x\n"
    generate(tmp_path, file("s.py", base))
    (tmp_path / "s.py").write_text(base.replace("x = [\n    1,\n]\n", "x = 1\n"))
    ours = (tmp_path / "s.py").read_text()
    new = base.replace("return x\n", "return x\n\n\nx += (\n    2\n)\n")
    outcome = generate(tmp_path, file("s.py", new))["s.py"]
    assert outcome in (Action.MERGE, Action.CONFLICT)
    compile((tmp_path / "s.py").read_text(), "s.py", "exec")
    if outcome is Action.CONFLICT:
        assert (tmp_path / "s.py").read_text() == ours


def test_deleted_scaffold_stays_deleted(tmp_path: Path) -> None:
    generate(tmp_path, file("s.py", "one\n"))
    (tmp_path / "s.py").unlink()
    assert generate(tmp_path, file("s.py", "two\n")) == {"s.py": Action.KEEP}
    assert not (tmp_path / "s.py").exists()


def test_deleted_machine_file_comes_back(tmp_path: Path) -> None:
    generate(tmp_path, file("m.py", "one\n", MACHINE))
    (tmp_path / "m.py").unlink()
    assert generate(tmp_path, file("m.py", "one\n", MACHINE)) == {"m.py": Action.CREATE}


def test_file_that_was_there_first_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("mine\n")
    for text in ("one\n", "two\n"):
        assert generate(tmp_path, file("s.py", text)) == {"s.py": Action.KEEP}
    assert (tmp_path / "s.py").read_text() == "mine\n"


def test_lost_base_is_said_and_nothing_is_overwritten(tmp_path: Path) -> None:
    generate(tmp_path, file("s.py", "one\n"))
    (tmp_path / "s.py").write_text("mine\n")
    (tmp_path / ".xgen/base/s.py").unlink()
    made = planned(tmp_path, [file("s.py", "two\n")])
    assert [(s.action, ".xgen/base/s.py" in s.why) for s in made.steps] == [(Action.KEEP, True)]


def test_history_is_written_once(tmp_path: Path) -> None:
    generate(tmp_path, file("0001.py", "one\n", HISTORY))
    assert generate(tmp_path, file("0001.py", "two\n", HISTORY)) == {"0001.py": Action.UNCHANGED}
    assert (tmp_path / "0001.py").read_text() == "one\n"
    assert generate(tmp_path) == {}
    assert (tmp_path / "0001.py").exists()


def test_what_is_no_longer_rendered_goes_unless_edited(tmp_path: Path) -> None:
    generate(
        tmp_path,
        file("a/m.py", "m\n", MACHINE),
        file("a/s.py", "s\n"),
        file("b/s.py", "s\n"),
        file("b/m.py", "m\n", MACHINE),
    )
    (tmp_path / "b/s.py").write_text("mine\n")
    (tmp_path / "b/m.py").write_text("mine\n")
    assert generate(tmp_path) == {
        "a/m.py": Action.REMOVE,
        "a/s.py": Action.REMOVE,
        "b/m.py": Action.KEEP,
        "b/s.py": Action.KEEP,
    }
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "b/s.py").read_text() == "mine\n"
    assert generate(tmp_path, file("b/s.py", "s\n")) == {
        "b/m.py": Action.KEEP,
        "b/s.py": Action.UNCHANGED,
    }


def test_a_file_deleted_as_advised_needs_no_run(tmp_path: Path) -> None:
    files = [file("a/s.py", "s\n"), file("b/m.py", "m\n", MACHINE)]
    generate(tmp_path, *files)
    for one in files:
        (tmp_path / one.path).write_text("mine\n")
    left = [file("c.py", "c\n")]
    generate(tmp_path, *left)
    before = tree(tmp_path)
    assert planned(tmp_path, left).settled
    for one in files:
        (tmp_path / one.path).unlink()
        del before[one.path]
    made = planned(tmp_path, left)
    assert made.settled
    assert made.noted == ()
    assert set(generate(tmp_path, *left).values()) == {Action.UNCHANGED}
    assert tree(tmp_path) == before
    # Rendered again, it is a new file; with the next change of any other it is forgotten.
    assert planned(tmp_path, files).steps[0].action is Action.CREATE
    generate(tmp_path, file("c.py", "d\n"))
    assert set(Disk(str(tmp_path)).manifest().files) == {"c.py"}
    assert not (tmp_path / ".xgen/base/a").exists()


def test_what_was_an_orphan_and_is_rendered_again_is_merged(tmp_path: Path) -> None:
    generate(tmp_path, file("s.py", "a = 1\n\n\n\nb = 1\n"))
    (tmp_path / "s.py").write_text("a = 2\n\n\n\nb = 1\n")
    generate(tmp_path, file("c.py", "c\n"))
    assert Disk(str(tmp_path)).manifest().files["s.py"].orphan
    generate(tmp_path, file("s.py", "a = 1\n\n\n\nb = 3\n"))
    assert (tmp_path / "s.py").read_text() == "a = 2\n\n\n\nb = 3\n"
    assert not Disk(str(tmp_path)).manifest().files["s.py"].orphan
    (tmp_path / "s.py").unlink()
    kept = planned(tmp_path, [file("s.py", "a = 1\n\n\n\nb = 3\n")])
    assert [step.action for step in kept.steps] == [Action.KEEP]


def test_files_of_another_package_or_target_are_left_alone(tmp_path: Path) -> None:
    generate(tmp_path, file("a.py", "a\n"), app="one")
    assert generate(tmp_path, file("b.py", "b\n"), app="two") == {"b.py": Action.CREATE}
    assert (tmp_path / "a.py").exists()


# --- kinds of files -------------------------------------------------------------------------


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", BASE), file("m.txt", BASE, MACHINE))
    crlf = BASE.replace("\n", "\r\n").encode()
    (tmp_path / "m.txt").write_bytes(crlf)
    (tmp_path / "s.txt").write_bytes(crlf.replace(b"line 3\r", b"mine\r"))
    new = BASE.replace("line 15\n", "new\n")
    outcome = generate(tmp_path, file("s.txt", new), file("m.txt", BASE, MACHINE))
    assert outcome == {"s.txt": Action.MERGE, "m.txt": Action.UNCHANGED}
    merged = new.replace("line 3\n", "mine\n").replace("\n", "\r\n").encode()
    assert (tmp_path / "s.txt").read_bytes() == merged


def test_any_encoding_and_no_final_newline(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", BASE))
    ours = BASE.encode().replace(b"line 3\n", b"gr\xfcn\n")[:-1] + b" mine"
    (tmp_path / "s.txt").write_bytes(ours)
    new = BASE.replace("line 10\n", "new\n")
    assert generate(tmp_path, file("s.txt", new)) == {"s.txt": Action.MERGE}
    assert (tmp_path / "s.txt").read_bytes() == ours.replace(b"line 10\n", b"new\n")


def test_binary_file_is_a_conflict(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", "a\n"))
    (tmp_path / "s.txt").write_bytes(b"\0\1")
    assert generate(tmp_path, file("s.txt", "b\n")) == {"s.txt": Action.CONFLICT}
    assert (tmp_path / "s.txt").read_bytes() == b"\0\1"


def test_modes(tmp_path: Path) -> None:
    run = file("run", "1\n", executable=True)
    plain = file("plain", "1\n", MACHINE)
    generate(tmp_path, run, plain)
    assert os.access(tmp_path / "run", os.X_OK)
    assert (
        not os.access(tmp_path / "plain", os.X_OK)
        or os.stat(tmp_path / "plain").st_mode & 0o111 == 0
    )
    os.chmod(tmp_path / "run", 0o640)
    generate(tmp_path, file("run", "2\n", executable=True), plain)
    assert stat.S_IMODE(os.stat(tmp_path / "run").st_mode) == 0o640
    os.chmod(tmp_path / "plain", 0o744)
    assert generate(tmp_path, run, plain)["plain"] is Action.UPDATE
    assert os.stat(tmp_path / "plain").st_mode & 0o111 == 0


def test_symlinks(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    out.mkdir()
    away.mkdir()
    (out / "leaving").symlink_to(away)
    (out / "inside").mkdir()
    (out / "link").symlink_to("inside")
    (out / "dangling").symlink_to(tmp_path / "nowhere")
    assert refusals(out, file("leaving/x", "x\n"), file("dangling", "x\n")) == [
        "output-blocked: `leaving/x` leads out of the output folder by a symbolic link",
        "output-blocked: `dangling` leads out of the output folder by a symbolic link",
    ]
    generate(out, file("link/x", "x\n"))
    assert (out / "inside/x").read_text() == "x\n"
    assert not list(away.iterdir())


def test_obstacles(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("")
    os.mkfifo(tmp_path / "pipe")
    assert refusals(tmp_path, file("folder", "x"), file("plain/x", "x"), file("pipe", "x")) == [
        "output-blocked: `folder` is a folder, and a file is to be written there",
        "output-blocked: `plain/x` cannot be written: a file is where its folder should be",
        "output-blocked: `pipe` is no ordinary file",
    ]


def test_diff_is_a_patch(tmp_path: Path) -> None:
    generate(tmp_path, file("s.txt", "a\n"), file("gone", "x\n"))
    made = planned(tmp_path, [file("s.txt", "b"), file("new", "n\n")])
    assert "".join(diff(made, Disk(str(tmp_path)))) == textwrap.dedent("""\
        --- a/gone
        +++ /dev/null
        @@ -1 +0,0 @@
        -x
        --- /dev/null
        +++ b/new
        @@ -0,0 +1 @@
        +n
        --- a/s.txt
        +++ b/s.txt
        @@ -1 +1 @@
        -a
        +b
        \\ No newline at end of file
        """)


# --- the manifest ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99, "files": {}}', '{"format": 1}'])
def test_damaged_manifest_is_no_manifest(tmp_path: Path, text: str) -> None:
    (tmp_path / ".xgen").mkdir()
    (tmp_path / ".xgen/manifest.json").write_text(text)
    with pytest.raises(ManifestError):
        Disk(str(tmp_path)).manifest()


def test_manifest_says_what_it_was_told(tmp_path: Path) -> None:
    generate(tmp_path, file("a.py", "a\n"), file("b.py", "b\n", MACHINE))
    manifest = Disk(str(tmp_path)).manifest()
    assert Manifest.from_text(manifest.to_text("2")) == manifest
    assert {path: entry.owner for path, entry in manifest.files.items()} == {
        "a.py": SCAFFOLD,
        "b.py": MACHINE,
    }


# --- any edit -------------------------------------------------------------------------------

texts = st.lists(st.sampled_from(["a", "b", "c", "", "x = 1", "é"]), max_size=8).map("\n".join)


@settings(max_examples=60, deadline=None)
@given(base=texts, ours=texts, theirs=texts)
def test_any_edit_survives_or_is_a_conflict(
    tmp_path_factory: pytest.TempPathFactory, base: str, ours: str, theirs: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    generate(root, file("s.txt", base))
    (root / "s.txt").write_text(ours)
    action = generate(root, file("s.txt", theirs))["s.txt"]
    result = (root / "s.txt").read_text()
    if action in (Action.CONFLICT, Action.KEEP):
        assert result == ours
    elif action is Action.UPDATE:
        assert ours == base
        assert result == theirs
    elif action is Action.UNCHANGED:
        assert result == ours
    else:
        added = set(ours.split("\n")) - set(base.split("\n"))
        assert added <= set(result.split("\n"))
        assert set(theirs.split("\n")) - set(base.split("\n")) <= set(result.split("\n"))
    again = planned(root, [file("s.txt", theirs)])
    assert again.settled or action is Action.CONFLICT
