"""What holds for the layout of any sound file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linking import dump, run
from tests.properties.test_parser import FORMULAS, SENTENCES, parsed, relaxed
from tests.real import needs_real_models, real_models
from xgen.formatting import formatted
from xgen.formatting.safety import say_the_same
from xgen.formatting.tokens import tokens
from xgen.source import Source

if TYPE_CHECKING:
    from xgen.ir.app import App

CORPUS = Path(__file__).parents[1] / "corpus"
SOUND = [
    path
    for path in sorted(CORPUS.glob("*/*/*.xproto"))
    if not parsed(path.read_text(encoding="utf-8"))[1].has_errors
]
COMMENTS = (
    *("// c", "// d ; } ] >", "/* e */", "/** f\n * g\n */", "/* h\n   i\n      j */", "# k"),
    *("//", "/**/", "//  // l", "/* m */ /* n */", "/* o */ // p"),
)


def comments(text: str) -> Counter[str]:
    found = [c.text for token in tokens(Source("f.xproto", text)) for c in token.comments]
    return Counter("".join(comment.split()) for comment in found)


def check(text: str) -> None:
    """Laid out: nothing lost, nothing meant otherwise, and laid out already."""
    before, report = parsed(text)
    assert not report.has_errors
    laid_out = formatted(Source("f.xproto", text))
    after, report = parsed(laid_out)
    assert not [d.message for d in report if d.severity.word == "error"], laid_out
    assert say_the_same(before, after), laid_out
    assert comments(text) == comments(laid_out), laid_out
    assert formatted(Source("f.xproto", laid_out)) == laid_out
    bodies = "<" in text or "/*" in text or '"' in text
    assert bodies or not [line for line in laid_out.split("\n") if line != line.rstrip()]
    assert "\n\n\n" not in laid_out or bodies
    assert not laid_out or (laid_out.endswith("\n") and laid_out[0] != "\n")


@pytest.mark.parametrize("path", SOUND, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_corpus(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


@needs_real_models
@pytest.mark.parametrize("path", real_models(), ids=lambda p: p.stem)
def test_real_models(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    check(text)
    check_meaning(text)


def check_meaning(text: str) -> None:
    """The models are the same, whatever can be said about them, and so are the findings."""
    laid_out = formatted(Source("f.xproto", text))
    before, report, _ = run(text)
    after, report_after, _ = run(laid_out)
    assert dump(plain(before)) == dump(plain(after))
    assert plain(before) == plain(after)
    assert Counter(d.code for d in report) == Counter(d.code for d in report_after)


def plain(app: App) -> App:
    """Return an app without the blanks in its policies' texts; formulas are compared as such."""
    from xgen.dataclass import replace

    return replace(
        app, policies=tuple(replace(p, body="".join(p.body.split())) for p in app.policies)
    )


@given(SENTENCES)
@relaxed
def test_random_trees(text: str) -> None:
    check(text)


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A sound file with comments between any of its tokens, and line ends anywhere."""
    path = draw(st.sampled_from(SOUND))
    text = path.read_text(encoding="utf-8")
    found = tokens(Source("f.xproto", text))
    parts: list[str] = []
    for token in found:
        parts += [c.text + "\n" for c in token.comments]
        parts.append(token.text)
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, len(parts)))
        comment = draw(st.sampled_from(COMMENTS))
        before = draw(st.sampled_from(["", " ", "\n", "\n\n", "\n\t  "]))
        after = draw(st.sampled_from([" ", "\n", "\n\n", "\n    "]))
        parts.insert(at, before + comment + ("\n" if comment[:1] == "#" else after))
        if "//" in comment and "\n" not in after:
            parts[at] += "\n"
    gaps = draw(st.lists(st.sampled_from([" ", " ", "\n", "\n\n\n", "\t"]), min_size=7))
    return "".join(part + gaps[n % len(gaps)] for n, part in enumerate(parts))


@given(commented())
@relaxed
def test_comments_anywhere(text: str) -> None:
    check(text)


@given(FORMULAS, st.integers(0, 60))
@relaxed
def test_formulas(formula: str, length: int) -> None:
    text = f"policy {'p' * (length + 1)} <{formula}>"
    check(text)
    laid_out = formatted(Source("f.xproto", text))
    longest = max(map(len, laid_out.split("\n")))
    assert longest <= 100 or not any(" & " in line for line in laid_out.split("\n"))
