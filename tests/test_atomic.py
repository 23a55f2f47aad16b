"""A run is all or nothing, whatever the machine does: no room, no right, no git, another run."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests import golden
from tests.test_output import BASE, HISTORY, MACHINE, file, generate, planned, tree
from xgen.output import Action, Disk, OutputLocked, locked

ROOT = Path(__file__).parent.parent
MODEL = 'option name = "p";\nmessage A (XOSBase) {\n}\n'


_PR_CAPBSET_DROP, _DAC_OVERRIDE, _DAC_READ_SEARCH = 24, 1, 2
_libc = ctypes.CDLL(None)


def process(*words: str, cwd: Path, limit: int | None = None, **more: str) -> tuple[int, str]:
    """Run the command line as a process, in which no file may grow larger than ``limit``."""

    def restrict() -> None:
        # Root may write anywhere, as long as it has these rights.
        for right in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
            _libc.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "xgen", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        preexec_fn=restrict,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "m.xproto").write_text(MODEL)
    (tmp_path / "xgen.yaml").write_text("inputs: m.xproto\ntargets: ./t.xtarget\noutput: out\n")
    target(tmp_path, "1\n")
    assert process("generate", cwd=tmp_path)[0] == 0
    return tmp_path


def target(work: Path, text: str) -> None:
    (work / "t.xtarget").write_text(
        '{% file "a/m.txt" %}' + text + "{% endfile %}"
        '{% file "a/s.txt", owner="scaffold" %}' + text + "{% endfile %}"
        '{% file "z.txt" %}' + text + "{% endfile %}"
    )


def test_no_room_on_the_disk_leaves_the_old_tree(work: Path) -> None:
    before = tree(work / "out")
    target(work, "word " * 4000)
    code, said = process("generate", cwd=work, limit=15_000, XGEN_CACHE_DIR="")
    assert code == 3
    assert "cannot write: file too large" in said
    assert "nothing was changed" in said
    assert tree(work / "out") == before
    assert process("generate", cwd=work)[0] == 0
    assert len((work / "out/z.txt").read_text()) == 20_000


@pytest.mark.parametrize("folder", ["a", ".", ".xgen", ".xgen/base/a"])
def test_read_only_folder_leaves_the_old_tree(work: Path, folder: str) -> None:
    before = tree(work / "out")
    target(work, "2\n")
    (work / "out" / folder).chmod(0o555)
    code, said = process("generate", cwd=work)
    (work / "out" / folder).chmod(0o755)
    assert code == 3
    assert "cannot write: permission denied" in said
    assert "nothing was changed" in said
    assert tree(work / "out") == before
    assert process("generate", cwd=work)[0] == 0
    assert (work / "out/z.txt").read_text() == "2\n"


def test_mode_of_a_read_only_file_is_kept(work: Path) -> None:
    (work / "out/z.txt").chmod(0o444)
    target(work, "2\n")
    assert process("generate", cwd=work)[0] == 0
    assert (work / "out/z.txt").read_text() == "2\n"
    assert (work / "out/z.txt").stat().st_mode & 0o777 == 0o444


def test_what_does_not_change_keeps_mode_and_time(work: Path) -> None:
    path = work / "out/a/s.txt"
    path.chmod(0o640)
    os.utime(path, ns=(10**18, 10**18))
    (work / "t.xtarget").write_text(
        (work / "t.xtarget").read_text().replace('"z.txt" %}1', '"z.txt" %}2')
    )
    assert process("generate", cwd=work)[0] == 0
    assert (path.stat().st_mode & 0o777, path.stat().st_mtime_ns) == (0o640, 10**18)


def test_folder_that_leads_elsewhere_is_refused(work: Path) -> None:
    away = work / "away"
    (work / "out/a").rename(away)
    (work / "out/a").symlink_to(away)
    before = tree(work)
    target(work, "2\n")
    code, said = process("generate", cwd=work)
    assert code == 3
    assert "`a/m.txt` leads out of the output folder by a symbolic link" in said
    assert {k: v for k, v in tree(work).items() if k != "t.xtarget"} == {
        k: v for k, v in before.items() if k != "t.xtarget"
    }


def test_two_runs_at_once(work: Path) -> None:
    target(work, "word " * 200)
    with locked(str(work / "out")):
        code, said = process("generate", cwd=work)
        assert code == 3
        assert "another xgen is writing to this folder" in said
        assert process("generate", "--check", cwd=work)[0] == 1
        with pytest.raises(OutputLocked), locked(str(work / "out")):
            pass
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "xgen", "generate"],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(4)
    ]
    assert {run.wait(timeout=120) for run in runs} <= {0, 3}
    assert process("generate", "--check", cwd=work)[0] == 0


def test_check_tells_what_a_killed_run_left_half_done(work: Path) -> None:
    target(work, "2\n")
    staging = work / "out/.xgen/staging"
    staging.mkdir()
    (staging / "0").write_text("2\n")
    old = Disk(str(work / "out")).manifest().files["z.txt"].digest
    (staging / "journal.json").write_text(f'[["z.txt", "0", "{old}"]]')
    for words in (("--check",), ("--dry-run",), ("--diff",)):
        done = golden.run(work, "generate", *words)
        assert done.code == 1
        assert "an earlier run was killed while it moved files" in done.stderr
    with locked(str(work / "out")):
        pass
    assert (work / "out/z.txt").read_text() == "2\n"
    assert golden.run(work, "generate", "--check").code == 1
    assert golden.run(work, "generate").code == 0
    assert golden.run(work, "generate", "--check").code == 0


# --- git ------------------------------------------------------------------------------------


def _edited(root: Path) -> str:
    generate(root, file("s.txt", BASE))
    (root / "s.txt").write_text(BASE.replace("line 3\n", "mine\n"))
    return BASE.replace("line 15\n", "new\n")


def test_without_git_a_merge_is_refused_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = _edited(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    (refusal,) = planned(tmp_path, [file("s.txt", new)]).refusals
    assert refusal.code == "git-missing"
    assert "install git" in (refusal.help or "")


def test_without_git_all_that_needs_no_merge_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    generate(tmp_path, file("s.txt", "a\n"), file("m.txt", "a\n", MACHINE))
    assert generate(tmp_path, file("s.txt", "b\n"), file("m.txt", "b\n", MACHINE)) == {
        "s.txt": Action.UPDATE,
        "m.txt": Action.UPDATE,
    }


def test_in_a_hook_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = _edited(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "no such folder"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert generate(tmp_path, file("s.txt", new)) == {"s.txt": Action.MERGE}


# --- YAML -----------------------------------------------------------------------------------

YAML = "# what it is\nname: a\n\nlast: 1\nmore: 2\nthen: 3\n"


def test_yaml_keeps_comments_and_order(tmp_path: Path) -> None:
    generate(tmp_path, file("c.yaml", YAML))
    mine = YAML.replace("name: a", "name: mine  # by hand").replace(
        "then: 3", "then: 3\nzz: {b: 1, a: 2}"
    )
    (tmp_path / "c.yaml").write_text(mine)
    new = YAML.replace("last: 1", "last: 1\nnew: true")
    assert generate(tmp_path, file("c.yaml", new)) == {"c.yaml": Action.MERGE}
    assert (tmp_path / "c.yaml").read_text() == mine.replace("last: 1", "last: 1\nnew: true")


def test_yaml_with_a_key_given_twice_is_a_conflict(tmp_path: Path) -> None:
    generate(tmp_path, file("c.yaml", YAML))
    mine = "timeout: 5\n" + YAML
    (tmp_path / "c.yaml").write_text(mine)
    made = planned(tmp_path, [file("c.yaml", YAML + "timeout: 3\n")])
    assert [(s.action, "given twice" in s.why) for s in made.steps] == [(Action.CONFLICT, True)]
    assert made.steps[0].content is None


# --- markers --------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["your file", "HEAD"])
def test_markers_that_are_left_are_refused(tmp_path: Path, label: str) -> None:
    generate(tmp_path, file("s.txt", BASE))
    marked = BASE.replace("line 3\n", f"<<<<<<< {label}\nx\n=======\ny\n>>>>>>> other\n")
    (tmp_path / "s.txt").write_text(marked)
    for text in (BASE, BASE + "new\n"):
        assert generate(tmp_path, file("s.txt", text)) == {"s.txt": Action.CONFLICT}
        assert (tmp_path / "s.txt").read_text() == marked
    made = planned(tmp_path, [file("s.txt", BASE)])
    assert [str(region) for region in made.steps[0].regions] == ["4-8"]


def test_a_file_that_is_about_markers_may_have_them(tmp_path: Path) -> None:
    about = "<<<<<<< a\n=======\n>>>>>>> b\n"
    generate(tmp_path, file("s.txt", about + BASE))
    (tmp_path / "s.txt").write_text(about + BASE + "mine\n")
    assert generate(tmp_path, file("s.txt", about + "new\n" + BASE)) == {"s.txt": Action.MERGE}


# --- what --check is to say -----------------------------------------------------------------


def test_a_second_check_is_clean_after_any_first_run(tmp_path: Path) -> None:
    files = [
        file("s", "1\n"),
        file("m", "1\n", MACHINE),
        file("h", "1\n", HISTORY),
        file("d", "1\n"),
    ]
    generate(tmp_path, *files)
    (tmp_path / "d").unlink()
    (tmp_path / "s").write_text("mine\n")
    assert planned(tmp_path, files).settled
    newer = [file("s", "1\n"), file("m", "2\n", MACHINE), file("d", "2\n")]
    assert not planned(tmp_path, newer).settled
    generate(tmp_path, *newer)
    assert planned(tmp_path, newer).settled
    assert Disk(str(tmp_path)).manifest().files.keys() == {"s", "m", "h", "d"}


def test_no_cache_and_cache_agree_about_drift(work: Path) -> None:
    for words in (("generate", "--check"), ("generate", "--check", "--no-cache")):
        assert golden.run(work, *words).code == 0
