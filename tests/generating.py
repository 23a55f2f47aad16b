"""Runs the cases of ``corpus/generate``: models in, a tree of files out.

A case is a folder with ``*.xproto`` files (those in ``lib`` are found by ``import`` only) and
``expected/``, the files that the target ``synchronizer`` gives for them. Set ``XGEN_REFRESH=1``
to write them anew: that run fails, so that what is new is read before it is trusted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.linking import run
from xgen.diagnostics import Report
from xgen.fingerprint import Footprint
from xgen.rendering.render import render
from xgen.rendering.target import find_target

if TYPE_CHECKING:
    from xgen.ir.app import App

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "corpus" / "generate"
REFRESH = bool(os.environ.get("XGEN_REFRESH"))


def names() -> list[str]:
    """Return the names of all cases."""
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


def app_of(case: str) -> App:
    """Return the app of a case; it has no errors under the strict rules."""
    folder = CASES / case
    files = [*folder.glob("*.xproto"), *folder.glob("lib/*.xproto")]
    texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}
    app, report, _ = run(dict(sorted(texts.items())), strict=True)
    assert not report.has_errors, list(report)
    return app


def generate(app: App, target: str = "synchronizer") -> dict[str, str]:
    """Return the files that a target gives, by path."""
    report = Report()
    found = find_target(target, (), report, Footprint())
    assert found is not None, list(report)
    rendering = render(app, found, report=report)
    assert not list(report), list(report)
    return {file.path: file.text for file in rendering.files}


def expected(case: str) -> dict[str, str]:
    """Return the files that a case should give, by path."""
    folder = CASES / case / "expected"
    files = (
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def write(files: dict[str, str], folder: Path) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def refresh(case: str, files: dict[str, str]) -> None:
    """Replace what a case should give."""
    folder = CASES / case / "expected"
    shutil.rmtree(folder, ignore_errors=True)
    write(files, folder)


def django(code: str, *folders: Path, packages: list[str]) -> str:
    """Run ``code`` in a process where Django knows ``packages``; return what it printed.

    Each process sets Django up once, so what is checked together goes into one call.
    """
    head = f"""
import sys, tempfile
from xgen.runtime.django import migrate, setup
database = tempfile.mkdtemp() + "/test.db"
setup("sqlite:///" + database, {packages!r})
from django.apps import apps
from django.core.management import call_command
"""
    path = os.pathsep.join([*map(str, folders), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", head + code],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout
