"""Object files keep the place of everything, and no text can make reading them raise."""

import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xgen.runtime import documents

GOOD = """\
Color: {name: red, html_code: "#f00"}
---
ExampleServiceInstance:
  - name: first
    foreground_color: red
  - {name: second, colors: [red, {name: blue}]}
Color:
  name: blue
"""


def test_objects_with_their_places():
    read = documents.parse(GOOD.replace("Color:\n  name: blue\n", ""), "x.yaml")
    assert read.problems == []
    assert [(entry.model, str(entry.place), entry.body.plain()) for entry in read.entries] == [
        ("Color", "x.yaml:1:1", {"name": "red", "html_code": "#f00"}),
        ("ExampleServiceInstance", "x.yaml:4:5", {"name": "first", "foreground_color": "red"}),
        (
            "ExampleServiceInstance",
            "x.yaml:6:5",
            {"name": "second", "colors": ["red", {"name": "blue"}]},
        ),
    ]
    assert str(read.entries[1].body.keys["foreground_color"]) == "x.yaml:5:5"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "Color:\n  name: red\n  name: blue\n",
            "x:3:3: error: 'name' is given twice\n  help: first on line 2",
        ),
        (
            "Color: {name: red\n",
            "x:2:1: error: not valid YAML: expected ',' or '}', but got '<stream end>'",
        ),
        ("Color: red\n", "x:1:8: error: an object of Color is a mapping of fields to values"),
        ("Color:\n", "x:1:7: error: an object of Color is a mapping of fields to values"),
        ("- a\n", "x:1:1: error: a document maps names of models to objects\n"),
        ("kind: Color\nname: red\n", "x:1:1: error: `kind` is not how objects are written here\n"),
        ("", "x:1:1: error: holds no objects"),
        ("---\n---\n", "x:1:1: error: holds no objects"),
        ("Color: {day: 2024-99-99}\n", "x:1:14: error: '2024-99-99' is not a valid timestamp"),
        ("Color: {a: !!python/none x}\n", "x:1:12: error: unknown tag"),
        ("? [a]\n: b\n", "x:1:3: error: a key must be a word"),
        ("Color: &a {name: red, self: *a}\n", "error: "),
        ("[" * 5000, "x:1:1: error: not valid YAML: nested too deeply"),
    ],
)
def test_mistakes_have_a_place(text, problem):
    problems = documents.parse(text, "x").problems
    assert problems
    assert problem in str(problems[0])


def test_a_merge_key_fills_what_is_not_given():
    read = documents.parse(
        "Color:\n  - &base {name: a, html_code: x}\n  - {<<: *base, name: b}\n", "x"
    )
    assert [entry.body.plain() for entry in read.entries] == [
        {"name": "a", "html_code": "x"},
        {"name": "b", "html_code": "x"},
    ]


def test_files_folders_and_the_standard_input(tmp_path, monkeypatch):
    (tmp_path / "b.yaml").write_text("Color: {name: b}\n")
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfColor: {name: a}\n")
    (tmp_path / "note.txt").write_text("no")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Color: {name: c}\n")))
    read = documents.read([str(tmp_path), "-"])
    assert [entry.body.data["name"].data for entry in read.entries] == ["a", "b", "c"]
    assert read.entries[2].place.path == "<stdin>"


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    (tmp_path / "empty").mkdir()
    read = documents.read([str(tmp_path / name) for name in ("none.yaml", "latin.yaml", "empty")])
    assert [problem.message for problem in read.problems] == [
        "no such file or directory",
        "not UTF-8 text",
        "this folder holds no .yaml file",
    ]


@given(st.text(alphabet=st.sampled_from("ab:-{}[],&*!<>|\"'#\n \t%@\\\0é")))
@settings(max_examples=400, deadline=None)
def test_no_text_raises(text):
    read = documents.parse(text, "x")
    assert read.entries or read.problems
