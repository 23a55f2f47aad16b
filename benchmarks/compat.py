"""Old templates over real models: do they render, and to what xosgenx gives?

    python benchmarks/compat.py [FOLDER ...] [--xosgenx COMMAND] [--cache DIR] [--write]

One template of each kind comes from the tests, and one for each part of the contract; FOLDER has more. With COMMAND, a xosgenx of old, its
output is compared with ours; without, the tables say only what renders. What xosgenx gave is kept
in DIR, by the hash of all that it came from. `--write` puts the tables into docs/compat.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "corpus" / "compat"
KINDS, WRITTEN = CASES / "kinds", CASES / "written"
MODELS = ROOT.parent / "shared" / "corpus"
PAGE = ROOT / "docs" / "compat.md"
BEGIN, END = "<!-- table: benchmarks/compat.py -->", "<!-- end of table -->"
FAILS, DIFFERS = "fails here:", "differs"
WORDS = ("--kvpairs", "app_label:paint,a:b")
TIMEOUT = 60
SEEDS = ("0", "1", "2", "3")
_FILES = re.compile(r"^\+\+\+ ?(.*)", re.MULTILINE)
_REFERENCE = re.compile(r"\{'name': '(\w+)', '(?:fqn|package)': [^}]*\}")
_POLICY = re.compile(
    r"^def (?:policy_\w+_validator|\w+_security_check)\(obj, ctx\):\n(?:[ \t]+.*\n|\s*\n)*",
    re.MULTILINE,
)
_QUANTIFIED = re.compile(r"^\w+: .*\b(?:exists|forall)\b.*$", re.MULTILINE)
_FOLDERS = ("models", "steps", "model_policies")
"""The folders that templates of the tests write into: xosgenx makes none."""


class Result(NamedTuple):
    """What a tool gave: the text, or files one after the other; None when it failed."""

    text: str | None
    why: str = ""


class Case(NamedTuple):
    """A template, the models it is about and what they are called in the table."""

    template: Path
    about: str
    models: tuple[Path, ...]


class Verdict(NamedTuple):
    """What is to be said of a case, and why xosgenx failed."""

    text: str
    failure: str = ""


class Oracle(NamedTuple):
    """A xosgenx of old, and where its outputs are kept."""

    command: str
    cache: Path

    def result(self, case: Case, seed: str) -> Result:
        """Return what it gives; ``seed`` is what the order of its sets depends on."""
        said = hashlib.sha256("\n".join((self.command, seed, *WORDS)).encode())
        beside = case.template.parent
        included = sorted(path for path in (beside / "attic").glob("*") if path.is_file())
        for path in (case.template, *case.models, *sorted(beside.glob("*.txt")), *included):
            said.update(path.read_bytes() + b"\0")
        kept = self.cache / f"{said.hexdigest()}.json"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(run([self.command], case, seed)), encoding="utf-8")
        return Result(*json.loads(kept.read_text(encoding="utf-8")))


def inputs() -> dict[str, tuple[Path, ...]]:
    """Return the models, by what they are called in the table."""
    found: dict[str, tuple[Path, ...]] = {
        "shop": (KINDS / "shop.xproto",),
        "depot": (WRITTEN / "depot.xproto",),
    }
    if MODELS.exists():
        xos = "open-cloud+xos__{}__xos_core_models_core.xproto"
        core = MODELS / xos.format("master")
        named = {path.name.partition("__")[0]: path for path in sorted(MODELS.glob("*__xos_s*"))}
        found["core, service"] = (core, named["exampleservice"])
        found["service only"] = (named["exampleservice"],)
        found["old core"] = (MODELS / xos.format("2.2.5"),)
        services = [named[name] for name in ("rcord", "vrouter", "onos-service", "olt-service")]
        found["core, 4 services"] = (core, *services)
    return found


def run(command: list[str], case: Case, seed: str = "0") -> Result:
    """Run a tool over models, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / "out"
        template = folder / case.template.name
        for part in (case.template, *case.template.parent.glob("*.txt")):
            shutil.copy(part, folder)
        words = [*command, "--target", str(template), *WORDS]
        words += ["--attic", str(case.template.parent / "attic")]
        if _FILES.search(case.template.read_text(encoding="utf-8")):
            for inner in _FOLDERS:
                (out / inner).mkdir(parents=True)
            words += ["--write-to-file", "target", "--output", str(out)]
        try:
            done = subprocess.run(
                [*words, *map(str, case.models)],
                capture_output=True,
                text=True,
                check=False,
                cwd=folder,
                timeout=TIMEOUT,
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            )
        except subprocess.TimeoutExpired:
            return Result(None, f"not done after {TIMEOUT} s")
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["?"]
            said = (line.partition(": error: ")[2] for line in lines)
            return Result(None, next((line for line in said if line), lines[-1]))
        if out.exists():
            files = sorted(path for path in out.rglob("*") if path.is_file())
            return Result("".join(f"{p.relative_to(out)}\n{p.read_text()}\n" for p in files))
        return Result(done.stdout)


def judged(case: Case, oracle: Oracle | None) -> Verdict:
    """Return what is to be said of a case."""
    ours = run([sys.executable, "-m", "xgen.xosgenx"], case)
    theirs = oracle.result(case, SEEDS[0]) if oracle else None
    if ours.text is None:
        fails = theirs is not None and theirs.text is None
        return Verdict("fails, as xosgenx does" if fails else f"{FAILS} {ours.why[:80]}")
    if oracle is None or theirs is None:
        return Verdict("renders")
    if theirs.text is None:
        return Verdict("renders; xosgenx failed", theirs.why)
    verdict = _compared(ours.text, theirs.text)
    if verdict == DIFFERS:
        others = [oracle.result(case, seed).text or "" for seed in SEEDS[1:]]
        if {*others} != {theirs.text} and sorted(ours.text) == sorted(theirs.text):
            return Verdict("equal, but for an order that was left to chance")
    return Verdict(verdict)


def _compared(ours: str, theirs: str) -> str:
    named, plain = _REFERENCE.sub(r"\1", theirs).replace("'", ""), ours.replace("'", "")
    equal = {
        "identical": ours == theirs,
        "equal after white space": ours.split() == theirs.split(),
        "equal, but references are names": plain.split() == named.split(),
        "equal, but for the code of policies": (
            _POLICY.sub("", plain).split() == _POLICY.sub("", named).split()
        ),
        "equal, but quantifiers reach further": (
            _QUANTIFIED.sub("", plain).split() == _QUANTIFIED.sub("", named).split()
        ),
    }
    return next((how for how, is_so in equal.items() if is_so), DIFFERS)


def table(folder: Path, oracle: Oracle | None) -> list[str]:
    """Return the lines of the table for the templates of a folder, and what they sum up to."""
    models = inputs()
    templates = sorted(folder.glob("*.xtarget"))
    cases = [Case(path, about, models[about]) for path in templates for about in models]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda case: judged(case, oracle), cases))
    lines = [f"| template | {' | '.join(models)} |", "|---" * (len(models) + 1) + "|"]
    for at, template in enumerate(templates):
        texts = [found.text for found in verdicts[at * len(models) : (at + 1) * len(models)]]
        cells = [f"all: {texts[0]}", *[""] * (len(texts) - 1)] if len({*texts}) == 1 else texts
        lines.append(f"| {template.stem} | {' | '.join(cells)} |")
    counted = Counter(found.text for found in verdicts).most_common()
    summed = "; ".join(f"{count} {verdict}" for verdict, count in counted)
    lines += ["", f"{len(cases)} runs: {summed}."]
    failures: dict[str, set[str]] = {}
    for case, found in zip(cases, verdicts, strict=True):
        if found.failure:
            failures.setdefault(found.failure, set()).add(case.template.stem)
    if failures:
        lines += ["", "xosgenx failed with", ""]
        lines += [f"- `{why}`: {', '.join(sorted(names))}" for why, names in failures.items()]
    return lines


def main() -> int:
    """Print the tables; fail when a template does not render that xosgenx renders, or differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--xosgenx", metavar="COMMAND")
    kept = Path(tempfile.gettempdir(), "xgen-benchmarks-compat")
    parser.add_argument("--cache", type=Path, default=kept, metavar="DIR")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    oracle = Oracle(asked.xosgenx, asked.cache) if asked.xosgenx else None
    lines: list[str] = []
    for folder in (KINDS, WRITTEN, *asked.folders):
        lines += ["", f"Templates of `{folder.resolve().name}`:", "", *table(folder, oracle)]
    print(*lines, sep="\n")
    if asked.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        text = "\n".join([BEGIN, *lines, END])
        PAGE.write_text(before + text + rest.split(END)[1], encoding="utf-8")
    return int(any(FAILS in line or f"| {DIFFERS}" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
