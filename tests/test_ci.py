"""What others are to use in their CI does what it says, in a repository made for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


def test_the_commands_of_ci_in_a_scratch_repository() -> None:
    done = subprocess.run(
        ["bash", str(ROOT / "ci/try.sh"), sys.executable],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 18, done.stdout


def test_hooks_are_as_pre_commit_wants_them() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert hook["entry"].startswith("xgen ")
