"""What a run costs when little or nothing has changed since the last one.

    python benchmarks/incremental.py [COUNT ...] [--runs N] [--json]

For each number of models: the first run with empty caches, then runs in which nothing, one model
or one template has changed, and the second of these without caches. Numbers are CPU seconds (user
and system) of whole processes, the best of N runs, each of which changes something else. Beside
them stands what it takes to read the models and all that was generated, and nothing more.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scale import ROOT, write_models

COUNTS = (10, 100, 1000)
FRAGMENT = "synchronizer/package/steps/sync_model.py.jinja"
XGEN = [sys.executable, "-c", "import sys; from xgen.__main__ import main; sys.exit(main())"]
READ = (
    "import hashlib, pathlib\n"
    "for path in [pathlib.Path('things.xproto'), *pathlib.Path('out').rglob('*')]:\n"
    "    path.is_file() and hashlib.sha256(path.read_bytes()).digest()"
)


class Package:
    """A package of many models, and the ways in which it changes."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.count = count
        self.changes = 0
        write_models(folder / "things.xproto", count)
        shutil.copytree(
            ROOT / "targets", folder / "targets", ignore=shutil.ignore_patterns("__pycache__")
        )

    def cpu(self, command: list[str]) -> float:
        """Run a command and return its CPU seconds."""
        environment = {
            **os.environ,
            "XGEN_CACHE_DIR": str(self.folder / "cache"),
            "PYTHONPYCACHEPREFIX": str(self.folder.parent / "compiled"),
            "PYTHONPATH": str(ROOT),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def generate(self, *words: str) -> float:
        """Generate the package."""
        options = ["--target", "synchronizer", "--target-path", "targets", "--output", "out", "-q"]
        return self.cpu([*XGEN, *options, *words, "things.xproto"])

    def change_model(self) -> None:
        """Add a field to a model that had none added before."""
        self.changes += 1
        number = self.count * self.changes // 10 % self.count
        path = self.folder / "things.xproto"
        head = f"message Thing{number} (XOSBase) {{\n"
        extra = f"    optional string extra_{self.changes} = {50 + self.changes};\n"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(head, head + extra), encoding="utf-8")

    def change_template(self) -> None:
        """Add a line to the template of a file that every model has."""
        self.changes += 1
        with open(self.folder / "targets" / FRAGMENT, "a", encoding="utf-8") as file:
            file.write(f"# Change {self.changes}.\n")


def measure(count: int, runs: int) -> dict[str, float]:
    """Return the CPU seconds of each kind of run for ``count`` models."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "package"
        folder.mkdir()
        package = Package(folder, count)
        package.cpu([*XGEN, "lint", "things.xproto"])  # compiled modules
        shutil.rmtree(folder / "cache")
        found = {"models": float(count), "first": package.generate()}

        def best(what: str, *words: str, before: list[str] | None = None) -> None:
            costs = []
            for _ in range(runs):
                for change in before or ():
                    getattr(package, change)()
                costs.append(package.generate(*words))
            found[what] = min(costs)

        best("nothing", before=[])
        package.change_model()
        found["first change"] = package.generate()
        best("one model", before=["change_model"])
        best("one template", before=["change_template"])
        best("one model, no cache", "--no-cache", before=["change_model"])
        found["reading"] = min(package.cpu([sys.executable, "-c", READ]) for _ in range(runs))
    return {what: round(seconds, 3) for what, seconds in found.items()}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [measure(count, options.runs) for count in options.counts]
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    print(f"{'CPU s':<22}" + "".join(f"{row['models']:>10.0f}" for row in rows))
    for what in list(rows[0])[1:]:
        print(f"{what:<22}" + "".join(f"{row[what]:>10.2f}" for row in rows))


if __name__ == "__main__":
    main()
