"""The bundled models: found when needed, clean by our own strict rules, documented."""

from __future__ import annotations

import pytest

from tests.linking import run
from xgen.ir.app import Field
from xgen.ir.numbering import Numbering
from xgen.ir.types import Origin
from xgen.models import CORE, PLATFORM, parsed, source

TEXTS = {
    CORE: {CORE: source(CORE).text},
    PLATFORM: {PLATFORM: source(PLATFORM).text, f"lib/{CORE}": source(CORE).text},
}


@pytest.mark.parametrize("name", [CORE, PLATFORM])
def test_clean_when_strict(name: str) -> None:
    app, report, _ = run(TEXTS[name], strict=True)
    assert [(d.code, d.message) for d in report if d.code != "unused-policy"] == []
    assert app.name == f"xgen_{name.removesuffix('.xproto')}"


@pytest.mark.parametrize("name", [CORE, PLATFORM])
def test_every_model_and_field_is_documented(name: str) -> None:
    app, _, _ = run(TEXTS[name])
    assert [m.name for m in app.models if not m.doc] == []
    members = [(m.name, f.name) for m in app.models for f in m.members if not f.help_text]
    assert members == []


@pytest.mark.parametrize("name", [CORE, PLATFORM])
def test_every_model_can_be_numbered(name: str) -> None:
    app, _, _ = run(TEXTS[name])
    numbering = Numbering(app)
    assert {m.name: numbering.problems(m) for m in app.models if numbering.problems(m)} == {}


def test_the_platform_comes_from_the_core_once() -> None:
    app, _, _ = run(TEXTS[PLATFORM])
    assert {model.origin for model in app.library} == {Origin.CORE}
    assert app.model("xgen_platform.Slice").app == "xgen_platform"


def test_the_platform_is_loaded_only_when_asked_for() -> None:
    asked = []

    def bundled(name: str) -> object:
        asked.append(name)
        return parsed(name)

    from xgen.diagnostics import Report
    from xgen.linker import link
    from xgen.source import Source
    from xgen.syntax.parser import parse

    report = Report()
    for text, wanted in (
        ("message A (Service) {}", [CORE]),
        ("message A { optional manytoone site->Site:as_of = 1; }", [CORE, PLATFORM]),
    ):
        asked.clear()
        tree = parse(Source("a.xproto", text), report)
        link([tree], lambda *_: None, report, strict=True, bundled=bundled)  # type: ignore[arg-type]
        assert asked == wanted
    assert not len(report)


def test_the_runtime_finds_its_columns() -> None:
    app, _, _ = run(TEXTS[CORE])
    base = app.model("xgen_core.XOSBase")
    assert base.abstract
    fields = {f.name: f for f in base.members if isinstance(f, Field)}
    for name in ("generation", "enacted_generation", "revision", "policed_revision"):
        assert fields[name].attribute == name
        assert fields[name].type.value == "int64"
    assert [f.number for f in fields.values()] == list(range(2, 35))


def test_django_has_a_model_of_models() -> None:
    app, _, _ = run("message A { optional manytoone kind->ContentType:+ = 1; }")
    kind = app.model("xgen_core.ContentType")
    assert (kind.app, kind.skip_django) == ("contenttypes", True)
