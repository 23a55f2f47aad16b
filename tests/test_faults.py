"""A run that is struck at a system call leaves the old tree or the new one.

`benchmarks/faults.py` strikes at all of them; here are some of each kind.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "benchmarks" / "faults.py"


@pytest.fixture(scope="module")
def strace() -> None:
    """Skip where nothing can be traced."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run(
        ["strace", "-o", "/dev/null", "true"], check=False, capture_output=True, timeout=60
    )
    if tried.returncode:
        pytest.skip(f"no right to trace: {tried.stderr.decode().strip()}")


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("faults", "every"), [(("kill",), 16), (("term", "int", "nospace", "denied"), 56)]
)
def test_the_tree_is_old_or_new(faults: tuple[str, ...], every: int) -> None:
    words = [word for fault in faults for word in ("--fault", fault)]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--every", str(every), *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for fault, line in zip(faults, done.stdout.splitlines(), strict=True):
        kind, struck, _, total = line.split()[:4]
        assert kind == fault
        assert int(struck) >= int(total) // every > 0
        assert "failed" not in line
