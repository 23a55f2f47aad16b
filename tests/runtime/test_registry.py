"""Loading a package: what it brings, and what is wrong with its files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from xgen.runtime import registry
from xgen.runtime.errors import ConfigError, ConfigErrors

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("db")

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Make files of a package called `mypackage`, whose models are the sample's."""
    folder = tmp_path / "mypackage"

    def write_file(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    write_file("__init__.py", "")
    write_file("steps/__init__.py", "")
    write_file("model_policies/__init__.py", "")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_app_label", lambda _: "sampleservice")
    monkeypatch.chdir(tmp_path)
    yield write_file
    for name in [n for n in sys.modules if n.split(".")[0] == "mypackage"]:
        del sys.modules[name]


STEP = """
from sampleservice._generated.models import Color
from xgen.runtime import SyncStep

class SyncColor(SyncStep[Color]):
    observes = Color
"""
POLICY = """
from sampleservice._generated.models import Color
from xgen.runtime import ModelPolicy

class ColorPolicy(ModelPolicy[Color]):
    model = Color
"""


def mistakes() -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        registry.load("mypackage")
    return [str(error) for error in caught.value.errors]


def test_steps_and_policies_are_found(write: Write) -> None:
    write("steps/sync_color.py", STEP)
    write("model_policies/model_policy_color.py", POLICY)
    write("model-deps.yaml", "Palette:\n  - [Color, colors, palettes]\n")
    found = registry.load("mypackage")
    work = found.work["sampleservice.Color"]
    assert work.step
    assert work.policy
    assert (work.step.__name__, work.policy.__name__) == ("SyncColor", "ColorPolicy")
    palette = found.work["sampleservice.Palette"]
    assert (palette.step, palette.policy, palette.adopted) == (None, None, False)
    assert found.work["xgen_core.ServiceInstanceLink"].adopted
    assert [link.edge.line for link in found.links.all] == [2]
    assert found.context.folder.name == "mypackage"


def test_what_a_step_file_only_imports_is_not_its_own(write: Write) -> None:
    write("steps/sync_color.py", STEP)
    write("steps/sync_more.py", "from mypackage.steps.sync_color import SyncColor\n")
    assert registry.load("mypackage").work["sampleservice.Color"].step


def test_a_broken_step_file_is_an_error_with_its_file_and_line(write: Write) -> None:
    write("steps/sync_color.py", STEP + "\nimport does_not_exist\n")
    write("steps/sync_other.py", "class X:\n    def\n")
    write("steps/sync_third.py", "def f():\n    1 / 0\n\nf()\n")
    found = mistakes()
    assert found[0] == (
        "mypackage/steps/sync_color.py:8: cannot import mypackage.steps.sync_color: "
        "ModuleNotFoundError: No module named 'does_not_exist'"
    )
    assert found[1].startswith("mypackage/steps/sync_other.py:2: cannot import mypackage.steps.")
    assert found[2].startswith("mypackage/steps/sync_third.py:2: cannot import mypackage.steps.")
    assert "ZeroDivisionError: division by zero" in found[2]


def test_two_steps_for_one_model(write: Write) -> None:
    write("steps/sync_a.py", STEP)
    write("steps/sync_b.py", STEP.replace("SyncColor", "SyncColour"))
    assert mistakes() == [
        (
            "mypackage/steps/sync_b.py: SyncColour and mypackage.steps.sync_a.SyncColor are both for "
            "Color"
        )
    ]


def test_a_step_must_say_what_it_is_for(write: Write) -> None:
    write("steps/sync_a.py", STEP.replace("    observes = Color", "    pass"))
    assert mistakes() == [
        "mypackage/steps/sync_a.py: SyncColor.observes must be a model that is synced"
    ]


def test_mistakes_in_model_deps_and_steps_are_reported_together(write: Write) -> None:
    write("steps/sync_a.py", "1 / 0\n")
    write("model-deps.yaml", "Colour: []\nPalette:\n  - [Color, nothing]\n")
    assert len(mistakes()) == 3


def test_a_cycle_between_models_is_a_warning_with_lines(write: Write) -> None:
    write(
        "model-deps.yaml",
        "Palette:\n  - [Color, colors]\nColor:\n  - [Palette, palettes]\n",
    )
    found = registry.load("mypackage")
    assert len(found.warnings) == 1
    assert (
        "Palette.colors -> Color (line 2), Color.palettes -> Palette (line 4)"
        in (found.warnings[0])
    )


def test_a_package_that_is_not_there() -> None:
    with pytest.raises(ConfigError) as caught:
        registry.load("not_there_at_all")
    assert "there is no package `not_there_at_all`" in str(caught.value)
