"""Findings for programs: JSON, GitHub annotations and SARIF 2.1.0."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from xgen import __version__
from xgen.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.diagnostics import Report
    from xgen.source import Source, Span

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_GITHUB: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(form: str, report: Report, sources: Mapping[str, Source]) -> str:
    """Return a report in the format ``form``, which is not ``text``."""
    return {"json": _json, "github": _github, "sarif": _sarif}[form](report, sources)


def _json(report: Report, sources: Mapping[str, Source]) -> str:
    findings = [
        {
            "code": d.code,
            "severity": d.severity.word,
            "message": d.message,
            "path": d.where,
            **_range(d.span, sources),
            "labels": [
                {"text": label.text, "path": label.span.path, **_range(label.span, sources)}
                for label in d.labels
            ],
            "notes": list(d.notes),
            "help": d.help,
        }
        for d in report
    ]
    counts = {s.word: report.count(s) for s in sorted(Severity, reverse=True)}
    return _dump({"version": 1, "findings": findings, "counts": counts})


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _range(span: Span | None, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the first place and the one behind the last, or nothing where there is no text."""
    if span is None or span.path not in sources:
        return {"start": None, "end": None}
    return {
        name: {"offset": offset, "line": line, "column": column}
        for name, offset in (("start", span.start), ("end", span.end))
        for line, column in [sources[span.path].position(offset)]
    }


def _github(report: Report, sources: Mapping[str, Source]) -> str:
    """Return workflow commands, which GitHub shows at the lines of a change."""
    lines: list[str] = []
    for d in report:
        properties: dict[str, object] = {}
        if d.where is not None:
            properties["file"] = d.where
        if d.span is not None and d.span.path in sources:
            source = sources[d.span.path]
            line, column = source.position(d.span.start)
            last, end = source.position(d.span.end)
            properties |= {"line": line, "endLine": last, "col": column, "endColumn": end}
        properties["title"] = d.code
        parts = [d.message, *d.notes, *([f"help: {d.help}"] if d.help else [])]
        shown = ",".join(f"{key}={_escaped(str(v), ',:')}" for key, v in properties.items())
        text = _escaped("\n".join(parts))
        lines.append(f"::{_GITHUB[d.severity]} {shown}::{text}\n")
    return "".join(lines)


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _sarif(report: Report, sources: Mapping[str, Source]) -> str:
    found = list(report)
    rules = sorted({d.code for d in found})
    run = {
        "tool": {
            "driver": {
                "name": "xgen",
                "semanticVersion": __version__,
                "rules": [{"id": code, "name": _rule_name(code)} for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, rules.index(d.code), sources) for d in found],
    }
    return _dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule_name(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("-"))


def _result(d: Diagnostic, rule: int, sources: Mapping[str, Source]) -> dict[str, Any]:
    parts = [d.message, *d.notes, *([f"help: {d.help}"] if d.help else [])]
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": d.severity.word,
        "message": {"text": "\n".join(parts)},
    }
    if d.where is not None:
        result["locations"] = [_location(d.where, d.span, sources)]
    if d.labels:
        result["relatedLocations"] = [
            {
                "id": i,
                **_location(label.span.path, label.span, sources),
                "message": {"text": label.text},
            }
            for i, label in enumerate(d.labels)
        ]
    return result


def _location(path: str, span: Span | None, sources: Mapping[str, Source]) -> dict[str, Any]:
    address = path.replace("\\", "/")
    physical: dict[str, Any] = {
        "artifactLocation": {
            "uri": ("file://" if address.startswith("/") else "") + quote(address, safe="/")
        }
    }
    if span is not None and span.path in sources:
        source = sources[span.path]
        line, column = source.position(span.start)
        last, end = source.position(span.end)
        physical["region"] = {
            "startLine": line,
            "startColumn": column,
            "endLine": last,
            "endColumn": end,
        }
    return {"physicalLocation": physical}
