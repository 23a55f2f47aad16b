"""What a start costs, as a ratio to importing click, jinja2 and lark.

    python benchmarks/startup.py [RUNS] [--json]

Every number is the CPU time (user and system) of whole processes, the best of RUNS; the commands
take turns, so that a busy machine treats all of them alike. The ratio of the last row is to the
one above it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "examples" / "exampleservice" / "exampleservice.xproto"
COUNTER = count()
YARDSTICK = "import click, jinja2, lark"
NEW = """\
{% for m in app.models | sort(attribute="name") %}
{{ m.name }}:
{% for f in app.all_members(m) %}
  {{ f.name }}: {{ f.number }} {{ f.help_text | yaml_literal }}
{% endfor %}
{% endfor %}
"""
OLD = """\
{% for m in proto.messages | sort(attribute="name") %}
{{ xproto_pluralize(m) }}:
{% for f in xproto_base_fields(m, proto.message_table) + m.fields %}
  {{ f.name }}: {{ f.id }} {{ xproto_unquote(f.options.help_text) }}
{% endfor %}
{% endfor %}
"""


class Case(NamedTuple):
    """A command, what to do before each run of it, and what it may cost."""

    name: str
    command: list[str]
    limit: float | None = None
    before: Callable[[], object] | None = None
    cache: str = "cache"
    against: int = 0
    """The case that the limit is about, by its place in the table."""


def cpu(case: Case, folder: Path) -> float:
    """Run a command once and return its CPU seconds."""
    if case.before is not None:
        case.before()
    environment = {
        **os.environ,
        "XGEN_CACHE_DIR": str(folder / case.cache),
        # As in an installed package: modules are compiled, and the checkout stays clean.
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        case.command, cwd=folder, env=environment, capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr.decode()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cases(folder: Path) -> list[Case]:
    """Return what is measured."""
    python = sys.executable
    # What the installed script does.
    xgen = [python, "-c", "import sys; from xgen.__main__ import main; sys.exit(main())"]
    out = folder / "out"
    generate = [*xgen, "--target", "synchronizer", "--output", str(out), str(MODEL)]

    project = folder / "project"
    if not project.exists():
        project.mkdir()
        shutil.copy(MODEL, project)
        text = 'inputs: ["*.xproto"]\ntargets: [synchronizer]\n'
        (project / "xgen.yaml").write_text(text)
    from_file = [*xgen[:-1], f"import os; os.chdir({str(project)!r}); {xgen[-1]}", "generate"]

    fresh = folder / "fresh.xproto"

    def new_model() -> None:
        no_output()
        fresh.write_text(MODEL.read_text() + f"\n// {next(COUNTER)}\n")

    for name, text in (("new", NEW), ("old", OLD)):
        (folder / f"{name}.xtarget").write_text(text)
    text_of = [*xgen, "--quiet", "--target"]

    def no_output() -> None:
        shutil.rmtree(out, ignore_errors=True)

    def nothing_at_all() -> None:
        no_output()
        shutil.rmtree(folder / "empty", ignore_errors=True)

    return [
        Case("import click, jinja2, lark (B)", [python, "-c", YARDSTICK]),
        Case("xgen --help", [*xgen, "--help"], 0.5),
        Case("xgen completion bash", [*xgen, "completion", "bash"], 0.5),
        Case("xgen lint small.xproto", [*xgen, "lint", str(MODEL)], 1.2),
        Case("generate, empty caches", generate, None, nothing_at_all, "empty"),
        Case("generate, model never seen", [*generate[:-1], str(fresh)], None, new_model),
        Case("generate, cold", generate, 1.3, no_output),
        Case("generate, nothing changed", generate, 0.5),
        Case("the same, from xgen.yaml", from_file, 0.5),
        Case("generate --check from it", [*from_file, "--check"], 0.5),
        Case("a text, template of ours", [*text_of, "./new.xtarget", str(fresh)], None, new_model),
        Case(
            "a text, template of xosgenx",
            [*text_of, "./old.xtarget", str(fresh)],
            1.3,
            new_model,
            against=10,
        ),
    ]


def main() -> int:
    """Measure, print the table, and say with the exit code whether a limit was passed."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    runs = int(words[0]) if words else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = cases(folder)
        best = dict.fromkeys((case.name for case in table), float("inf"))
        for case in table:
            cpu(case, folder)  # compiled modules, file cache
        for _ in range(runs):
            for case in table:
                best[case.name] = min(best[case.name], cpu(case, folder))
    ratio = {case.name: best[case.name] / best[table[case.against].name] for case in table}
    rows = [
        {
            "what": case.name,
            "ms": round(best[case.name] * 1000, 1),
            "ratio": round(ratio[case.name], 2),
            "limit": case.limit,
        }
        for case in table
    ]
    if "--json" in sys.argv:
        print(json.dumps(rows, indent=1))
    else:
        print(f"{'what':<32} {'CPU ms':>8} {'ratio':>6} {'limit':>6}")
        for row in rows:
            print(f"{row['what']:<32} {row['ms']:>8} {row['ratio']:>6} {row['limit'] or '':>6}")
    return int(any(case.limit and ratio[case.name] > case.limit for case in table))


if __name__ == "__main__":
    sys.exit(main())
