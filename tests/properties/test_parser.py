"""What holds for the parser on any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from xgen.console import FORMATS, show
from xgen.diagnostics import Report, Severity
from xgen.ir.expr import Binary, Compare, Expr, Not, Quantifier
from xgen.resources import bundled
from xgen.source import Source
from xgen.syntax import tree
from xgen.syntax.parser import parse

BODIES = ("< True >", "<a.b = 1 -> *p(x)>", '< exists X: X.a = "> not the end" & {{ 1 > 2 }} >')
WORDS = (
    *("message ", "option ", "required ", "optional ", "string ", "manytoone ", "enum ", "extend "),
    *(
        "policy ",
        "import ",
        "package ",
        "service ",
        "rpc ",
        "returns ",
        "extensions ",
        "to ",
        "map ",
    ),
    *("name", "A", "True", "1", "-2.5", "1001", '"text"', '"', "'", "#", "//", "/*", "*/", "\n"),
    *("{", "}", "[", "]", "(", ")", "<", ">", "{{", "}}", "=", ";", ",", ".", "/", ":", "::", "->"),
    *("+", "-", "&", "|", "not ", "in ", "exists ", "forall ", "\u00a0", "\u00e9", "\u201c", " "),
)
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(text: str) -> tuple[tree.File, Report]:
    report = Report()
    file = parse(Source("f.xproto", text), report)
    return file, report


def check_any(text: str) -> None:
    file, report = parsed(text)
    assert isinstance(file, tree.File)
    for finding in report:
        assert finding.span is not None
        for span in (finding.span, *(label.span for label in finding.labels)):
            assert 0 <= span.start <= span.end <= len(text)
    assert report.count(Severity.ERROR) <= 20 + text.count("policy")
    for comment in file.comments:
        assert text[comment.span.start : comment.span.end] == comment.text


@given(st.text())
@relaxed
def test_no_text_raises(text: str) -> None:
    check_any(text)


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
@example("message A { required string a = 1 [a = [")
@example("message A (B {{ [ = ")
@example("policy p < {{ ( }} >")
@relaxed
def test_no_salad_of_words_raises(text: str) -> None:
    check_any(text)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
@relaxed
def test_no_policy_raises(body: str) -> None:
    check_any(f"policy p < {body} >")


@given(
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text(max_size=12),
    st.integers(0, 2000),
    st.integers(0, 30),
)
@relaxed
def test_no_damage_raises(inserted: str, at: int, removed: int) -> None:
    case = Path(__file__).parents[1] / "corpus" / "syntax" / "everything" / "input.xproto"
    text = case.read_text(encoding="utf-8")
    check_any(text[:at] + inserted + text[at + removed :])


@given(st.text(), st.sampled_from(FORMATS), st.booleans())
@relaxed
def test_any_finding_can_be_shown(text: str, form: str, colour: bool) -> None:
    import io

    source = Source("f.xproto", text)
    report = Report()
    parse(source, report)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(report, {source.path: source}, stream, form=form, colour=colour)


def grammar() -> Lark:
    folder = Path(bundled("grammars"))
    text = (folder / "xproto.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        start="file",
        parser="lalr",
        source_path=str(folder / "xproto.lark"),
        import_paths=[str(folder)],
    )


NAMES = st.sampled_from(["a", "Tag", "x_1", "message", "max", "$v+", "option"])
SENTENCES = from_lark(
    grammar(),
    start="file",
    explicit={
        "BODY": st.sampled_from(BODIES),
        "OPTIONS": st.sampled_from(["[]", '[a = 1, b="x",]', "[ max = True ]"]),
        "NAME": NAMES.map(lambda name: f" {name} "),
        "COMMENT": st.sampled_from([" /* c */", " // c\n", "\n// d > } ]\n", "\n/** e\n * f */\n"]),
        "NUMBER": st.sampled_from([" 1 ", " -2 ", " 10.5 "]),
        "STRING": st.sampled_from(['"a"', '""', '"q\\"> ;"']),
        **{
            name: st.just(f"\n{word} ")
            for name, word in {
                "MESSAGE": "message",
                "OPTION": "option",
                "POLICY": "policy",
                "ENUM": "enum",
                "EXTEND": "extend",
                "EXTENSIONS": "extensions",
                "MAX": "max",
                "RPC": "rpc",
                "PACKAGE": "package",
                "IMPORT": "import",
            }.items()
        },
        "MODIFIER": st.sampled_from(["\nrequired ", "\noptional ", "\nrepeated "]),
        "LINK_KIND": st.sampled_from(["manytoone ", "onetoone ", "manytomany "]),
        "LAMBDA": st.sampled_from(["\nmap ", "\nreduce "]),
        "SERVICE": st.sampled_from(["\nservice ", "\n_service "]),
    },
)


@given(SENTENCES)
@relaxed
def test_what_the_grammar_says_parses(text: str) -> None:
    _, report = parsed(text)
    assert not [d.message for d in report]


FORMULAS = st.recursive(
    st.sampled_from(["a", "obj.b.c", "ctx.all()", "1", '"x > y"', "True", "{{ 1 > 2 }}", "*p(q)"])
    | st.sampled_from(["a = 1", "b in c.d", "*p(q) = False"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&", "|", "->"]), inner).map(" ".join),
        inner.map(lambda f: f"not {f}"),
        inner.map(lambda f: f"({f})"),
        inner.map(lambda f: f"exists X: {f}"),
        inner.map(lambda f: f"forall obj.xs: ({f})"),
    ),
    max_leaves=12,
)


@given(FORMULAS)
@relaxed
def test_formulas_mean_what_the_reference_grammar_says(text: str) -> None:
    file, report = parsed(f"policy p <{text}>")
    assert not [d.message for d in report]
    (policy,) = file.statements
    assert isinstance(policy, tree.Policy)
    assert policy.formula is not None
    check_shape(policy.formula)
    assert policy.formula.span is not None
    written = f"policy p <{text}>"[policy.formula.span.start : policy.formula.span.end]
    again = parsed(f"policy p <{spelled(policy.formula)}>")[0].statements[0]
    assert isinstance(again, tree.Policy)
    assert again.formula == policy.formula, written


def check_shape(node: Expr) -> None:
    """Only what is in parentheses may bind looser than what is around it."""
    if isinstance(node, Compare):
        assert not isinstance(node.left, Binary | Compare | Not | Quantifier)
        assert not isinstance(node.right, Binary | Compare | Not | Quantifier)
    elif isinstance(node, Binary):
        check_shape(node.left)
        check_shape(node.right)


def spelled(node: Expr) -> str:
    """Write a formula with every parenthesis, so that precedence has no say."""
    if isinstance(node, Binary):
        return f"({spelled(node.left)}) {node.operator} ({spelled(node.right)})"
    if isinstance(node, Not):
        return f"not ({spelled(node.operand)})"
    if isinstance(node, Quantifier):
        return f"({node.kind} {node.variable}: ({spelled(node.body)}))"
    if isinstance(node, Compare):
        return f"{spelled(node.left)} {node.operator} {spelled(node.right)}"
    from tests.trees import expression
    from xgen.ir.expr import Literal

    return node.raw if isinstance(node, Literal) else expression(node)


GARBAGE = {
    "angles": "<",
    "braces": "{",
    "closed": "}",
    "brackets": "[",
    "parentheses": "(",
    "quotes": '"',
    "apostrophes": "'",
    "comments": "/*",
    "hashes": "#",
    "blanks": "\u00a0",
    "heads": "message A {",
    "lists": "message A{required string a=1[a=1 ",
    "policies": "policy a <",
    "escapes": "policy a <{{ ",
    "letters": "a",
    "accents": "\u00e9",
    "words": "x y\n",
    "options": "option a = ",
    "colons": ":",
    "separators": "a\u2028",
}


@pytest.mark.parametrize("piece", GARBAGE.values(), ids=GARBAGE)
def test_garbage_costs_linear_time_and_little_paper(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        check_any(text)
        return time.process_time() - began

    small = max(cost(10_000), 0.01)
    assert cost(100_000) < 40 * small


@pytest.mark.parametrize(
    "formula",
    ["(" * 50_000 + "a" + ")" * 50_000, "not " * 50_000 + "a", "a & " * 50_000 + "a"],
    ids=["parentheses", "nots", "ands"],
)
def test_deep_formulas_are_found_not_fallen_into(formula: str) -> None:
    _, report = parsed(f"policy p < {formula} >")
    assert [d.code for d in report] in (["too-deep"], [])


def test_deep_blocks_are_found_not_fallen_into() -> None:
    _, report = parsed("message A { " * 50_000)
    assert [d.code for d in report] == ["too-deep"]
