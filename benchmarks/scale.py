"""How cost grows with the number of models.

    python benchmarks/scale.py [COUNT ...] [--target T] [--json]

Each count is rendered in a process of its own, without caches: CPU time and peak memory. The
slopes, what one more model costs, are the differences between the counts. Of the CPU time, that of
the system is mostly what the file system takes for each new file: beside it stands what it takes to
make files of the same number and size and nothing else. TMPDIR says where they are made.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNTS = (100, 1000, 5000)
SMALL = '{% for m in app.models %}{% file m.name ~ ".txt" %}{{ m.name }}\n{% endfile %}{% endfor %}'


def model(number: int) -> str:
    """Return a model of about 2.2 KB, linked to its neighbours."""
    fields = "\n".join(
        f"    // What operators call property {field} of the thing, in their own words.\n"
        f"    required string property_{field} = {field} [max_length = 200, "
        f'help_text = "Property {field} of the thing", db_index = False];'
        for field in range(1, 12)
    )
    link = ""
    if number:
        peer = f"Thing{(number - 1) // 2}"
        link = f"    optional manytoone parent->{peer}:children_{number} = 20:{1001 + number % 2} [null = True];\n"
    return f"""\
// Thing {number} stands for one of many kinds of things that a network has.
message Thing{number} (XOSBase) {{
    option verbose_name = "Thing {number}";
{fields}
{link}}}
"""


def write_models(path: Path, count: int) -> int:
    """Write a file of ``count`` models; return its size in bytes."""
    text = 'option name = "things";\n\n' + "\n".join(model(number) for number in range(count))
    path.write_text(text, encoding="utf-8")
    return len(text)


def measure(count: int, target: str) -> dict[str, float]:
    """Render ``count`` models in a new process and return what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_models(folder / "things.xproto", count)
        (folder / "small.xtarget").write_text(SMALL, encoding="utf-8")
        words = ["--target", target, "--output", "out", "-q", "--no-cache", "things.xproto"]
        code = (
            "import atexit, resource; from xgen.__main__ import main\n"
            "usage = lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
            "atexit.register(usage); main()"
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stderr[-2000:]
        sizes = [path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file()]
        bare = plain_writing(folder, sizes)
    user, system = (getattr(after, n) - getattr(before, n) for n in ("ru_utime", "ru_stime"))
    return {
        "models": count,
        "KB": round(size / count / 1000, 2),
        "files": len(sizes),
        "CPU s": round(user + system, 2),
        "system s": round(system, 2),
        "files only s": round(bare, 2),
        "MB": round(int(done.stdout.split()[-1]) / 1024, 1),
    }


def plain_writing(folder: Path, sizes: list[int]) -> float:
    """Return the CPU seconds of the system for writing files of these sizes, and moving them."""
    plain = folder / "plain"
    plain.mkdir()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    for number, size in enumerate(sizes):
        (plain / f"{number}.new").write_bytes(b" " * size)
        (plain / f"{number}.new").rename(plain / str(number))
    return resource.getrusage(resource.RUSAGE_SELF).ru_stime - before


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS)
    parser.add_argument("--target", action="append")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tables = {
        target: [measure(count, target) for count in options.counts]
        for target in options.target or ("./small.xtarget", "synchronizer")
    }
    if options.json:
        print(json.dumps(tables, indent=1))
        return
    for target, rows in tables.items():
        print(
            f"{target}\n{'models':>8} {'files':>7} {'CPU s':>8} {'system s':>9} {'files only s':>13}"
            f" {'MB':>8} {'ms/model':>9} {'KB/model':>9}"
        )
        last: dict[str, float] = {}
        for row in rows:
            slope = f"{'':>9} {'':>9}"
            if last:
                more = row["models"] - last["models"]
                milliseconds = (row["CPU s"] - last["CPU s"]) / more * 1000
                slope = f"{milliseconds:>9.2f} {(row['MB'] - last['MB']) / more * 1024:>9.1f}"
            print(
                f"{row['models']:>8} {row['files']:>7} {row['CPU s']:>8} {row['system s']:>9} "
                f"{row['files only s']:>13} {row['MB']:>8} {slope}"
            )
            last = row


if __name__ == "__main__":
    main()
