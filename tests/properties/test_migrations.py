"""Any models, changed in any way: one migration later nothing is left to do, for us or Django."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import generating
from tests.linking import run
from tests.properties.changes import Models
from xgen.diagnostics import Report, Severity
from xgen.fingerprint import Footprint
from xgen.history import History
from xgen.rendering.render import render
from xgen.rendering.target import find_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xgen.ir.app import App

PACKAGES = 14
CHANGES = 4


class _All(frozenset[str]):
    """Whatever is lost was agreed to."""

    def __contains__(self, name: object) -> bool:
        return True


def migrate(app: App, files: dict[str, str]) -> bool:
    """Add the migration that is due to the texts in ``files``; say whether there was one."""
    report = Report()
    target = find_target("migrations", (), report, Footprint())
    assert target is not None
    history = History(lambda _: files)
    history.may_lose = _All()
    rendered = render(app, target, history=history, report=report).files
    assert not report.has_errors, list(report)
    new = {file.path.rpartition("/")[2]: file.text for file in rendered}
    added = new.keys() - files.keys()
    assert new.keys() - added <= {"__init__.py"}
    files.update(new)
    return bool(added - {"__init__.py"})


def compiled(models: Models, name: str) -> App | None:
    """Return what the models mean; None where links go in circles, which tables could but we not."""
    app, report, _ = run({f"{name}.xproto": models.text()}, strict=True, name=name)
    errors = {d.code for d in report if d.severity is Severity.ERROR}
    assert errors <= {"dependency-cycle"}, (list(report), models.text())
    return None if errors else app


def evolve(random: Random, name: str) -> Iterator[tuple[App, dict[str, str]]]:
    """Yield what models mean, change after change, and the texts of their migrations."""
    models = Models(random)
    files: dict[str, str] = {}
    for _ in range(CHANGES + 1):
        app = compiled(models, name)
        if app is not None:
            migrate(app, files)
            yield app, files
        models.change()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_one_migration_does_it_all(random: Random) -> None:
    for app, files in evolve(random, "app"):
        assert not migrate(app, files), list(files.values())[-2:]


def test_django_sees_nothing_left(tmp_path: Path) -> None:
    for seed in range(PACKAGES):
        name = f"package{seed}"
        for last, texts in evolve(Random(seed), name):
            app, files = last, texts
        generating.write({f"{name}/migrations/{n}": text for n, text in files.items()}, tmp_path)
        generating.write(generating.generate(app, "models"), tmp_path)
    packages = [f"package{seed}" for seed in range(PACKAGES)]
    code = """
migrate()
call_command("makemigrations", check_changes=True, dry_run=True)
for model in apps.get_models():
    model._base_manager.count()
"""
    generating.django(code, tmp_path, packages=packages)
    command = [sys.executable, "-m", "black", "--check", "--quiet", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:3000]
