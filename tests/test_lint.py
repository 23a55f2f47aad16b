"""The rules for a service's own code: cases, and that they know what objects really have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import generating, golden
from xgen.lint_rules import RULES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", golden.cases("lint"), ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)


def test_every_rule_is_on_the_page_and_in_a_case() -> None:
    said = "".join(
        path.read_text("utf-8")
        for case in golden.cases("lint")
        for path in (case / "stderr.txt", case / "stdout.txt")
        if path.exists()
    )
    for rule, summary in RULES.items():
        assert f"| `{rule}` | {summary} |" in PAGE, rule
        assert f"[{rule}]" in said, rule


def test_the_example_has_no_warnings(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "exampleservice", tmp_path / "example")
    result = golden.run(tmp_path / "example", "lint")
    assert result.code == 0, result.stderr
    assert "warning" not in result.stderr


def test_a_new_package_says_what_is_to_be_written(tmp_path: Path) -> None:
    assert golden.run(tmp_path, "init", "--starter", "paint").code == 0
    assert golden.run(tmp_path, "generate", "-q").code == 0
    result = golden.run(tmp_path, "lint")
    found = {line.rpartition("[")[2] for line in result.stderr.splitlines() if line.endswith("]")}
    assert found == {"step-not-implemented]", "policy-not-implemented]", "service-options]"}
    (tmp_path / "paint" / "steps" / "sync_paint.py").unlink(missing_ok=True)
    for step in (tmp_path / "paint" / "steps").glob("sync_*.py"):
        step.unlink()
    assert "[missing-step]" in golden.run(tmp_path, "lint").stderr


def test_a_model_alone_is_not_looked_at_as_a_service(tmp_path: Path) -> None:
    (tmp_path / "m.xproto").write_text("message Thing {\n}\n")
    assert golden.run(tmp_path, "lint", "m.xproto").stderr == ""


# What Django and the runtime give an object is what the rules think it has.
DIRECTORY = """
from tests import generating
from xgen.linting.shapes import Shapes
import {package}._generated.models as generated
shapes = Shapes(generating.app_of({case!r}))
for name, model in shapes.own.items():
    kind = getattr(generated, name)
    assert shapes.knows(model)
    known = shapes.attributes(model)
    real = {{word for word in dir(kind) if not word.startswith("_")}}
    real |= {{f.name for f in kind._meta.get_fields() if hasattr(kind, f.name)}}
    missing = {{word for word in real - known if not word.isupper() and not word.istitle()}}
    assert not missing, (name, missing)
print(len(shapes.own), "models")
"""


@pytest.mark.parametrize("case", ["example", "kinds"])
def test_attributes_are_those_of_real_objects(case: str, tmp_path: Path) -> None:
    app = generating.app_of(case)
    generating.write(generating.expected(case), tmp_path)
    code = DIRECTORY.format(package=app.name, case=case)
    assert "models" in generating.django(code, tmp_path, packages=[app.name])


def test_the_example_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "paint.xproto").write_text(
        'option name = "paint";\noption verbose_name = "Paint";\noption app_label = "paint";\n'
        "message Paint (Service) {\n  option no_sync = True;\n}\n"
        "message Room (XOSBase) {\n  required string tenant_message = 1 [max_length = 9];\n}\n"
    )
    (tmp_path / "xgen.yaml").write_text("inputs: paint.xproto\ntargets: synchronizer\n")
    steps = tmp_path / "paint" / "steps"
    steps.mkdir(parents=True)
    (steps / "sync_room.py").write_text(
        "from paint._generated.steps import SyncRoomBase\n\n\nclass SyncRoom(SyncRoomBase):\n"
        "    def delete_record(self, o):\n        pass\n\n\n\n\n"
        "    def sync_record(self, o):\n        self.publish(o.pk, text=o.tenant_mesage)\n"
        "        self.keep(o)\n"
    )
    shown = PAGE.partition("$ xgen lint\n")[2].partition("```")[0]
    assert golden.run(tmp_path, "lint").stderr == shown
