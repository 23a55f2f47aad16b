"""The Python API: what it returns, that it prints nothing, and that its types hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import xgen
from tests import golden

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
MODEL = """\
option name = "paint";
message Color (XOSBase) {
  required string name = 1 [max_length = 32];
}
"""
TYPED = """\
import pathlib
from collections.abc import Sequence

import xgen
from xgen import App, Diagnostic, RenderedFile, Severity


def models(path: pathlib.Path) -> list[str]:
    result = xgen.compile([path], strict=True)
    problems: Sequence[Diagnostic] = result.diagnostics
    if result.app is None:
        raise SystemExit(result.text())
    app: App = result.app
    errors = [d.code for d in problems if d.severity is Severity.ERROR]
    return [model.name for model in app.models] + errors


def page(app: App) -> str:
    files: tuple[RenderedFile, ...] = xgen.render(app, "docs", options={"a": 1})
    try:
        xgen.render(app, pathlib.Path("mine.xtarget"))
    except xgen.RenderError as error:
        return error.diagnostics[0].message
    done = xgen.generate("a.xproto", ["docs"], output=pathlib.Path("out"), write=False)
    return files[0].text + "".join(done.changed)
"""
WRONG = """

xgen.compile(3)
xgen.render("app", "docs")
xgen.compile("a.xproto").app.models
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "paint.xproto"
    path.write_text(MODEL)
    return path


def test_compile(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = xgen.compile(model)
    assert result.ok
    assert result.app is not None
    assert [m.name for m in result.app.models] == ["Color"]
    assert (result.diagnostics, result.text()) == ((), "")
    assert xgen.compile([str(model)], name="other").app.name == "other"  # type: ignore[union-attr]
    assert capfd.readouterr() == ("", "")


def test_compile_says_what_is_wrong(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model.write_text(MODEL.replace("XOSBase", "XOSBose"))
    assert xgen.compile(model).ok
    result = xgen.compile(model, strict=True)
    assert result.app is None
    assert [(d.code, d.severity) for d in result.diagnostics] == [
        ("unknown-base", xgen.Severity.ERROR)
    ]
    assert "did you mean `XOSBase`?" in result.text()
    assert not xgen.compile(model, buildable=True).ok
    missing = xgen.compile(model.parent / "none.xproto")
    assert missing.app is None
    assert "none.xproto" in missing.text()
    assert capfd.readouterr() == ("", "")


def test_style_is_no_matter_of_what_can_be_built(model: Path) -> None:
    model.write_text(MODEL.replace("max_length = 32", "help_text = 'x'".replace("'", '"')))
    assert xgen.compile(model, buildable=True).ok
    assert not xgen.compile(model, strict=True).ok


def test_render(model: Path) -> None:
    app = xgen.compile(model).app
    assert app is not None
    (file,) = xgen.render(app, "graph", options={"format": "mermaid"})
    assert isinstance(file, xgen.RenderedFile)
    assert (file.path, file.owner.value) == ("paint.mmd", "machine")
    own = model.parent / "mine.xtarget"
    own.write_text("{{ app.name }} {{ target.options.x }}\n")
    assert [(f.path, f.text) for f in xgen.render(app, own, options={"x": 1})] == [
        ("", "paint 1\n")
    ]
    assert xgen.render(app, "mine", target_path=model.parent, options={"x": 2})[0].text == (
        "paint 2\n"
    )
    # The package of that name and the function do not stand in each other's way.
    assert callable(xgen.render)


def test_render_says_what_is_wrong(model: Path) -> None:
    app = xgen.compile(model).app
    assert app is not None
    with pytest.raises(xgen.RenderError, match="did you mean `openapi`") as caught:
        xgen.render(app, "openapy")
    assert [d.code for d in caught.value.diagnostics] == ["unknown-target"]
    own = model.parent / "mine.xtarget"
    own.write_text("{{ app.nmae }}\n")
    with pytest.raises(xgen.RenderError, match=r"mine\.xtarget:1:.*did you mean `name`"):
        xgen.render(app, own)
    report = xgen.Report()
    xgen.render(app, "swagger", report=report)
    assert [d.code for d in report] == ["renamed-target"]


def test_generate(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = model.parent / "out"
    planned = xgen.generate(model, "graph", output=out, write=False)
    assert (planned.ok, planned.changed, out.exists()) == (True, ("paint.dot",), False)
    done = xgen.generate(model, ["graph"], output=out)
    assert (done.name, done.changed) == ("paint", ("paint.dot",))
    assert (out / "paint.dot").exists()
    assert xgen.generate(model, ["graph"], output=out).changed == ()
    failed = xgen.generate(model.parent / "none.xproto", ["graph"], output=out)
    assert (failed.ok, failed.name, failed.changed) == (False, "", ())
    assert capfd.readouterr() == ("", "")


def test_the_command_line_gives_the_same(model: Path) -> None:
    app = xgen.compile(model).app
    assert app is not None
    golden.run(model.parent, "-t", "openapi", "-o", "out", "paint.xproto")
    text = (model.parent / "out" / "paint.openapi.yaml").read_text()
    assert {f.path: f.text for f in xgen.render(app, "openapi")} == {"paint.openapi.yaml": text}
    model.write_text(MODEL.replace("32", "0"))
    assert golden.run(model.parent, "lint", str(model)).stderr.startswith(
        xgen.compile(model).text()
    )


def test_names_are_on_the_page_and_there() -> None:
    for name in set(xgen.__all__) - {"__version__"}:
        assert re.search(rf"`{name}\b", PAGE), name
        assert getattr(xgen, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        xgen.nothing  # noqa: B018


def test_the_example_of_the_page(model: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=model.parent, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines()[0] == "Color ['name']"
    assert done.stdout.splitlines()[1].startswith("paint.openapi.yaml ")


def test_types_of_a_users_program(tmp_path: Path) -> None:
    (tmp_path / "typed.py").write_text(TYPED)
    (tmp_path / "wrong.py").write_text(TYPED + WRONG)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nfollow_imports = silent\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=mypy.ini", "typed.py", "wrong.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert not any(line.startswith("typed.py") for line in lines), done.stdout
    assert [line.partition(": error:")[2].rpartition("[")[2] for line in lines] == [
        "arg-type]",
        "arg-type]",
        "union-attr]",
    ]
