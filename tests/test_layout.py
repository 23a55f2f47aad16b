"""What views lay out is what black prints, and holds the text it was given."""

from __future__ import annotations

import ast
import inspect

import black
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xgen.views import layout, text

_PIECES = [
    '"',
    '"""',
    "'",
    "\\",
    "\n",
    " ",
    "\t",
    "#",
    "*/",
    "{{ x }}",
    ": ",
    "yes",
    "%s",
    "é",
    "😀",
]
_PIECES += [
    "\u2028",
    "\x00",
    "\r",
    "\x0c",
    "\x85",
    "\ufeff",
    "a word ",
    "some long text here and there ",
]
TEXT = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
QUICK = settings(max_examples=80, deadline=None)


def _is_blacks(code: str) -> None:
    assert black.format_str(code, mode=black.Mode()) == code


@QUICK
@given(TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_statements(value: str, pairs: list[tuple[str, str]]) -> None:
    choices = layout.sequence(layout.tuple_of(map(text.literal, pair)) for pair in pairs)
    field = layout.call(
        "models.CharField",
        "max_length=5",
        f"help_text={text.literal(value)}",
        layout.Named("choices=", choices),
    )
    lines = [
        layout.statement("x = ", text.literal(value)),
        layout.statement("y = ", field),
        layout.statement("z = ", layout.tuple_of([text.literal(value)])),
        layout.statement("b = ", text.literal(value.encode("utf-8", "surrogatepass"))),
        text.comment(value) or "#",
    ]
    code = "\n".join(lines) + "\n"
    _is_blacks(code)
    first = ast.parse(code).body[0]
    assert isinstance(first, ast.Assign)
    assert ast.literal_eval(first.value) == value


@QUICK
@given(TEXT.filter(lambda value: bool(value.strip())))
def test_docstrings(value: str) -> None:
    code = f"class A:\n{text.docstring(value, 4)}\n\n    b = 1\n"
    _is_blacks(code)
    docstring = ast.get_docstring(ast.parse(code).body[0], clean=True)  # type: ignore[arg-type]  # a class
    assert docstring is not None
    assert docstring.split() == inspect.cleandoc(value).split()


@QUICK
@given(TEXT)
def test_yaml(value: str) -> None:
    line = text.yaml_literal({"key": [value, True, None, 3, value]})
    assert "\n" not in line
    assert yaml.safe_load(line) == {"key": [value, True, None, 3, value]}


@QUICK
@given(TEXT)
def test_comments_are_comments(value: str) -> None:
    for code in (text.comment(value), text.wrapped_comment(" ".join(value.split()), 4)):
        assert all(line.lstrip().startswith("#") for line in code.split("\n"))
        assert ast.parse(code).body == []


def test_headers() -> None:
    long = "a" * 50
    code = (
        layout.class_header("A", [long, long])
        + "\n"
        + layout.function_header(long, ["self", f"o: {long}"], "None", 4)
        + "\n        return None\n"
    )
    _is_blacks(code)
    assert layout.class_header("A", []) == "class A:"
