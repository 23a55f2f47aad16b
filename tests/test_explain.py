"""``xgen policy explain``: what it prints, what it evaluates, how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests import golden

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
// The caller holds a right on the site.
policy site_rule < ctx.user.is_admin | (ctx.write_access -> exists Right: (Right.site = obj & Right.user = ctx.user)) >
policy rule < obj.maker = ctx.user | (obj.site & *site_rule(site)) >
policy short < {{ len(obj.name) < 5 }} >
policy sure < obj.name | not obj.name >
policy parts < forall obj.parts: (obj.parts.size = 1 | obj.parts.name in "ab") >

message Site::site_rule (XOSBase) { required string name = 1 [max_length = 9]; }
message Thing::rule (XOSBase) {
    option validators = "short:too long, parts:odd parts";
    required string name = 1 [max_length = 9, default = "none"];
    optional manytoone site->Site:things = 2;
    optional manytoone maker->User:+ = 3;
}
message Part (XOSBase) {
    optional int32 size = 1;
    optional string name = 2 [max_length = 9];
    optional manytoone thing->Thing:parts = 3;
}
message Right (XOSBase) {
    required manytoone site->Site:rights = 1;
    required manytoone user->User:+ = 2;
}
"""
THING = "{id: 1, name: first, site: {id: 7, name: here}, maker: {id: 2, email: b@x}}"
RIGHTS = """
Site: [{id: 7, name: here}, {id: 8, name: there}]
User: [{id: 1, email: a@x}]
Right:
  - {id: 1, site: 8, user: 1}
  - {id: 2, site: 7, user: 1}
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    texts = {
        "m.xproto": MODEL,
        "thing.yaml": THING,
        "user.yaml": "{id: 1, email: a@x}",
        "rights.yaml": RIGHTS,
        "few.yaml": "Right: [{id: 1, site: {id: 8}, user: {id: 1}}]",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def explain(work: Path, *words: str) -> Any:
    return golden.run(work, "policy", "explain", "m.xproto", *words)


def data(work: Path, *words: str, code: int) -> dict[str, Any]:
    done = explain(work, *words, "-o", "json")
    assert done.code == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


ASKED = ("--object", "thing.yaml", "--user", "user.yaml")


def test_what_a_policy_is(work: Path) -> None:
    done = explain(work, "site_rule")
    assert (done.code, done.stderr) == (0, "")
    assert "policy site_rule (m.xproto:3)\n    The caller holds a right on the site." in done.stdout
    assert "used by message Site" in done.stdout
    assert "where.exists(" in done.stdout
    assert "simplified" not in done.stdout


def test_why_it_holds_and_why_not(work: Path) -> None:
    yes = explain(work, "rule", *ASKED, "--data", "rights.yaml", "--write")
    assert yes.code == 0, yes.stdout
    assert "True for Thing first, User a@x writing" in yes.stdout
    assert "obj.maker = ctx.user   (User b@x = User a@x)" in yes.stdout
    assert "for Right 2:" in yes.stdout
    assert "for Right 1:" not in yes.stdout  # the one that is found says it all
    no = explain(work, "rule", *ASKED, "--data", "few.yaml", "--write")
    assert no.code == 1
    assert "False for Thing first" in no.stdout
    assert "Right.site = obj   (Site 8 = Site here)" in no.stdout
    assert explain(work, "rule", *ASKED).code == 0  # reading needs no right


def test_as_data(work: Path) -> None:
    found = data(work, "rule", *ASKED, "--data", "few.yaml", "--write", code=1)
    assert (found["policy"], found["verdict"], found["always"]) == ("rule", False, None)
    assert found["why"]["formula"] == found["expression"]
    first, second = found["why"]["parts"]
    assert (first["left"], first["right"], first["value"]) == ("User b@x", "User a@x", False)
    assert second["parts"][0]["term"] == "Site here"
    assert data(work, "sure", code=0)["always"] is True
    escaped = data(work, "short", code=0)
    assert escaped["filter"] is None
    assert escaped["unfiltered"] == "it has Python in it: `{{ len(obj.name) < 5 }}`"


def test_what_is_not_given(work: Path) -> None:
    (work / "thing.yaml").write_text("{id: 1}")
    done = explain(work, "parts", "--object", "thing.yaml")
    assert done.code == 0
    assert "(there are none)" in done.stdout
    assert data(work, "short", "--object", "thing.yaml", code=0)["verdict"] is True  # "none"
    done = explain(work, "rule", "--object", "thing.yaml")
    assert done.code == 0  # nobody made it, nobody asks
    (work / "thing.yaml").write_text("Thing: {id: 1, parts: [{size: 2, name: b}, {size: 2}]}")
    done = explain(work, "parts", "--object", "thing.yaml")
    assert done.code == 1
    assert "obj.parts.name in \"ab\"   (null in 'ab')" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("rul",), "there is no policy `rul`; did you mean `rule`?"),
        (("rule", "--object", "no.yaml"), "no.yaml: no such file"),
        (("rule", "--object", "list.yaml"), "list.yaml: give one object"),
        (("rule", "--object", "bad.yaml"), "bad.yaml:2:1: "),
        (("rule", "--object", "thing.yaml", "--data", "thing.yaml"), "give a list of objects"),
        (("rule", "--object", "thing.yaml", "--model", "Thng"), "there is no model `Thng`"),
        (
            ("rule", "--object", "links.yaml", "--data", "few.yaml"),
            "`site` leads to `Site` 9, which is not among the stored objects",
        ),
        (("rule", "--user", "user.yaml"), "--user says how to look at an object: give --object"),
        (("rule", "--object", "empty.yaml"), "empty.yaml: give one object"),
        (
            ("rule", "--object", "slip.yaml"),
            "slip.yaml: `Site` has no field `nam`; did you mean `name`?",
        ),
        (
            ("rule", "--object", "text.yaml"),
            "text.yaml: `name` of `Thing` is text, which is written in quotes, not 5",
        ),
        (("rule", "--object", "two.yaml"), "`Thing` has no field `Thing`"),
        (("rule", "--object", "keys.yaml"), "`1` is no name of a field"),
        (("rule", "--object", "parts.yaml"), "`parts` of `Thing` is a list of objects, not 3"),
        (("rule", "--object", "site.yaml"), "`site` of `Thing` is one object, not [1]"),
        (
            ("rule", "--object", "size.yaml", "--model", "Part"),
            "`size` of `Part` is a whole number, not 'one'",
        ),
        (
            ("rule", "--object", "thing.yaml", "--user", "slip.yaml"),
            "`User` has no field `nam`",
        ),
        (
            ("rule", "--object", "thing.yaml", "--data", "rows.yaml"),
            "rows.yaml: there is no model `Sit`; did you mean `Site`?",
        ),
        (
            ("rule", "--object", "thing.yaml", "--data", "ones.yaml"),
            "ones.yaml: an object is `name: value` pairs, not 1",
        ),
        (
            ("free", "--object", "links.yaml"),
            "9 has no attribute `name`; no message has policy `free`: --model says",
        ),
        (
            ("wrong", "--object", "thing.yaml"),
            "`Thing` has no attribute `nam`; did you mean `name`?",
        ),
    ],
)
def test_mistakes(work: Path, words: tuple[str, ...], message: str) -> None:
    (work / "list.yaml").write_text("[1]")
    (work / "bad.yaml").write_text("a: [\n")
    (work / "empty.yaml").write_text("{}")
    (work / "slip.yaml").write_text("{site: {nam: x}, nam: y}")
    (work / "text.yaml").write_text("{name: 5}")
    (work / "two.yaml").write_text("{Thing: {id: 1}, Part: {id: 2}}")
    (work / "keys.yaml").write_text("{1: 2}")
    (work / "parts.yaml").write_text("{parts: 3}")
    (work / "site.yaml").write_text("{site: [1]}")
    (work / "size.yaml").write_text("{size: one}")
    (work / "rows.yaml").write_text("Sit: [{id: 1}]")
    (work / "ones.yaml").write_text("Site: [1]")
    (work / "links.yaml").write_text("{id: 1, site: 9, maker: {id: 2}}")
    (work / "m.xproto").write_text(
        MODEL + "policy free < obj.site.name = 1 >\n"
        "policy wrong < obj.nam >\nmessage T::wrong (Thing) {}\n"
    )
    if words[0] == "wrong":
        words = (*words, "--model", "Thing")
    done = explain(work, *words)
    assert done.code == 2
    assert message in done.stderr


def test_the_user_and_the_home_site_are_known_where_no_model_links_to_them(work: Path) -> None:
    (work / "m.xproto").write_text(
        "policy p < ctx.user.is_admin | exists Privilege: Privilege.accessor_id = ctx.user.id "
        '& Privilege.object_type = "Site" & Privilege.object_id = ctx.user.site.id >\n'
        "message T::p (XOSBase) { required string name = 1 [max_length = 9]; }\n"
    )
    (work / "t.yaml").write_text("{name: x}")
    (work / "d.yaml").write_text("Privilege: [{accessor_id: 1, object_type: Site, object_id: 7}]")
    asked = ("p", "--object", "t.yaml", "--user", "user.yaml", "--data", "d.yaml")
    done = explain(work, *asked)
    assert (done.code, done.stderr) == (1, "")
    assert "Privilege.object_id = ctx.user.site.id   (7 = null)" in done.stdout
    (work / "user.yaml").write_text("{id: 1, email: a@x, site: {id: 7}}")
    assert explain(work, *asked).code == 0


def test_policies_of_other_files_and_packages(work: Path) -> None:
    (work / "lib.xproto").write_text("package lib;\npolicy p < obj.name = 1 >\npolicy q < True >\n")
    (work / "m.xproto").write_text(
        'import "lib.xproto";\npackage own;\npolicy p < *lib.q(site) & *lib.p(site) >\n'
        "message Site (XOSBase) { required string name = 1 [max_length = 9]; }\n"
        "message T::p (XOSBase) { required manytoone site->Site:ts = 1; }\n"
    )
    done = explain(work, "lib.q")
    assert done.code == 0, done.stderr
    assert "lib.xproto:3" in done.stdout
    assert explain(work, "own.p").code == 0
    done = explain(work, "p")
    assert (done.code, done.stdout) == (2, "")
    assert "there are several policies `p`: `own.p`, `lib.p`" in done.stderr


def test_an_object_inside_of_itself(work: Path) -> None:
    (work / "thing.yaml").write_text("&x {id: 1, name: n, parts: [{thing: *x, size: 1}]}")
    assert explain(work, "parts", "--object", "thing.yaml").code == 0


def test_a_model_with_errors(work: Path) -> None:
    (work / "m.xproto").write_text("policy p < obj. >\n")
    done = explain(work, "p")
    assert done.code == 3
    assert "bad-path" in done.stderr
