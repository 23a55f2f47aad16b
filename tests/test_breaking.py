"""`xgen breaking`: a case for each rule, then versions, classes, comments and formats.

A case is a folder with ``before.xproto`` and ``after.xproto``; ``expected.txt`` is what is said,
without it nothing is. ``XGEN_REFRESH=1`` writes it anew and fails.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests import golden
from tests.linking import run
from tests.real import needs_real_models, real_models
from xgen.breaking import RULES, breaking
from xgen.breaking.formulas import Direction, direction

ROOT = Path(__file__).parents[1]
CASES = golden.cases("breaking")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    found = golden.run(case, "breaking", "--against", "before.xproto", "after.xproto")
    expected = case / "expected.txt"
    known = expected.read_text(encoding="utf-8") if expected.exists() else "nothing broken\n"
    if golden.REFRESH and found.stderr != known:
        expected.write_text(found.stderr, encoding="utf-8")
        pytest.fail("wrote expected.txt anew: read it")
    assert found.stdout == ""
    assert found.stderr == known
    assert found.code == (found.stderr != "nothing broken\n")


def test_every_rule_has_its_case() -> None:
    assert {case.name for case in CASES} >= set(RULES)
    for rule in RULES:
        expected = golden.CORPUS / "breaking" / rule / "expected.txt"
        assert f"[{rule}]" in expected.read_text(encoding="utf-8"), rule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_breaks_from_a_version_to_itself(case: Path) -> None:
    for name in ("before", "after"):
        app, *_ = run((case / f"{name}.xproto").read_text(encoding="utf-8"))
        assert breaking(app, app) == ()


@needs_real_models
@pytest.mark.parametrize("path", real_models(), ids=lambda path: path.stem)
def test_real_models_do_not_break_themselves(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert breaking(run(text)[0], run(text)[0]) == ()


# --- versions --------------------------------------------------------------------------------

OLD = """option name = "shop";
import "base.xproto";
message A (Base) { optional int32 size = 1; }
// What is sold in shops is a matter of other models.
"""
NEW = OLD.replace("optional int32 size = 1;", "")
BASE = "message Base { option abstract = True; optional int32 depth = 1; }\n"


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(("git", *who, *words), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a service in a folder, whose model has changed since the last commit."""
    service = tmp_path / "service"
    service.mkdir()
    (service / "shop.xproto").write_text(OLD)
    (service / "base.xproto").write_text(BASE)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    (service / "shop.xproto").write_text(NEW)
    # What is imported is read as it was, too.
    (service / "base.xproto").write_text(BASE.replace("depth", "height"))
    return tmp_path


def test_a_commit(repository: Path) -> None:
    found = golden.run(repository, "breaking", "--against", "HEAD", "service/shop.xproto")
    assert "[field-removed]" in found.stderr
    assert "--> HEAD:./service/shop.xproto:3:35" in found.stderr
    assert found.code == 1
    git(repository, "commit", "-qam", "second")
    again = golden.run(repository, "breaking", "--against", "HEAD", "service/shop.xproto")
    assert (again.code, again.stderr) == (0, "nothing broken\n")
    below = golden.run(repository / "service", "breaking", "--against", "HEAD~1", "shop.xproto")
    assert below.code == 1
    folder = golden.run(repository, "breaking", "--against", "HEAD~1", "service", "-q")
    # Together with its base the whole model is input: the base's field is renamed.
    assert folder.stderr.count("error:") == 2


def test_a_folder(repository: Path) -> None:
    before = repository / "before"
    before.mkdir()
    (before / "shop.xproto").write_text(OLD)
    (before / "base.xproto").write_text(BASE)
    found = golden.run(repository / "service", "breaking", "--against", "../before", "shop.xproto")
    assert found.stderr.count("error:") == 1
    assert "--> ../before/shop.xproto:3:35" in found.stderr


def test_the_project_says_which_models(repository: Path) -> None:
    project = repository / "service" / "xgen.yaml"
    project.write_text("inputs: [shop.xproto]\ntargets: [models]\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    project.write_text("inputs: [store.xproto]\ntargets: [models]\n")
    (repository / "service" / "shop.xproto").rename(repository / "service" / "store.xproto")
    found = golden.run(repository / "service", "breaking", "--against", "HEAD")
    assert (found.code, found.stderr) == (0, "nothing broken\n")
    found = golden.run(repository / "service", "breaking", "--against", "HEAD~1")
    assert found.code == 0
    assert "store.xproto: note: there was no `HEAD~1:./store.xproto`" in found.stderr
    git(repository, "add", ".")  # git knows what it was
    found = golden.run(repository / "service", "breaking", "--against", "HEAD~1")
    assert found.code == 1
    assert "[field-removed]" in found.stderr


def test_a_file_that_was_moved(repository: Path) -> None:
    (repository / "service" / "shop.xproto").rename(repository / "service" / "store.xproto")
    git(repository, "add", ".")
    for folder, path in (
        (repository, "service/store.xproto"),
        (repository / "service", "store.xproto"),
    ):
        found = golden.run(folder, "breaking", "--against", "HEAD", path)
        assert found.code == 1
        assert "shop.xproto:3:35" in found.stderr
    before = repository / "before"
    before.mkdir()
    found = golden.run(repository, "breaking", "--against", "before", "service/store.xproto")
    assert (found.code, "[no-earlier-version]" in found.stderr) == (3, True)


def test_new_models_break_nothing(repository: Path) -> None:
    (repository / "new.xproto").write_text("message New {}\n")
    found = golden.run(repository, "breaking", "--against", "HEAD", "new.xproto")
    assert found.code == 0
    assert (
        "note: there was no `HEAD:./new.xproto`: nothing was promised [new-models]" in found.stderr
    )
    both = golden.run(repository, "breaking", "--against", "HEAD", "new.xproto", "service")
    assert "[field-removed]" in both.stderr


@pytest.mark.parametrize(
    ("against", "says"),
    [
        ("nowhere", "`nowhere` is no commit of this repository"),
        ("--output=x", "is no name of a commit"),
    ],
)
def test_unknown_versions(repository: Path, against: str, says: str) -> None:
    found = golden.run(repository, "breaking", f"--against={against}", "service/shop.xproto")
    assert found.code == 2
    assert says in found.stderr


def test_versions_with_errors(repository: Path) -> None:
    (repository / "bad.xproto").write_text("message A {")
    good = "service/shop.xproto"
    for files in (("bad.xproto", good), (good, "bad.xproto")):
        found = golden.run(repository, "breaking", "--against", *files)
        assert found.code == 3
        assert "[missing-brace]" in found.stderr


def test_no_model(tmp_path: Path) -> None:
    assert golden.run(tmp_path, "breaking", "--against", "x").code == 2
    assert golden.run(tmp_path, "breaking").code == 2


# --- classes and formats ---------------------------------------------------------------------


def test_classes() -> None:
    case = golden.CORPUS / "breaking" / "allowed"
    words = ("breaking", "--against", "before.xproto", "after.xproto", "--class")
    schema = golden.run(case, *words, "schema")
    # Comments for rules that are not looked at are not called unused.
    assert "unused" not in schema.stderr
    assert "field-removed:" not in schema.stderr
    both = golden.run(case, *words, "schema", "--class", "data-loss")
    assert "[field-removed]" in both.stderr
    assert golden.run(case, *words, "nothing").code == 2


def test_formats() -> None:
    case = golden.CORPUS / "breaking" / "field-removed"
    words = ("breaking", "--against", "before.xproto", "after.xproto", "--format")
    (finding,) = json.loads(golden.run(case, *words, "json").stdout)["findings"]
    assert (finding["code"], finding["path"]) == ("field-removed", "after.xproto")
    assert finding["labels"][0]["path"] == "before.xproto"
    assert golden.run(case, *words, "github").stdout.startswith("::error file=after.xproto,line=3")
    sarif = json.loads(golden.run(case, *words, "sarif").stdout)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "field-removed"


# --- comments --------------------------------------------------------------------------------

GONE = "message A { optional int32 a = 1; optional int32 b = 2; }\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("// xgen: allow field-removed: gone\nmessage A { optional int32 b = 2; }", []),
        ("message A { // xgen: allow field-removed: gone\n optional int32 b = 2; }", []),
        ("message A { optional int32 b = 2; /* xgen: allow field-removed: gone */ }", []),
        (
            "message A {\n// xgen: allow field-removed(a): gone\n\noptional int32 b = 2; }",
            [],
        ),
        (
            "message A {\n// xgen: allow field-removed(c): gone\noptional int32 b = 2; }",
            ["field-removed", "unused-allowance"],
        ),
        (
            "// xgen: allow field-removed: gone\n\nmessage A { optional int32 b = 2; }",
            ["field-removed", "unused-allowance"],
        ),
        (
            "message A { optional int32 b = 2; }\n// xgen: allow field-removed: gone\nmessage B {}",
            ["field-removed", "unused-allowance"],
        ),
        ("// xgen: allow model-removed: gone\n\nmessage B {}", []),
        (
            "// xgen: allow model-removed: gone\nmessage B {}",
            [],
        ),
        ("// xgen: allow model-removed:  \nmessage B {}", ["bad-allowance", "model-removed"]),
        ("// xgen: deny model-removed: x\nmessage B {}", ["bad-allowance", "model-removed"]),
    ],
)
def test_comments(tmp_path: Path, text: str, codes: list[str]) -> None:
    (tmp_path / "old.xproto").write_text(GONE)
    (tmp_path / "new.xproto").write_text(text)
    found = golden.run(tmp_path, "breaking", "--against", "old.xproto", "new.xproto")
    assert sorted(re.findall(r"\[([a-z-]+)\]$", found.stderr, re.MULTILINE)) == codes
    assert found.code == bool(codes)


def test_comments_for_xgen_document_nothing() -> None:
    app, *_ = run("// One.\n// xgen: allow field-removed: gone\n// Two.\nmessage A {}")
    assert app.models[0].doc == "One.\nTwo."


# --- formulas --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a & b", "b & a", Direction.SAME),
        ("a -> b", "not a | b", Direction.SAME),
        ("a", "a & b", Direction.STRICTER),
        ("a", "a | exists X: X.y = 1", Direction.LOOSER),
        ("exists X: X.y = 1", "exists X: X.y = 2", Direction.OTHER),
        ("a", "True", Direction.LOOSER),
        ("a", "b", Direction.OTHER),
        ("a", " & ".join(f"obj.x = {n}" for n in range(20)), Direction.OTHER),
    ],
)
def test_directions(old: str, new: str, expected: Direction) -> None:
    app, *_ = run(f"policy p < {old} > policy q < {new} >")
    one, other = (policy.formula for policy in app.policies)
    assert direction(one, other) is expected
    back = {Direction.STRICTER: Direction.LOOSER, Direction.LOOSER: Direction.STRICTER}
    assert direction(other, one) is back.get(expected, expected)


def test_the_page_lists_the_rules() -> None:
    page = (ROOT / "docs" / "breaking.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \| (.*) \|$", page, re.MULTILINE)
    assert rows == [
        (rule.id, ", ".join(kind.value for kind in rule.kinds), rule.summary)
        for rule in RULES.values()
    ]
