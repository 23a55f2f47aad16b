"""Whatever models say, linking them ends, raises nothing and gives an application that holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.linking import run
from xgen.diagnostics import Severity
from xgen.ir.graph import cycles, edges_of
from xgen.ir.numbering import Numbering

MODELS = ("A", "B", "C", "Service", "ServiceInstance", "XOSBase", "User", "Site", "p.A", "Nowhere")
OWN = st.sampled_from(("A", "B", "C", "a", "Service", "XOSBase"))
FIELDS = st.sampled_from(
    ("name", "Name", "a", "b", "save", "class", "created", "generation", "a_id")
)
NUMBERS = st.sampled_from(("1", "2", "3", "99", "100", "0", "-1", "1.5"))
MODIFIERS = st.sampled_from(("required", "optional", "repeated"))
TYPES = st.sampled_from(("string", "bool", "int32", "float", "double", "bytes", "A", "Kind", "foo"))
OPTIONS = st.sampled_from(
    (
        "max_length = 5",
        'max_length = "x"',
        "blank = True",
        "null = False",
        "default = None",
        'default = "now()"',
        "default = 5",
        "choices = \"(('a', 'A'),)\"",
        'choices = "x"',
        'unique_with = "name, b"',
        "unique = true",
        'content_type = "date"',
        "feedback_state = True",
        "min_value = 3",
        'max_value = "2"',
        "whatever = 1.5",
        "modifier = x",
    )
)
TERMS = st.sampled_from(
    ("obj.x", "ctx.user", "foo", "None", "1", '"a"', "{{ obj.a }}", "*p(a)", "*q(b)", "*gone(c)")
)


@st.composite
def members(draw: st.DrawFn) -> str:
    name, number, modifier = draw(FIELDS), draw(NUMBERS), draw(MODIFIERS)
    options = ", ".join(draw(st.lists(OPTIONS, max_size=3)))
    if draw(st.booleans()):
        return f"{modifier} {draw(TYPES)} {name} = {number} [{options}];"
    kind = draw(st.sampled_from(("manytoone", "onetoone", "manytomany")))
    peer = draw(st.sampled_from(MODELS))
    through = draw(st.sampled_from(("", "/B", "/A_name", "/Gone")))
    reverse = draw(st.sampled_from(("", ":+", ":name", ":as", ":all", ":service")))
    behind = draw(st.sampled_from(("", ":1001", ":999", ":1002"))) if reverse else ""
    return f"{modifier} {kind} {name}->{peer}{through}{reverse} = {number}{behind} [{options}];"


FORMULAS = st.recursive(
    TERMS,
    lambda below: st.one_of(
        st.tuples(below, st.sampled_from((" & ", " | ", " -> ")), below).map(
            lambda t: f"({t[0]}{t[1]}{t[2]})"
        ),
        below.map(lambda f: f"not {f}"),
        st.tuples(
            st.sampled_from(("exists A", "forall B", "exists obj.x", "exists Gone")), below
        ).map(lambda t: f"({t[0]}: {t[1]})"),
    ),
    max_leaves=6,
)


@st.composite
def messages(draw: st.DrawFn) -> str:
    bases = ", ".join(draw(st.lists(st.sampled_from(MODELS), max_size=2)))
    policy = draw(st.sampled_from(("", "::p", "::q", "::gone")))
    body = "\n".join(draw(st.lists(members(), max_size=4)))
    options = draw(
        st.sampled_from(
            (
                "",
                "option abstract = True;",
                'option owner_class_name = "A";',
                'option validators = "p:a {obj}, q:b, gone:c, nothing";',
                "message Inner { required bool x = 1; }",
                "enum Kind { ONE = 1; }",
            )
        )
    )
    name = draw(OWN)
    return f"message {name}{policy} {f'({bases})' if bases else ''} {{\n{options}\n{body}\n}}"


STATEMENTS = st.one_of(
    messages(),
    st.tuples(st.sampled_from("pq"), FORMULAS).map(lambda t: f"policy {t[0]} < {t[1]} >"),
    st.sampled_from(
        (
            "package p;",
            "package p.q;",
            'option name = "auth";',
            "option kind = 5;",
            "enum Kind { ONE = 1; }",
            "extend A { optional bool more = 7; }",
            'import "b.xproto";',
        )
    ),
)
TEXTS = st.lists(STATEMENTS, min_size=1, max_size=6).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_linking_any_models(first: str, second: str) -> None:
    texts = {"a.xproto": first, "lib/b.xproto": second}
    app, lenient, _ = run(texts)
    again, strict, _ = run(texts, strict=True)
    assert app == again
    assert {(d.code, d.span) for d in lenient} <= {(d.code, d.span) for d in strict}
    errors = {(d.code, d.span) for d in strict if d.severity is Severity.ERROR}
    assert {(d.code, d.span) for d in lenient if d.severity is Severity.ERROR} <= errors

    numbering = Numbering(app)
    for model in (*app.library, *app.models):
        assert all(app.get(base) is not None for base in model.bases)
        assert model not in app.ancestors(model)
        attributes = [member.attribute.lower() for member in model.members]
        assert len(attributes) == len(set(attributes))
        numbering.fields(model)
        numbering.reverse(model)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 5)] * 2, st.booleans()), max_size=12))
def test_what_is_left_of_the_dependencies_has_an_order(links: list[tuple[int, int, bool]]) -> None:
    members: dict[int, list[str]] = {number: [] for number in range(6)}
    for place, (start, end, required) in enumerate(links):
        word = "required" if required else "optional"
        members[start].append(f"{word} manytoone f{place}->M{end}:+ = {place + 1};")
    text = "\n".join(f"message M{n} {{ {' '.join(body)} }}" for n, body in members.items())
    app, _, _ = run(text)
    found = cycles(app)
    gone = {(cycle.edges[0].model, cycle.edges[0].link.name) for cycle in found}
    left = {
        model.ref: {e.peer for e in edges_of(app, model) if (e.model, e.link.name) not in gone}
        for model in app.models
    }
    while left:
        ready = [ref for ref, peers in left.items() if not peers & set(left)]
        assert ready
        for ref in ready:
            del left[ref]
    for cycle in found:
        ends = [edge.peer for edge in cycle.edges]
        starts = [edge.model for edge in cycle.edges]
        assert ends == [*starts[1:], starts[0]]
