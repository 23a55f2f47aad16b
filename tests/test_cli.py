"""The command line: words in, files, messages and an exit code out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import xgen.pipeline
from tests import golden
from xgen import stamp

ROOT = Path(__file__).parent.parent
FILES = golden.CORPUS / "render" / "files"
WORDS = ("--target", "./t.xtarget", "-o", "out", "paint.xproto")


CASES = [*golden.cases("cli"), *golden.cases("project")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with a model and a target, in which a first run has been made."""
    for name in ("paint.xproto", "t.xtarget"):
        shutil.copy(FILES / name, tmp_path / name)
    assert golden.run(tmp_path, *WORDS).code == 0
    return tmp_path


def recalled(work: Path, *words: str) -> str | None:
    """Return what the fast way says, None when the command has to be looked at."""
    before = Path.cwd()
    os.chdir(work)
    streams = sys.stdout, sys.stderr
    try:
        sys.stdout, sys.stderr = golden._Stream(), golden._Stream()
        return stamp.recall(words or WORDS)
    finally:
        sys.stdout, sys.stderr = streams
        os.chdir(before)


# --- the fast way when nothing has changed ---------------------------------------------------


def test_nothing_changed_says_what_a_slow_run_says(work: Path) -> None:
    assert (
        recalled(work) == golden.run(work, *WORDS).stderr == "paint: nothing to change in 3 files\n"
    )


def _append(path: Path) -> None:
    path.write_text(path.read_text() + "\n# more\n")


def _same_size(path: Path) -> None:
    """Change contents only: neither size nor modification time tell."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGES = {
    "model": lambda work: (work / "paint.xproto").write_text("message Other {}\n"),
    "model gone": lambda work: (work / "paint.xproto").unlink(),
    "target": lambda work: _append(work / "t.xtarget"),
    "machine file": lambda work: _append(work / "out/paint/color.py"),
    "machine file, same size and time": lambda work: _same_size(work / "out/paint/color.py"),
    "machine file gone": lambda work: (work / "out/paint/color.py").unlink(),
    "machine file, mode": lambda work: (work / "out/paint/color.py").chmod(0o755),
    "scaffold": lambda work: _append(work / "out/run.sh"),
    "scaffold gone": lambda work: (work / "out/run.sh").unlink(),
    "manifest": lambda work: _append(work / "out/.xgen/manifest.json"),
    "manifest gone": lambda work: (work / "out/.xgen/manifest.json").unlink(),
    "base": lambda work: _append(work / "out/.xgen/base/run.sh"),
    "output gone": lambda work: shutil.rmtree(work / "out"),
    "left by a crash": lambda work: (work / "out/.xgen/staging").mkdir(),
    "folder became a link": lambda work: (
        (work / "out/paint").rename(work / "away"),
        (work / "out/paint").symlink_to(work / "away"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("old", [False, True])
def test_any_change_leads_the_slow_way(work: Path, what: str, old: bool) -> None:
    if old:  # files whose times are long past are known by these
        for path in (work / "out").rglob("*"):
            os.utime(path, ns=(1, 1))
        golden.run(work, *WORDS)
    assert recalled(work) is not None
    CHANGES[what](work)
    assert recalled(work) is None


def test_import_that_appears_in_an_earlier_folder(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    (tmp_path / "second/base.xproto").write_text("message Base {\n  option abstract = True;\n}\n")
    (tmp_path / "t.xtarget").write_text('{% file "x" %}{{ app.name }}{% endfile %}')
    (tmp_path / "m.xproto").write_text('import "base.xproto";\nmessage A (Base) {}\n')
    words = ("--target", "./t.xtarget", "-o", "out", "-I", "first", "-I", "second", "m.xproto")
    assert golden.run(tmp_path, *words).code == 0
    assert recalled(tmp_path, *words) is not None
    shutil.copy(tmp_path / "second/base.xproto", tmp_path / "first/base.xproto")
    assert recalled(tmp_path, *words) is None


def test_other_words_or_folder_are_another_command(work: Path, tmp_path: Path) -> None:
    assert recalled(work, *WORDS, "--check") is None
    (tmp_path / "sub").mkdir()
    assert recalled(tmp_path / "sub") is None


def test_another_tool_is_another_tool(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "tool_fingerprint", lambda: "other")
    assert recalled(work) is None


def test_findings_are_said_again(tmp_path: Path) -> None:
    shutil.copy(FILES / "t.xtarget", tmp_path)
    (tmp_path / "paint.xproto").write_text("message Color (Nowhere) {\n}\n")
    first = golden.run(tmp_path, *WORDS)
    assert first.code == 0
    assert "unknown-base" in first.stderr
    slow = golden.run(tmp_path, *WORDS)
    assert recalled(tmp_path) == slow.stderr
    assert "unknown-base" in slow.stderr


def test_damaged_cache_is_no_cache(work: Path) -> None:
    cache = Path(os.environ["XGEN_CACHE_DIR"])
    for path in cache.rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged" * 20)
    assert recalled(work) is None
    shutil.rmtree(work / "out")
    assert golden.run(work, *WORDS).code == 0


def test_no_cache_gives_the_same_bytes(work: Path) -> None:
    kept = golden.tree(work / "out")
    shutil.rmtree(work / "out")
    done = subprocess.run(
        [sys.executable, "-m", "xgen", *WORDS, "--no-cache"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    assert done.stderr.decode().endswith("3 created\n")
    assert golden.tree(work / "out") == kept


def test_rendering_is_recalled_after_an_edit_of_a_scaffold(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "out/run.sh").write_text("mine\n")

    def not_again(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(xgen.pipeline, "compile_models", not_again)
    assert golden.run(work, *WORDS).code == 0


# --- things that go wrong --------------------------------------------------------------------


def test_internal_error_is_short_and_says_how_to_see_more(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(xgen.pipeline, "compile_models", broken)
    (work / "paint.xproto").write_text("message A {}\n")
    short = golden.run(work, *WORDS)
    assert short.code == 5
    assert short.stderr.startswith(
        "xgen: internal error while looking for targets: KeyError: 'x'\n"
    )
    assert "Traceback" not in short.stderr
    assert "Traceback" in golden.run(work, *WORDS, "-v").stderr


def test_a_terminal_that_does_not_know_a_letter(tmp_path: Path) -> None:
    (tmp_path / "m.xproto").write_text('option name = "p";\nmessage A {\n}\n')
    (tmp_path / "t.xtarget").write_text('{% file "größe.txt" %}{% endfile %}')
    done = subprocess.run(
        [sys.executable, "-m", "xgen", "files", "-t", "./t.xtarget", "m.xproto"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "gr\\xf6\\xdfe.txt" in done.stdout


def test_output_in_use(work: Path) -> None:
    import fcntl

    handle = os.open(work / "out", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    (work / "t.xtarget").write_text('{% file "x" %}{% endfile %}')
    result = golden.run(work, *WORDS)
    os.close(handle)
    assert result.code == 3
    assert "another xgen is writing to this folder" in result.stderr


def test_damaged_manifest(work: Path) -> None:
    (work / "out/.xgen/manifest.json").write_text("{")
    result = golden.run(work, *WORDS)
    assert result.code == 3
    assert "the record of earlier runs cannot be used" in result.stderr


def test_conflict_is_exit_code_4(work: Path) -> None:
    (work / "out/run.sh").write_text("mine\n")
    (work / "t.xtarget").write_text(
        (work / "t.xtarget").read_text().replace("exec true", "exec false")
    )
    result = golden.run(work, *WORDS)
    assert result.code == 4
    assert "conflict   run.sh" in result.stderr
    assert (work / "out/run.sh").read_text() == "mine\n"
    assert golden.run(work, *WORDS, "--check").code == 1


# --- as a process ----------------------------------------------------------------------------


def process(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xgen", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def test_help_imports_nothing_big(tmp_path: Path) -> None:
    code = (
        "import sys; from xgen.cli import run; run(['--help']); run(['generate', '--help'])\n"
        "big = {'lark', 'jinja2', 'yaml', 'black', 'django', 'inflect', 'dataclasses'}\n"
        "sys.exit(', '.join(big & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr


def test_help_is_the_same_from_the_cache(tmp_path: Path) -> None:
    first, second = (process("--help", cwd=tmp_path) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.stdout.startswith("Usage: xgen")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(tmp_path: Path, shell: str) -> None:
    assert "_XGEN_COMPLETE" in process("completion", shell, cwd=tmp_path).stdout


def test_completion_of_targets(tmp_path: Path) -> None:
    done = process(
        cwd=tmp_path,
        _XGEN_COMPLETE="bash_complete",
        COMP_WORDS="xgen generate --target syn",
        COMP_CWORD="3",
    )
    assert done.stdout == "plain,synchronizer\n"


def test_output_that_nobody_reads(tmp_path: Path) -> None:
    command = f"{sys.executable} -m xgen targets | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def test_interrupt_leaves_the_old_tree(work: Path) -> None:
    (work / "t.xtarget").write_text(
        "{% for n in range(4000) %}"
        '{% file "many/%s.py" % n %}{% for i in range(60) %}x = {{ i }}\n{% endfor %}{% endfile %}'
        "{% endfor %}"
    )
    before = golden.tree(work / "out")
    run = subprocess.Popen(
        [sys.executable, "-c", "from xgen.__main__ import main; print(); main()", *WORDS],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None
    run.stdout.readline()  # Python itself has started
    time.sleep(0.5)
    run.send_signal(2)
    _, said = run.communicate(timeout=60)
    if run.returncode == 130:
        assert golden.tree(work / "out") == before
        assert said.decode().strip() == "interrupted"
    else:
        assert run.returncode == 0, said
