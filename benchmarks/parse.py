"""What parsing costs: time, throughput and memory, per model of 2.2 KB.

    python benchmarks/parse.py [FILE.xproto ...]

Without files it parses a service of ten models made here. Times are CPU, the best of several
rounds; memory is what the syntax tree holds. The first line is the cost of loading the tables.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from xgen.diagnostics import Report
from xgen.source import Source
from xgen.syntax import tables
from xgen.syntax.parser import parse

MODEL = 2200
"""The characters of a usual model."""
ROUNDS = 15


def sample(models: int = 10) -> str:
    """Return models of the usual size: seven fields, three links, a policy."""
    return "".join(_model(i) for i in range(models))


def _model(number: int) -> str:
    fields = "".join(
        f"    required string field_{i} = {i} [\n"
        f'        help_text = "What the operator wants field {i} to be",\n'
        "        blank = False,\n        db_index = False,\n        max_length = 254,\n"
        "        null = False];\n"
        for i in range(1, 8)
    )
    links = "".join(
        f"    optional manytoone link_{i}->Model{i}:reverse_{number}_{i} = {i}:10{i} [\n"
        "        blank = True,\n        db_index = True,\n        null = True];\n"
        for i in range(11, 14)
    )
    return (
        f"policy rule_{number} < ctx.user.is_admin | (ctx.write_access -> exists Privilege: "
        "Privilege.object_id = obj.id & Privilege.accessor_id = ctx.user.id) >\n"
        f"// A model of a usual size.\nmessage Model{number}::rule_{number} (XOSBase) {{\n"
        f'    option verbose_name = "Model {number}";\n{fields}{links}}}\n'
    )


def seconds(source: Source) -> float:
    """Return the best CPU time of one parse."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        parse(source, Report())
        best = min(best, time.process_time() - began)
    return best


def held(source: Source) -> int:
    """Return the bytes that the tree of a text holds."""
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    file = parse(source, Report())
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del file
    return after - before


def main(paths: list[str]) -> None:
    sources = [Source(path, Path(path).read_text(encoding="utf-8")) for path in paths]
    sources = sources or [Source(f"{n} models", sample(n)) for n in (1, 10, 100, 1000)]
    began = time.process_time()
    for name in tables.STARTS:
        tables.load(name)
    print(f"loading the tables: {(time.process_time() - began) * 1e3:.1f} ms")
    parse(sources[0], Report())
    print(f"{'input':<28} {'KB':>8} {'KB/s':>8} {'ms a model':>11} {'KB a model':>11}")
    for source in sources:
        size, spent, memory = len(source.text), seconds(source), held(source)
        share = MODEL / size
        print(
            f"{source.path[-28:]:<28} {size / 1e3:>8.1f} {size / spent / 1e3:>8.0f} "
            f"{spent * share * 1e3:>11.3f} {memory * share / 1024:>11.1f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
