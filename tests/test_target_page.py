"""What docs/targets.md and docs/generate.md show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests import golden
from xgen import views
from xgen.diagnostics import Report
from xgen.project.reading import read_project

DOCS = Path(__file__).parent.parent / "docs"
MODEL = """\
option name = "paint";
message Color (XOSBase) {
  required string name = 1 [max_length = 32, help_text = "What people call it"];
}
"""


def block(page: str, language: str, number: int = 0) -> str:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[number]


def test_the_example_of_a_target(tmp_path: Path) -> None:
    (tmp_path / "m.xproto").write_text(MODEL)
    (tmp_path / "wiki.xtarget").write_text(block("targets.md", "jinja"))
    (tmp_path / "xgen.yaml").write_text("inputs: m.xproto\n" + block("targets.md", "yaml"))
    assert golden.run(tmp_path, "generate").code == 0
    assert golden.tree(tmp_path / "wiki") == {
        "Color.md": "# Color\n\nNobody has described it yet.\n\n"
        "- `name`, required: What people call it\n",
        "index.yaml": "title: Services\npages: [Color]\n",
    }


def test_the_example_of_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "m.xproto").write_text(MODEL)
    target = re.sub(
        r"- `\{\{ field.*",
        "- `{{ field.name }}`: {{ field.help_txt }}",
        block("targets.md", "jinja"),
    )
    (tmp_path / "wiki.xtarget").write_text(target)
    result = golden.run(tmp_path, "-t", "wiki.xtarget", "m.xproto")
    shown = block("targets.md", "text").splitlines()
    assert shown[0].partition(": ")[2] in result.stderr
    assert all(line in result.stderr for line in shown[1:])


def test_every_function_and_filter_is_on_the_page() -> None:
    text = (DOCS / "targets.md").read_text(encoding="utf-8")
    assert all(f"`{name}(" in text for name in views.GLOBALS)
    assert all(f"`{name}`" in text or f"`{name}(" in text for name in views.FILTERS)


def test_the_examples_of_project_files(tmp_path: Path) -> None:
    for number in (0, 1):
        text = block("generate.md", "yaml", number)
        assert yaml.safe_load(text)
        (tmp_path / "xgen.yaml").write_text(text)
        report = Report()
        read_project(str(tmp_path / "xgen.yaml"), str(tmp_path / "xgen.yaml"), report, {})
        assert not list(report)
