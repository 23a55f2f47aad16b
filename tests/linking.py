"""Runs the cases of the linker's and the checks' corpus and shows what came out as text.

A case is a folder with ``*.xproto`` files; those in its ``lib`` folder are found by ``import``
only. ``findings.txt`` holds what was reported, ``ir.json`` the models; a missing file means
"nothing" and "not looked at". Set ``XGEN_REFRESH=1`` to write them anew: that run fails.
"""

from __future__ import annotations

import json
import os
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from xgen.checks import check
from xgen.diagnostics import Diagnostic, Report
from xgen.ir.app import App, Enumeration, Model, Policy
from xgen.ir.options import Options
from xgen.linker import link
from xgen.source import Source, Span
from xgen.syntax.parser import parse

if TYPE_CHECKING:
    from xgen.syntax import tree

CORPUS = Path(__file__).parent / "corpus"
_HIDDEN = ("span", "options", "formula", "body")
_WANTED = ((Model, "options"), (Enumeration, "options"), (Policy, "body"))
REFRESH = bool(os.environ.get("XGEN_REFRESH"))


class Files:
    """The texts of a run by path, parsed once."""

    def __init__(self, texts: dict[str, str], report: Report, include: str = "lib") -> None:
        self.sources = {path: Source(path, text) for path, text in texts.items()}
        self._include = include
        self._report = report
        self._trees: dict[str, tree.File] = {}

    def tree(self, path: str) -> tree.File:
        if path not in self._trees:
            self._trees[path] = parse(self.sources[path], self._report)
        return self._trees[path]

    def load(self, path: str, from_path: str) -> tree.File | None:
        beside = str(PurePosixPath(from_path).parent / path)
        for place in (beside, f"{self._include}/{path}"):
            if place in self.sources:
                return self.tree(place)
        return None


def run(
    texts: dict[str, str] | str, *, strict: bool = False, name: str | None = None
) -> tuple[App, Report, Files]:
    """Link and check texts; those below ``lib/`` can be imported and are no input."""
    if isinstance(texts, str):
        texts = {"models.xproto": texts}
    report = Report()
    files = Files(texts, report)
    inputs = [files.tree(path) for path in texts if not path.startswith("lib/")]
    app = link(inputs, files.load, report, strict=strict, name=name)
    report.extend(check(app, strict=strict))
    return app, report, files


def codes(texts: dict[str, str] | str, *, strict: bool = False) -> list[str]:
    """Return the ids of what is reported, in order."""
    return [diagnostic.code for diagnostic in run(texts, strict=strict)[1]]


def show(texts: dict[str, str]) -> str:
    """Return the findings with both severities, lenient and strict, as ``warning/error``."""
    _, lenient, files = run(texts)
    _, strict, _ = run(texts, strict=True)
    mild = {_key(d): d.severity.word for d in lenient}
    lines: list[str] = []
    for diagnostic in strict:
        severity = f"{mild.get(_key(diagnostic), '-')}/{diagnostic.severity.word}"
        lines.append(
            f"{_place(diagnostic.span, files)} {severity} {diagnostic.code}: {diagnostic.message}"
        )
        lines += [f"    {_place(x.span, files)} {x.text}" for x in diagnostic.labels]
        lines += [f"    note: {note}" for note in diagnostic.notes]
        if diagnostic.help:
            lines.append(f"    help: {diagnostic.help}")
    missing = {key for key in mild if key not in {_key(d) for d in strict}}
    assert not missing, f"reported only when lenient: {missing}"
    return "".join(line + "\n" for line in lines)


def _key(diagnostic: Diagnostic) -> tuple[object, ...]:
    return diagnostic.code, diagnostic.span, diagnostic.message


def _place(span: Span | None, files: Files) -> str:
    if span is None:
        return "-"
    if span.path not in files.sources:
        return span.path
    line, column = files.sources[span.path].position(span.start)
    return f"{span.path}:{line}:{column}"


def dump(app: App) -> str:
    """Return what an application means as JSON, without what is empty or usual."""
    shown = {
        "name": app.name,
        "title": app.title,
        "doc": app.doc,
        "options": {name: option.raw for name, option in app.options.items()},
        "models": {model.ref: _shape(model) for model in app.models},
        "library": {model.ref: f"{model.origin.value} {model.app}" for model in app.library},
        "enums": {enum.ref: _shape(enum) for enum in app.enums},
        "policies": {policy.ref: _shape(policy) for policy in app.policies},
        "services": [_shape(service) for service in app.services],
    }
    return json.dumps({k: v for k, v in shown.items() if v}, indent=2, ensure_ascii=False) + "\n"


def _shape(value: Any) -> Any:
    if isinstance(value, Options):
        return {name: option.raw for name, option in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_shape(item) for item in value]
    if not hasattr(value, "__fields__"):
        return value
    shown = {}
    for field in value.__fields__:
        item = getattr(value, field.name)
        if item is None or item is False or item in ((), "") or item == field.default:
            continue
        if field.name not in _HIDDEN or (type(value), field.name) in _WANTED:
            shown[field.name] = _shape(item)
    return shown


def cases(stage: str) -> list[Path]:
    """Return the cases of a stage."""
    return sorted(path for path in (CORPUS / stage).iterdir() if path.is_dir())


def check_case(folder: Path) -> None:
    """Compare a case with what is written down, or write it down and fail."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.xproto"))
    }
    _expect(folder / "findings.txt", show(texts), known=True)
    app, _, _ = run(texts)
    ir = folder / "ir.json"
    _expect(ir, dump(app), known=ir.exists())


def _expect(path: Path, found: str, *, known: bool) -> None:
    if not known:
        return
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    if found != written and REFRESH:
        if found:
            path.write_text(found, encoding="utf-8")
        else:
            path.unlink()
    assert found == written, f"{path.name} differs (XGEN_REFRESH=1 writes it anew)"
