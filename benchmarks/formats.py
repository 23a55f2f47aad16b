"""Every target for other tools on every real model: does its reader accept what it gives?

    python benchmarks/formats.py [--mermaid FOLDER]

The models are looked for beside the checkout, or in $XGEN_CORPUS, as by the tests; these leave
the larger ones to this script where a reader takes seconds for each. In FOLDER `npm install mermaid
jsdom` was run: without it nobody reads the drawings for mermaid here.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import test_formats as formats  # noqa: E402  found by the line above
from tests import test_readers as readers  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

_PARSE = """
import { JSDOM } from "jsdom";
import { readFileSync } from "node:fs";
globalThis.window = new JSDOM("<!doctype html><body></body>").window;
globalThis.document = window.document;
const mermaid = (await import("mermaid")).default;
for (const path of process.argv.slice(2)) await mermaid.parse(readFileSync(path, "utf8"));
"""


def read_by_mermaid(folder: Path) -> None:
    """Let mermaid itself parse the drawings; the first that it refuses ends it with an error."""
    packages = sys.argv[sys.argv.index("--mermaid") + 1]
    paths = formats.written(formats.everything("graph", format="mermaid"), folder)
    command = ["node", "--input-type=module", "-", *map(str, paths)]
    done = subprocess.run(
        command, input=_PARSE, cwd=packages, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


TARGETS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "proto": ("protoc", lambda folder: formats.test_protoc_compiles("proto", folder)),
    "protoapi": ("protoc", lambda folder: formats.test_protoc_compiles("protoapi", folder)),
    "openapi": ("openapi-spec-validator", lambda _: formats.test_openapi_is_valid()),
    "django": ("Django, black", formats.test_django_accepts_models_of_their_own),
    "graph": ("dot", formats.test_graphviz_draws),
    "json": ("jsonschema", lambda _: formats.test_json_is_as_its_schema_says()),
    "xproto": ("xgen: the same IR", lambda _: formats.test_xproto_means_the_same()),
    "tosca": ("tosca-parser", lambda _: readers.test_tosca_is_read()),
    "modeldefs": ("yaml, shape", lambda _: readers.test_descriptions_for_user_interfaces()),
    "docs": ("markdown-it", lambda _: readers.test_pages_are_markdown()),
    "fieldlist": ("blanks, numbers", lambda _: readers.test_numbers_are_each_used_once()),
}
if "--mermaid" in sys.argv:
    TARGETS["graph (mermaid)"] = ("mermaid", read_by_mermaid)


def main() -> int:
    """Print a table; return 1 when a reader refuses something."""
    formats.FEW = sys.maxsize
    names = (*formats.CASES, *formats.REAL)
    for name in names:
        formats.linked(name)
    print(f"{len(names)} models, of them {len(formats.REAL)} real\n")
    print("| target | files | KB | rendered in s | reader | accepts all | in s |")
    print("|---|---|---|---|---|---|---|")
    refused = False
    for target, (reader, check) in TARGETS.items():
        began = time.process_time()
        options = {"format": "mermaid"} if target.endswith("(mermaid)") else {}
        found = formats.everything(target.split()[0], **options)
        texts = [text for files in found.values() for text in files.values()]
        spent = time.process_time() - began
        size = sum(map(len, texts)) // 1000
        began = time.perf_counter()
        verdict = "no"
        with TemporaryDirectory() as folder, suppress(AssertionError):
            check(Path(folder))
            verdict = "yes"
        refused = refused or verdict == "no"
        taken = time.perf_counter() - began
        print(
            f"| {target} | {len(texts)} | {size} | {spent:.2f} | {reader} | {verdict} | {taken:.0f} |",
            flush=True,
        )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
