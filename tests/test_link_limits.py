"""Models that are absurd in size end with a finding, never with a traceback."""

from __future__ import annotations

import pytest

from tests.linking import run

MANY = 3000
LONG = "9" * 6000
TEXTS = {
    "bases": "".join(f"message M{i} (M{i + 1}) {{}}\n" for i in range(MANY))
    + f"message M{MANY} {{}}",
    "nested": "".join(f"message M{i} {{ " for i in range(MANY)) + "}" * MANY,
    "calls": "".join(f"policy p{i} < *p{i + 1}(x) >\n" for i in range(MANY))
    + f"policy p{MANY} < True > message M::p0 {{}}",
    "links": "".join(
        f"message M{i} {{ optional manytoone x->M{i + 1}:+ = 1; }}" for i in range(MANY)
    )
    + f"message M{MANY} {{}}",
    "ring": "".join(
        f"message M{i} {{ optional manytoone x->M{(i + 1) % MANY}:+ = 1; }}" for i in range(MANY)
    ),
    "choices": f'message M {{ required string s = 1 [choices = "{"(" * MANY}"]; }}',
    "number": f"message M {{ required int32 s = {LONG} [default = {LONG}, max_value = {LONG}]; }}",
    "enum": f"enum E {{ A = {LONG}; }}",
}


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("bases", "too-deep"),
        ("nested", "too-deep"),
        ("calls", None),
        ("links", None),
        ("ring", "dependency-cycle"),
        ("choices", "bad-choices"),
        ("number", "number-out-of-range"),
        ("enum", "bad-number"),
    ],
)
def test_absurd_models(what: str, code: str | None) -> None:
    _, report, _ = run(TEXTS[what])
    assert code is None or code in {d.code for d in report}
