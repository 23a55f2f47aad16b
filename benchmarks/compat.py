"""Old templates over real models: do they render, and to what xosgenx gives?

    python benchmarks/compat.py [FOLDER ...] [--xosgenx COMMAND] [--write]

FOLDER has templates (default: one of each kind, from the tests). With COMMAND, a xosgenx of old, its
output is compared with ours; without, the table says only what renders. `--write` puts the table
into docs/compat.md.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
KINDS = ROOT / "tests" / "corpus" / "compat" / "kinds"
MODELS = ROOT.parent / "shared" / "corpus"
PAGE = ROOT / "docs" / "compat.md"
CORE = MODELS / "open-cloud+xos__master__xos_core_models_core.xproto"
EXAMPLE = MODELS / "exampleservice__master__xos_synchronizer_models_exampleservice.xproto"
BEGIN, END = "<!-- table: benchmarks/compat.py -->", "<!-- end of table -->"
_SPLIT = re.compile(r"^\+\+\+", re.MULTILINE)
_REFERENCE = re.compile(r"\{'name': '(\w+)', '(?:fqn|package)': [^}]*\}")
_POLICY = re.compile(
    r"^def (?:policy_\w+_validator|\w+_security_check)\(obj, ctx\):\n(?:[ \t]+.*\n|\s*\n)*",
    re.MULTILINE,
)


class Result(NamedTuple):
    """What a tool gave: the text, or files one after the other; None when it failed."""

    text: str | None
    why: str = ""


def inputs() -> dict[str, list[Path]]:
    """Return the models, by what they are called in the table."""
    found = {"shop": [KINDS / "shop.xproto"]}
    if CORE.exists():
        found["core and a service"] = [CORE, EXAMPLE]
    return found


def run(command: list[str], template: Path, models: list[Path], folder: Path) -> Result:
    """Run a tool over models."""
    words = [*command, "--target", str(template)]
    out = folder / "out"
    if _SPLIT.search(template.read_text(encoding="utf-8")):
        shutil.rmtree(out, ignore_errors=True)
        for name in ("models", "steps", "model_policies"):  # the old one makes no folders
            (out / name).mkdir(parents=True)
        words += ["--write-to-file", "target", "--output", str(out)]
    words += map(str, models)
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=folder, timeout=300
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["?"]
        return Result(None, next((line for line in lines if ": error:" in line), lines[-1]))
    if out.exists():
        files = sorted(path for path in out.rglob("*") if path.is_file())
        return Result("".join(f"{p.relative_to(out)}\n{p.read_text()}\n" for p in files))
    return Result(done.stdout)


def judged(ours: Result, theirs: Result | None) -> str:
    """Return what is to be said of the two outputs."""
    if ours.text is None:
        also = " (as with xosgenx)" if theirs is not None and theirs.text is None else ""
        return f"fails{also}: {ours.why[:80]}"
    if theirs is None:
        return "renders"
    if theirs.text is None:
        return "renders; xosgenx failed"
    return _compared(ours.text, theirs.text)


def _compared(ours: str, theirs: str) -> str:
    named = _REFERENCE.sub(r"\1", theirs)
    equal = {
        "identical": ours == theirs,
        "equal after white space": ours.split() == theirs.split(),
        "equal, but references are names": ours.split() == named.split(),
        "equal, but for the code of policies": (
            _POLICY.sub("", ours).split() == _POLICY.sub("", named).split()
        ),
    }
    return next((how for how, is_so in equal.items() if is_so), "differs")


def table(folders: list[Path], xosgenx: str | None) -> list[str]:
    """Return the lines of the table."""
    ours = [sys.executable, "-m", "xgen.xosgenx"]
    models = inputs()
    lines = [f"| template | {' | '.join(models)} |", "|---" * (len(models) + 1) + "|"]
    with tempfile.TemporaryDirectory() as name:
        for template in sorted(path for folder in folders for path in folder.glob("*.xtarget")):
            cells = []
            for files in models.values():
                old = run([xosgenx], template, files, Path(name)) if xosgenx else None
                shutil.rmtree(Path(name) / "out", ignore_errors=True)
                cells.append(judged(run(ours, template, files, Path(name)), old))
                shutil.rmtree(Path(name) / "out", ignore_errors=True)
            lines.append(f"| {template.stem} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return lines


def main() -> int:
    """Print the table; fail when a template does not render that xosgenx renders."""
    words = sys.argv[1:]
    xosgenx = words.pop(words.index("--xosgenx") + 1) if "--xosgenx" in words else None
    folders = [Path(word).resolve() for word in words if not word.startswith("--")]
    lines = table(folders or [KINDS], xosgenx)
    if "--write" in words:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        after = rest.split(END)[1]
        text = "\n".join([BEGIN, *lines, END])
        PAGE.write_text(before + text + after, encoding="utf-8")
    return int(any("fails: " in line or "| differs" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
