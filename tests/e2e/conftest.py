"""The example service as an operator has it: its commands, its database and its pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "exampleservice"


@dataclass
class Operator:
    """Runs the example's commands in a folder of its own."""

    folder: Path

    def environment(self) -> dict[str, str]:
        scripts = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": os.pathsep.join((scripts, os.environ["PATH"])),
            "PYTHONPATH": str(EXAMPLE),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "exampleservice", *words]

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ok(self, *words: str, stdin: str = "") -> str:
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def apply(self, text: str) -> str:
        return self.ok("apply", "-f", "-", stdin=text)

    def objects(self, model: str) -> list[dict[str, object]]:
        return json.loads(self.ok("get", model, "-o", "json"))

    @property
    def pages(self) -> dict[str, str]:
        return {page.name: page.read_text() for page in (self.folder / "www").glob("*.html")}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)
