"""The conformance vectors of the language: numbers, options, keys and names."""

from __future__ import annotations

import pytest

from tests.linking import codes, run
from xgen.ir.numbering import Numbering

BASES = """
message XOSBase { optional string base_field = 2; optional string base_field2 = 3; }
message Otherstuff { optional string otherstuff_field = 2; }
"""
SITE = BASES + "message Site (XOSBase, Otherstuff) { optional string slice_field = 1; }\n"
SLICE = (
    SITE
    + """
message Slice (XOSBase) {
    optional string slice_field = 1;
    required manytoone site->Site:slices = 2:1002;
}
"""
)
DIAMOND = """
message D { optional string d = 2; }
message B (D) { optional string b = 2; }
message C (D) { optional string c = 2; }
message A (B, C) { optional string a = 2; }
"""
CHAIN = """
message Base { optional string f = 2; }
message Mid (Base) { optional string f2 = 1; }
message Leaf (Mid) { optional string f3 = 1; }
message ToMid (Base) { required manytoone mid->Mid:m = 2%s; }
message ToLeaf (Base) { required manytoone leaf->Leaf:l = 2%s; }
"""


def fields(text: str, model: str) -> list[tuple[str, int]]:
    app, _, _ = run(text)
    return [(f.name, f.number) for f in Numbering(app).fields(app.model(model))]


def reverse(text: str, model: str, *, every_ancestor: bool = False) -> list[tuple[str, int]]:
    app, _, _ = run(text)
    numbering = Numbering(app, every_ancestor=every_ancestor)
    return [(r.name, r.number) for r in numbering.reverse(app.model(model))]


def problems(text: str, model: str) -> tuple[str, ...]:
    app, _, _ = run(text)
    return Numbering(app).problems(app.model(model))


def test_two_bases_take_two_hundreds() -> None:
    assert fields(SITE, "Site") == [
        ("id", 1),
        ("base_field", 2),
        ("base_field2", 3),
        ("otherstuff_field", 102),
        ("slice_field", 201),
    ]


def test_links_are_numbered_like_fields() -> None:
    assert [number for _, number in fields(SLICE, "Slice")] == [1, 2, 3, 101, 102]
    assert reverse(SLICE, "Site") == [("slices", 1002)]


def test_empty_ancestor_takes_no_hundred() -> None:
    text = """
    message B { optional string b = 2; }
    message E (B) {}
    message A (E) { optional string a = 2; }
    """
    assert fields(text, "A") == [("id", 1), ("b", 2), ("a", 102)]


def test_diamond_repeats_its_ancestor() -> None:
    assert [number for _, number in fields(DIAMOND, "A")] == [1, 2, 102, 202, 302, 402]


@pytest.mark.parametrize(
    ("number", "words"),
    [("1", "`a` has the number 1 of `id`"), ("100", "not from 1 to 99"), ("0", "not from 1 to 99")],
)
def test_root_number(number: str, words: str) -> None:
    text = f"message A {{ optional string a = {number}; }}"
    assert any(words in problem for problem in problems(text, "A"))


def test_no_fields() -> None:
    assert problems("message A {}", "A") == ("it has no fields; is a base missing?",)


def test_reverse_numbers_of_each_owner() -> None:
    assert reverse(CHAIN % (":1001", ":1001"), "Leaf") == [("m", 1001), ("l", 1101)]
    assert reverse(CHAIN % ("", ""), "Leaf") == [("m", 1900), ("l", 1901)]


def test_every_ancestor_can_count() -> None:
    text = CHAIN % ("", ":1001")
    assert reverse(text.replace(":m", ":+"), "Leaf") == [("l", 1001)]
    text = text.replace(":m", ":+")
    assert reverse(text, "Leaf", every_ancestor=True) == [("l", 1201)]


def test_reverse_number_twice() -> None:
    text = SLICE + "message Other { required manytoone site->Site:others = 2:1002; }"
    assert "duplicate-reverse-number" in codes(text)
    assert problems(text, "Site") == ("`others` has the number 1002 of `slices`",)


@pytest.mark.parametrize("number", ["999", "1900"])
def test_reverse_number_out_of_range(number: str) -> None:
    text = f"message A {{ optional manytoone a->A:as_of = 1:{number}; }}"
    assert codes(text) == ["reverse-number-out-of-range"]


def test_own_option_beats_that_of_the_file() -> None:
    app, _, _ = run('option a="1"; message A{option a="2";} message B{}')
    assert [m.options["a"].raw for m in app.models] == ['"2"', '"1"']


def test_file_option_reaches_what_follows() -> None:
    app, _, _ = run('message A{} option x="1"; message B{}')
    assert [m.options.text("x") for m in app.models] == [None, "1"]
    assert app.options.text("x") == "1"


def test_first_of_two_field_options_counts() -> None:
    app, _, _ = run("message A { required int32 f = 1 [a = 1, a = 2]; }")
    assert app.models[0].members[0].options.value("a") == 1


def test_unique_with_joins_what_is_connected() -> None:
    app, _, _ = run(
        """message M {
        required int32 A = 1 [unique_with = "B"];
        required int32 B = 2 [unique_with = C];
        required int32 C = 3 [unique_with = "A"];
        required int32 D = 4;
        required int32 E = 5 [unique_with = "F,G"];
        required int32 F = 6;
        required int32 G = 7;
        }"""
    )
    assert app.models[0].unique_together == (("A", "B", "C"), ("E", "F", "G"))


def test_one_name_in_two_packages() -> None:
    app, _, _ = run("package a; message X{} package b; message X{ optional bool f = 1; }")
    assert [m.ref for m in app.models] == ["a.X", "b.X"]
    assert len({m.name for m in app.models}) == 2


def test_qualified_bases() -> None:
    app, _, _ = run("package x.y; message B {} package z; message C {} message A (x.y.B, C) {}")
    assert app.model("z.A").bases == ("x.y.B", "z.C")


def test_unknown_bases_stay_as_written() -> None:
    app, _, _ = run("message A (x.y.B, C) {}")
    assert app.models[0].opaque_bases == ("x.y.B", "C")


def test_models_without_status_drop_inherited_fields() -> None:
    app, _, _ = run("message A (XOSBase) { option no_sync = True; option no_policy = True; }")
    names = {f.name for f in Numbering(app).fields(app.models[0])}
    assert not names & {"backend_status", "backend_code", "policy_status", "policy_code"}
    assert "backend_handle" in names
