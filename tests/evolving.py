"""Packages whose models change: generated again and again, with databases that follow.

A database test of several changes runs Django in a process of its own for each of them, on every
kind of database at once; the databases stay, with their rows, from one change to the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.generating import ROOT
from xgen.job import Job, Run
from xgen.pipeline import generate as run_job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xgen.diagnostics import Report
    from xgen.output import Plan

HEAD = """
import json, sys
from xgen.runtime.django import close_connections, migrate, setup, use_database
urls, packages = json.loads(sys.argv[1]), json.loads(sys.argv[2])
setup(urls[0], packages)
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection
{setup}
for url in urls:
    use_database(url)
    {body}
    close_connections()
"""
MIGRATE = 'migrate(); call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)'


class Package:
    """The package ``shop`` in a folder, made from the text of its models."""

    def __init__(self, folder: Path, urls: Sequence[str] = (), name: str = "shop") -> None:
        self.folder = folder
        self.urls = list(urls)
        self.name = name
        self.folder.mkdir(parents=True, exist_ok=True)

    def generate(
        self,
        models: str,
        *,
        may_lose: Sequence[str] = (),
        write: bool = True,
        bare: bool = False,
    ) -> tuple[Report, Plan | None]:
        """Generate models and migrations; return the findings and the plan.

        ``bare`` models say themselves what the package is called.
        """
        head = "" if bare else f'option app_label = "{self.name}";\noption name = "{self.name}";\n'
        source = self.folder / f"{self.name}.xproto"
        source.write_text(head + models, "utf-8")
        job = Job(
            inputs=(str(source),),
            targets=("models", "migrations"),
            output=str(self.folder),
            may_lose=tuple(may_lose),
        )
        run = Run()
        outcome = run_job(job, run, write=write)
        return run.report, outcome.plan

    def change(self, models: str, *, may_lose: Sequence[str] = ()) -> str:
        """Generate and return the name of the migration that was due, "" for none."""
        before = set(self.migrations())
        report, _ = self.generate(models, may_lose=may_lose)
        assert not report.has_errors, list(report)
        new = [name for name in self.migrations() if name not in before]
        assert len(new) < 2
        _, again = self.generate(models)
        assert again is not None
        assert again.settled, again.changes
        return new[0] if new else ""

    def migrations(self) -> list[str]:
        """Return the names of all migrations."""
        folder = self.folder / self.name / "migrations"
        return sorted(path.stem for path in folder.glob("0*.py"))

    def text(self, migration: str) -> str:
        """Return the text of a migration."""
        return (self.folder / self.name / "migrations" / f"{migration}.py").read_text("utf-8")

    def django(self, body: str, setup: str = "", *, ok: bool = True) -> str:
        """Migrate each database, let Django look for changes, run ``body``; return what is printed."""
        code = HEAD.format(setup=setup, body="\n    ".join([MIGRATE, *body.strip().splitlines()]))
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, json.dumps(self.urls), f'["{self.name}"]'],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(self.folder), str(ROOT)]),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is ok, done.stdout[-3000:] + done.stderr[-5000:]
        return done.stdout + done.stderr
