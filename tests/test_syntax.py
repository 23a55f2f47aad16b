"""Parsing, over ``tests/corpus/syntax``.

A case is ``input.xproto``; ``stderr.txt`` holds what is reported, ``tree.txt`` what was read. A
missing file means "nothing" and "not looked at". Set ``XGEN_REFRESH=1`` to write them anew: that
run fails, so that what it wrote is read before it is trusted.
"""

from __future__ import annotations

import os
import pickle
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real import needs_real_models, real_models
from tests.trees import outline, without_places
from xgen.console import text_lines
from xgen.diagnostics import Report, Severity
from xgen.source import Source
from xgen.syntax import tree
from xgen.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = sorted((Path(__file__).parent / "corpus" / "syntax").iterdir())
REFRESH = bool(os.environ.get("XGEN_REFRESH"))


def parsed(text: str) -> tuple[tree.File, Report]:
    report = Report()
    return parse(Source("input.xproto", text), report), report


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    source = Source("input.xproto", (case / "input.xproto").read_text(encoding="utf-8"))
    report = Report()
    file = parse(source, report)
    findings = "".join(f"{line}\n" for line in text_lines(report, {source.path: source}))
    check(case / "stderr.txt", findings)
    if (case / "tree.txt").exists():
        check(case / "tree.txt", outline(file))


def check(expected: Path, actual: str) -> None:
    known = expected.read_text(encoding="utf-8") if expected.exists() else ""
    if REFRESH and known != actual:
        if actual:
            expected.write_text(actual, encoding="utf-8")
        else:
            expected.unlink(missing_ok=True)
        pytest.fail(f"wrote {expected.name} anew: read it")
    assert actual == known


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_findings_point_into_the_text(case: Path) -> None:
    text = (case / "input.xproto").read_text(encoding="utf-8")
    for finding in parsed(text)[1]:
        for span in (finding.span, *(label.span for label in finding.labels)):
            assert span is not None
            assert 0 <= span.start <= span.end <= len(text)
        assert finding.message[0] == "`" or not finding.message[0].isupper()
        assert not finding.message.endswith(".")


def valid_texts() -> Iterator[tuple[str, str]]:
    for case in CASES:
        if not (case / "stderr.txt").exists():
            yield case.name, (case / "input.xproto").read_text(encoding="utf-8")
    for path in real_models():
        yield path.stem, path.read_text(encoding="utf-8")


def test_trees_pickle() -> None:
    text = (CASES[0].parent / "everything" / "input.xproto").read_text(encoding="utf-8")
    file, _ = parsed(text)
    assert pickle.loads(pickle.dumps(file)) == file


@pytest.mark.parametrize("text", [pytest.param(t, id=name) for name, t in valid_texts()])
def test_whole_lists_and_single_options_are_the_same(text: str) -> None:
    """The long way through the grammar, forced by a comment, gives what the short one gives."""
    short, _ = parsed(text)
    long, report = parsed(text.replace("];", "/**/];"))
    assert not [d for d in report if d.severity is Severity.ERROR]
    assert without_places(long) == without_places(short)


COUNTS = {
    "open-cloud+xos__master__xos_core_models_core": (35, 187, 41, 13),
    "open-cloud+xos__cord-4.0__xos_core_models_core": (53, 201, 78, 28),
    "open-cloud+xos__2.2.5__xos_core_models_core": (33, 174, 39, 13),
    "vSGW__cord-4.1__xos_vsgwc": (3, 1, 3, 0),
    "exampleservice__master__xos_synchronizer_models_exampleservice": (5, 6, 4, 0),
}
"""Models, plain fields, links and policies."""


@needs_real_models
def test_real_models_parse() -> None:
    counts = {}
    for path in real_models():
        file, report = parsed(path.read_text(encoding="utf-8"))
        codes = {d.code for d in report}
        assert codes == ({"hash-comment"} if path.stem.startswith("vSGW") else set()), path.stem
        models = [s for s in file.statements if isinstance(s, tree.Message)]
        kinds = Counter(type(member) for model in models for member in model.members)
        policies = [s for s in file.statements if isinstance(s, tree.Policy)]
        assert all(policy.formula is not None for policy in policies), path.stem
        counts[path.stem] = (len(models), kinds[tree.Field], kinds[tree.Link], len(policies))
    for name, expected in COUNTS.items():
        assert counts[name] == expected
