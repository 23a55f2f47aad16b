"""Whatever models say, the targets for other tools render, and xproto written again means the same."""

from __future__ import annotations

from hypothesis import assume, given, settings

from tests.linking import run
from tests.properties.test_linking import TEXTS
from xgen.diagnostics import Report, Severity
from xgen.fingerprint import Footprint
from xgen.rendering.render import render
from xgen.rendering.target import find_target

TARGETS = (
    *("proto", "protoapi", "openapi", "django", "graph", "docs", "json", "tosca", "modeldefs"),
    *("fieldlist", "xproto"),
)


@settings(max_examples=25, deadline=None)
@given(TEXTS, TEXTS)
def test_formats_of_any_models(first: str, second: str) -> None:
    library = {"lib/b.xproto": second}
    app, findings, _ = run({"a.xproto": first, **library})
    assume(not any(d.severity is Severity.ERROR for d in findings))
    report = Report()
    texts = {}
    for name in TARGETS:
        target = find_target(name, (), report, Footprint())
        assert target is not None
        texts |= {file.path: file.text for file in render(app, target, report=report).files}
    assert {d.code for d in report} <= {"wire-number"}, list(report)
    again, _, _ = run({"a.xproto": texts["xproto/a.xproto"], **library}, name=app.name)
    assert again == app
