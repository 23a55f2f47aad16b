"""The harness of the corpus: find cases, run them, compare with what is written down.

A case is a folder below ``tests/corpus/<stage>/``:

    command        words of the command line, one run a line; without it: render the synchronizer.
                   A line `! ...` is for the shell: an author's edit between two runs
    *.xproto ...   everything else lies beside the command when it runs
    before/        the output folder ``out`` as it is before
    expected/      the output folder as it is to be after
    stdout.txt stderr.txt exit.txt     what is said, and exit codes other than 0

No expectation file means "nothing". ``XGEN_REFRESH=1`` writes expectations anew and fails that
run: what was written is to be read before it is trusted.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

CORPUS = Path(__file__).parent / "corpus"
REFRESH = bool(os.environ.get("XGEN_REFRESH"))
_EXPECTATIONS = ("expected", "stdout.txt", "stderr.txt", "exit.txt")


class Result(NamedTuple):
    """What a command came to."""

    code: int
    stdout: str
    stderr: str


class _Stream(io.TextIOWrapper):
    """A stream in memory that is no terminal and has a buffer, like a redirected one."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()


def run(folder: Path, *words: str) -> Result:
    """Run the command line in ``folder``, in this process."""
    from xgen.cli import run as run_command

    out, err = _Stream(), _Stream()
    argv = sys.argv
    sys.argv = ["xgen", *words]
    try:
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            code = run_command(list(words))
    finally:
        sys.argv = argv
    return Result(code, out.text(), err.text())


def cases(stage: str) -> list[Path]:
    """Return the cases of a stage, for ``pytest.mark.parametrize``."""
    return sorted(path for path in (CORPUS / stage).iterdir() if path.is_dir())


def check(case: Path, folder: Path) -> None:
    """Run a case in the empty ``folder`` and compare all that it did."""
    work = folder / "case"
    shutil.copytree(case, work, ignore=shutil.ignore_patterns(*_EXPECTATIONS, "before"))
    if (case / "before").exists():
        shutil.copytree(case / "before", work / "out")
    results = [_shell(work, w[1:]) if w[0] == "!" else run(work, *w) for w in _commands(case)]
    texts = {
        # Only the options of xosgenx lead to absolute paths.
        "stdout.txt": "".join(result.stdout for result in results).replace(str(work), "/work"),
        "stderr.txt": "".join(result.stderr for result in results).replace(str(work), "/work"),
        "exit.txt": "".join(f"{result.code}\n" for result in results),
    }
    if not any(result.code for result in results):
        texts["exit.txt"] = ""
    found = tree(work / "out")
    if REFRESH:
        _refresh(case, texts, found)
        pytest.fail(f"{case.name} was refreshed: read it, then run again")
    for name, text in texts.items():
        path = case / name
        assert text == (path.read_text(encoding="utf-8") if path.exists() else ""), name
    assert found == tree(case / "expected")


def _shell(folder: Path, words: list[str]) -> Result:
    """Do to the files what the words of a command say."""
    done = subprocess.run(
        ["sh", "-ec", " ".join(words)], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return Result(0, done.stdout, "")


def tree(folder: Path) -> dict[str, str]:
    """Return the files below ``folder`` with their texts, without what the tool remembers."""
    if not folder.exists():
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "backslashreplace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".xgen" not in path.relative_to(folder).parts
    }


def _commands(case: Path) -> list[list[str]]:
    command = case / "command"
    if command.exists():
        lines = command.read_text(encoding="utf-8").splitlines()
        return [
            ["!", line[1:]] if line.startswith("!") else shlex.split(line)
            for line in lines
            if line.strip()
        ]
    models = sorted(path.name for path in case.glob("*.xproto"))
    return [["--target", "synchronizer", "--output", "out", "-q", "-I", "lib", *models]]


def _refresh(case: Path, texts: dict[str, str], found: dict[str, str]) -> None:
    for name, text in texts.items():
        if text:
            (case / name).write_text(text, encoding="utf-8")
        else:
            (case / name).unlink(missing_ok=True)
    shutil.rmtree(case / "expected", ignore_errors=True)
    for name, text in found.items():
        path = case / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
