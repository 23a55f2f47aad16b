"""Long texts are compiled in pieces, and get the answer that compiling the whole gives."""

from __future__ import annotations

import pytest

from xgen.rendering.compiles import _pieces, first_error

ITEM = '        call(\n            "{0}",\n            [{0}],\n        ),\n'
ITEMS = "".join(ITEM.format(number) for number in range(4000))
LIST = f"class A:\n    items = [\n{ITEMS}    ]\n"
TABLE = (
    "numbers = {\n" + "".join(f'    "a{n}": {{"x": {n}, "y": 2}},\n' for n in range(9000)) + "}\n"
)
CLASSES = "".join(f'class A{n}:\n    """Says {n}."""\n\n    x = {n}\n\n\n' for n in range(4000))


def whole(text: str) -> tuple[int, str] | None:
    try:
        compile(text, "a.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 0, f"is no Python: {error.msg}"
    return None


LONG = {"list": LIST, "classes": CLASSES, "both": CLASSES + LIST, "lists": TABLE + LIST}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_pieces_are_small(text: str) -> None:
    assert first_error(text, "a.py") is None
    pieces = list(_pieces(text))
    assert len(pieces) > 2
    assert max(len(piece) for piece, _ in pieces) < 60_000
    assert sum(len(piece) for piece, _ in pieces) >= len(text)


MISTAKES = {
    "item": LIST.replace('"2000",', '"2000" 1,'),
    "item cut short": LIST.replace('            "2000",\n', "            (\n"),
    "comma between items": LIST.replace("        ),\n", "        )\n", 2000),
    "bracket between items": LIST.replace('        ),\n        call(\n            "1999"', "1999]"),
    "list in a dictionary": TABLE.replace('    "a2000": {"x": 2000, "y": 2},', "    2000,"),
    "second of two": TABLE + LIST.replace('"2000",', '"2000" 1,'),
    "before the list": LIST.replace("class A:", "class A"),
    "after the list": LIST + "x = (\n",
    "in a class": CLASSES.replace("x = 2000", "x = = 2000"),
    "string that does not end": CLASSES.replace('Says 2000."""', "Says 2000."),
    "late future": CLASSES + "from __future__ import annotations\n",
    "late global": f"x = 1\n\n\n{CLASSES}global x\n",
    "list in a string": f'"""\n{LIST.replace("2000", chr(34) * 3)}"""\n',
    "indentation": CLASSES.replace("    x = 2000", "  x = 2000"),
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_those_of_the_whole(text: str) -> None:
    assert whole(text) is not None
    assert first_error(text, "a.py") == whole(text)


SOUND = {
    "list in a string": f'"""\n{LIST}"""\n',
    "classes in a string": f"'''\n{CLASSES}'''\n",
    "classes in brackets": "f = (\n" + "1,\n\n\n" * 40_000 + ")\n",
    "comprehension": LIST.replace("    ]\n", "    ] + [\n        x\n        for x in y\n    ]\n"),
    "future": f"from __future__ import annotations\n\n\n{CLASSES}",
    "decorated": CLASSES.replace("class A2000", "@d\nclass A2000"),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_what_cannot_be_cut_is_sound(text: str) -> None:
    assert whole(text) is None
    assert first_error(text, "a.py") is None


def test_warnings_are_mistakes_in_long_texts_too() -> None:
    text = CLASSES.replace("x = 2000", "x = 1 is 2000")
    found = first_error(text, "a.py")
    assert found is not None
    assert "with a literal" in found[1]
