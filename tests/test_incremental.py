"""What a run takes over from an earlier one: trees of declarations, pieces that compile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real import real_models
from xgen import trees
from xgen.diagnostics import Report
from xgen.rendering import compiles
from xgen.source import Source
from xgen.syntax.compact import packed
from xgen.syntax.parser import parse
from xgen.trees import Trees

if TYPE_CHECKING:
    from xgen.syntax import tree

CORPUS = Path(__file__).parent / "corpus"
TEXTS = sorted(path.read_bytes().decode("utf-8", "replace") for path in CORPUS.rglob("*.xproto"))
MODEL = """\
// Number {0}.
message Thing{0} (XOSBase) {{
    required string name = 1 [max_length = 20, help_text = "A }} in a text"];
    optional manytoone peer->Thing{0}:peers = 2:1001;
}}

"""


def kept(text: str) -> Trees:
    """Return what a run that parsed ``text`` left to the next one."""
    source = Source("a.xproto", text)
    before = Trees(["a.xproto"], [source])
    before.parse(source, Report())
    before.keep()
    return Trees(["a.xproto"], [source])


def parsed(known: Trees, text: str) -> tuple[object, ...]:
    report = Report()
    return _shown(known.parse(Source("a.xproto", text), report), report)


def whole(text: str) -> tuple[object, ...]:
    report = Report()
    return _shown(parse(Source("a.xproto", text), report), report)


def _shown(file: tree.File, report: Report) -> tuple[object, ...]:
    # Comparing formulas leaves their places out, and packing the name of the file.
    return file, packed(file.statements), list(report)


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "_LONG", 0)


@pytest.mark.usefixtures("_short")
def test_of_many_declarations_the_new_one_is_parsed() -> None:
    pieces = [MODEL.format(n) for n in range(20)]
    pieces.insert(7, 'policy may < exists Privilege: /* So: } */ Privilege.name = "}>" >\n\n')
    known = kept("".join(pieces))
    pieces[3] = pieces[3].replace("required", "optional")
    del pieces[10]
    text = "\n\n// Above all of them.\n" + "".join(pieces)
    assert parsed(known, text) == whole(text)
    assert known.parsed == 2  # the one that changed, and the first, which has a comment more


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// Number 4", "/* Number 4\n}\n"),
        ("// Number 4", "/*\n}\n*/"),
        ("message Thing4 ", "message Thing4 (\n}\n"),
        ("message Thing4 ", "policy p <\n}\n> message Thing4 "),
        ("message Thing4 ", "policy p < a = 1\n}\n message Thing4 "),
        ("message Thing4 ", "}\n"),
        ("required string name = 1", 'required string name = "\n}\n"'),
        ("optional manytoone", "message Thing5 {\n}\n optional manytoone"),
    ],
)
def test_a_line_with_a_brace_may_be_no_end(old: str, new: str) -> None:
    text = "".join(MODEL.format(n) for n in range(9))
    odd = text.replace(old, new)
    assert parsed(kept(text), odd) == whole(odd)
    assert parsed(kept(odd), odd) == whole(odd)
    assert parsed(kept(odd), text) == whole(text)


@pytest.mark.usefixtures("_short")
def test_any_text_has_the_tree_that_it_has_as_a_whole() -> None:
    texts = [*TEXTS, *(path.read_text("utf-8") for path in real_models()[::12])]
    assert len(texts) > 100
    known = 0
    for text in texts:
        again = kept(text)
        moved = f"// Moved.\n\n{text}"
        assert parsed(again, text) == whole(text)
        known += again.parsed == 0
        assert parsed(again, moved) == whole(moved)
    assert known > 100


def test_short_texts_and_runs_without_caches_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = MODEL.format(1)
    known = kept(text)
    assert parsed(known, text) == whole(text)
    monkeypatch.setattr(trees, "_LONG", 0)
    monkeypatch.setenv("XGEN_CACHE_DIR", "")
    assert parsed(kept(text), text) == whole(text)


class Known:
    """Remembers in memory what compiles."""

    def __init__(self) -> None:
        self.texts: set[tuple[str, str]] = set()

    def knows(self, kind: str, text: str) -> bool:
        return (kind, text) in self.texts

    def add(self, kind: str, text: str) -> None:
        self.texts.add((kind, text))


def test_of_a_long_module_the_pieces_that_changed_are_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classes = [f"class C{n}:\n    " + f"a = {n}\n    " * 60 + "\n\n\n" for n in range(400)]
    known = Known()
    text = "".join(classes)
    assert compiles.is_long(text)
    assert compiles.first_error(text, "a.py", known) is None
    before = len(known.texts)
    classes[200] = classes[200].replace("a = 200", "b = 200")
    changed = "".join(classes)
    assert compiles.first_error(changed, "a.py", known) is None
    assert 1 <= len(known.texts) - before <= 2 < before
    classes[200] = classes[200].replace("b = 200", "b = = 200", 1)
    wrong = "".join(classes)
    assert compiles.first_error(wrong, "a.py", known) == compiles.first_error(wrong, "a.py")
    assert compiles.first_error(wrong, "a.py") is not None
