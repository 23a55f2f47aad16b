"""Tables stay aligned, inside the terminal, and harmless."""

from hypothesis import given
from hypothesis import strategies as st

from xgen.runtime import tables


def test_columns_are_aligned_with_wide_characters():
    assert tables.table(("name", "code"), [("漢字", 1), ("red", None)]) == (
        "NAME  CODE\n漢字  1\nred   -\n"
    )


def test_the_widest_column_is_cut():
    text = tables.table(("name", "message"), [("red", "x" * 100)], width=30)
    assert text.splitlines()[1] == "red   " + "x" * 21 + "..."


def test_control_characters_are_shown_not_obeyed():
    assert tables.cell("a\x1b[31m\nb") == "a\\x1b[31m\\nb"


@given(st.lists(st.tuples(st.text(), st.integers(), st.text()), max_size=5), st.integers(40, 120))
def test_no_line_is_wider_than_the_terminal(rows, width):
    text = tables.table(("a", "b", "c"), rows, width=width)
    assert all(tables.columns(line) <= width for line in text.split("\n"))
    assert len(text.split("\n")) == len(rows) + 2
