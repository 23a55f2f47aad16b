"""Where targets come from: a path, folders, the bundled ones, other installed packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import golden

if TYPE_CHECKING:
    from pathlib import Path

MODEL = 'option name = "paint";\nmessage Color (XOSBase) {\n}\n'


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a model; a package that offers the target `shiny` is installed."""
    site = tmp_path / "site"
    (site / "shinypkg/targets").mkdir(parents=True)
    (site / "shinypkg/__init__.py").write_text("raise RuntimeError('not to be imported')\n")
    info = site / "shinypkg-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shinypkg\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[xgen.targets]\nshiny = shinypkg.targets\n")
    monkeypatch.syspath_prepend(str(site))
    (tmp_path / "m.xproto").write_text(MODEL)
    return tmp_path


def offer(work: Path, text: str) -> None:
    (work / "site/shinypkg/targets/shiny.xtarget").write_text(text)


def test_installed_target(work: Path) -> None:
    offer(work, "{# Shines. #}\n{{ app.name }}\n")
    assert golden.run(work, "-t", "shiny", "m.xproto").stdout == "paint\n"
    assert "shiny         Shines.\n" in golden.run(work, "targets").stdout


@pytest.mark.parametrize(
    "text",
    [
        "{{ app.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{% for m in app.models %}{{ m.__init__.__globals__ }}{% endfor %}",
    ],
)
def test_installed_target_is_not_trusted_with_python(work: Path, text: str) -> None:
    offer(work, text)
    result = golden.run(work, "-t", "shiny", "m.xproto")
    assert result.code == 3
    assert "unsafe" in result.stderr
    assert result.stdout == ""


def test_order(work: Path) -> None:
    offer(work, "installed\n")
    for folder in ("first", "second"):
        (work / folder).mkdir()
        (work / folder / "shiny.xtarget").write_text(f"{folder}\n")
    words = ("--target-path", "first", "--target-path", "second", "m.xproto", "--target")
    assert golden.run(work, *words, "shiny").stdout == "first\n"
    assert golden.run(work, *words, "shiny.xtarget").stdout == "first\n"
    assert golden.run(work, *words, "second/shiny").stdout == "second\n"
    (work / "shiny.xtarget").write_text("here\n")
    assert golden.run(work, *words, "shiny").stdout == "here\n"


def test_own_fragment_of_a_bundled_target(work: Path) -> None:
    place = work / "mine/synchronizer/README.md.jinja"
    place.parent.mkdir(parents=True)
    place.write_text("mine\n")
    words = ("-t", "synchronizer", "--target-path", "mine", "-o", "out", "m.xproto")
    assert golden.run(work, *words).code == 0
    assert (work / "out/README.md").read_text() == "mine\n"
