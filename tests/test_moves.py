"""Files are moved all or none of them, whatever fails, and whenever a run is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_output import file, generate, tree
from xgen.output import Disk, HalfMovedError, OutputLocked, locked, unfinished

ROOT = Path(__file__).parent.parent


def test_two_runs_at_once(tmp_path: Path) -> None:
    with locked(str(tmp_path)), pytest.raises(OutputLocked), locked(str(tmp_path)):
        pass


def test_folder_made_for_nothing_is_removed(tmp_path: Path) -> None:
    with locked(str(tmp_path / "out")):
        pass
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("failing", range(1, 40))
def test_any_failing_system_call_leaves_the_old_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    generate(tmp_path, file("a", "1\n"), file("d/b", "1\n"), file("gone/c", "1\n"))
    before = tree(tmp_path)
    count = 0

    def counted(real: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == failing:
                raise OSError(28, "No space left on device")
            return real(*arguments, **named)  # type: ignore[operator]

        return call

    for name in ("rename", "fsync", "mkdir", "link", "fchmod"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    try:
        generate(tmp_path, file("a", "2\n"), file("d/b", "2\n"), file("new/x", "2\n"))
    except OSError:
        assert tree(tmp_path) == before
        assert not (tmp_path / "new").exists()
    else:
        assert (tmp_path / "new/x").read_text() == "2\n"
        assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("first", range(1, 12))
def test_when_not_even_moving_back_works_the_next_run_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    old = (file("a", "1\n"), file("d/b", "1\n"), file("gone/c", "1\n"), file("e", "1\n"))
    new = (file("a", "2\n"), file("d/b", "2\n"), file("new/x", "2\n"), file("e", "1\n"))
    for root in (out, whole):
        generate(root, *old)
    before = tree(out)
    generate(whole, *new)
    rename, calls = os.rename, 0

    def failing(*arguments: str) -> None:
        nonlocal calls
        calls += 1
        if calls >= first:
            raise OSError(5, "Input/output error", arguments[0], None, arguments[1])
        rename(*arguments)

    monkeypatch.setattr(os, "rename", failing)
    try:
        generate(out, *new)
    except HalfMovedError:
        monkeypatch.undo()
        assert unfinished(str(out))
        with locked(str(out)):
            assert tree(out) == tree(whole)
    except OSError:
        assert tree(out) == before
        assert not unfinished(str(out))
    else:
        assert calls < first
        assert tree(out) == tree(whole)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{root!r}]
from tests.test_output import file, generate
calls = 0
def counted(real):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call
for name in ("rename", "fsync", "mkdir", "link", "fchmod", "unlink", "rmdir", "sync"):
    setattr(os, name, counted(getattr(os, name)))
generate(Path({out!r}), file("a", "2\\n"), file("d/b", "2\\n"), file("new/x", "2\\n"))
"""


@pytest.mark.parametrize("at", [1, 3, 6, 9, 12, 15, 18, 20, 22, 24, 26, 28, 32])
def test_after_a_kill_the_next_run_finds_the_old_tree_or_the_new(tmp_path: Path, at: int) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    old = (file("a", "1\n"), file("d/b", "1\n"), file("gone/c", "1\n"))
    for root in (out, whole):
        generate(root, *old)
    before = tree(out)
    generate(whole, file("a", "2\n"), file("d/b", "2\n"), file("new/x", "2\n"))
    script = KILLED.format(root=str(ROOT), at=at, out=str(out))
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    with locked(str(out)):
        assert tree(out) in (before, tree(whole))


def test_edit_made_after_a_crash_is_not_overwritten(tmp_path: Path) -> None:
    generate(tmp_path, file("a", "1\n"), file("b", "1\n"))
    staging = tmp_path / ".xgen/staging"
    staging.mkdir()
    for name in ("0", "1"):
        (staging / name).write_text("2\n")
    old = Disk(str(tmp_path)).manifest().files["a"].digest
    (staging / "journal.json").write_text(f'[["a", "0", "{old}"], ["b", "1", "{old}"]]')
    (tmp_path / "a").write_text("mine\n")
    with locked(str(tmp_path)):
        assert (tmp_path / "a").read_text() == "mine\n"
        assert (tmp_path / "b").read_text() == "2\n"
    assert not staging.exists()


def test_interrupt_while_staging_leaves_the_old_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path, file("a", "1\n"))
    before = tree(tmp_path)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fchmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, file("a", "2\n"))
    assert tree(tmp_path) == before
