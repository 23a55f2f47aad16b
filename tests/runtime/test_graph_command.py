"""`graph`: models and live objects, who waits for whom, drawn in every format."""

import json
import shutil
import time
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.runtime.enginekit import DEPS, Backend, synchronizer, world
from xgen.runtime import cli, depgraph, draw
from xgen.runtime.selection import select
from xgen.runtime.writer import Writer, writing_as

HOSTILE = 'a"]; x -> y\n<script>&lt;\\N #quot; `%%{init}%% | \x1b[31m'

MODELS = """\
ExampleService [1 due]
Color [2 due]
ExampleServiceInstance [1 blocked]
  owner -> ExampleService [due]
  foreground_color -> Color [due]
  background_color -> Color [due]
Palette [no objects]
  colors -> Color [due]
  parent -> Palette [no objects]
EmbeddedImage [1 blocked]
  serviceinstance -> ExampleServiceInstance [blocked]
"""

MERMAID = """\
flowchart LR
  n1["ExampleService s<br/>due"]:::s_due
  n2["Color red<br/>due"]:::s_due
  n3["Color blue<br/>due"]:::s_due
  n4["ExampleServiceInstance page<br/>blocked"]:::s_blocked
  n5["EmbeddedImage sun,page<br/>blocked"]:::s_blocked
  n4 -->|"owner"| n1
  n4 -->|"foreground_color"| n2
  n4 -->|"background_color"| n3
  n5 -->|"serviceinstance"| n4
  classDef s_due fill:#fff3c4,stroke:#b28704,color:#000000
  classDef s_blocked fill:#fbd9b5,stroke:#c25e00,color:#000000
"""

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")


@pytest.fixture
def xgen(db, capfd):
    """Runs a command in this process; returns exit code, output and errors."""

    def run(*words):
        code = cli.invoke("sampleservice", [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def objects(sync, *words, limit=200):
    selection = select(words, "sampleservice") if words else None
    return depgraph.of_objects(sync.store, sync.clock, selection=selection, limit=limit)


def states(picture):
    return {node.name: node.state for node in picture.nodes}


def set_to(o, **columns):
    with writing_as(Writer.RUNTIME):
        type(o).all_objects.filter(pk=o.pk).update(**columns)


def test_models_as_text(xgen):
    world()
    code, out, _ = xgen("graph")
    assert (code, out) == (0, MODELS)


def test_a_model_with_what_is_tied_to_it(xgen):
    out = xgen("graph", "EmbeddedImage")[1]
    assert "Palette" not in out
    assert "ExampleServiceInstance [no objects]\n  owner -> ExampleService [no objects]\n" in out
    assert "EmbeddedImage" not in xgen("graph", "palettes")[1]


def test_an_object_as_mermaid(xgen):
    world()
    assert xgen("graph", "Color", "red", "-o", "mermaid")[1] == (
        "flowchart LR\n"
        '  n1["Color red<br/>due"]:::s_due\n'
        '  n2["ExampleServiceInstance page<br/>blocked"]:::s_blocked\n'
        '  n3["EmbeddedImage sun,page<br/>blocked"]:::s_blocked\n'
        '  n2 -->|"foreground_color"| n1\n'
        '  n3 -->|"serviceinstance"| n2\n'
        "  classDef s_due fill:#fff3c4,stroke:#b28704,color:#000000\n"
        "  classDef s_blocked fill:#fbd9b5,stroke:#c25e00,color:#000000\n"
    )


def test_all_objects_as_mermaid(xgen):
    world()
    assert xgen("graph", "--objects", "-o", "mermaid")[1] == MERMAID


def test_json_has_both_ends_of_each_edge(xgen):
    page = world()["page"]
    data = json.loads(xgen("graph", "ExampleServiceInstance", "page", "-o", "json")[1])
    known = {node["id"]: node for node in data["nodes"]}
    assert known[f"sampleservice.ExampleServiceInstance/{page.pk}"]["key"] == "page"
    assert {edge["accessor"] for edge in data["edges"]} == {
        *("owner", "foreground_color", "background_color", "serviceinstance"),
    }
    assert all(edge["from"] in known and edge["to"] in known for edge in data["edges"])
    assert data["left_out"] == []


@pytest.mark.usefixtures("db")
def test_each_state_has_its_word_and_colour():
    made = world()
    sync = synchronizer(Backend())
    sync.run(once=True)
    assert set(states(objects(sync)).values()) == {"in sync"}
    made["red"].resync()
    set_to(made["red"], backend_code=2, backend_status="down", sync_attempts=1)
    made["page"].resync()
    made["blue"].resync()
    set_to(made["blue"], sync_retry_at=time.time() + 1000)
    made["service"].resync()
    set_to(made["service"], claim_owner="somebody", claim_expires=time.time() + 1000)
    made["image"].delete()
    picture = objects(sync)
    assert states(picture) == {
        "Color red": "error",
        "Color blue": "deferred",
        "ExampleService s": "running",
        "ExampleServiceInstance page": "blocked",
        "EmbeddedImage sun,page": "deleting",
    }
    drawn = draw.dot(picture)
    for state in states(picture).values():
        assert f"\\n{state}" in drawn
        assert draw.COLOURS[state][0] in drawn
    assert draw.text(picture, lambda text, state: f"{state}:{text}").count("error:[error]") == 2
    counted = depgraph.of_models(sync.store, sync.clock, model=None, limit=9)
    told = {node.name: (node.state, node.told) for node in counted.nodes}
    assert told["Color"] == ("error", "1 deferred, 1 error")


@pytest.mark.usefixtures("db")
def test_an_accessor_that_is_code_leads_to_a_node_for_all():
    world()
    text = draw.text(objects(synchronizer(Backend(), deps="Color:\n  - [ExampleService, leaf]\n")))
    assert "Color red [blocked]\n  leaf -?> any ExampleService [due]\n" in text


def test_a_limit_says_what_is_left_out(xgen):
    from sampleservice._generated.models import Color

    world()
    for number in range(20):
        Color.objects.create(name=f"c{number}", html_code="#000")
    code, out, _ = xgen("graph", "Color", "--objects", "--limit", "5")
    assert (code, out.count("Color ")) == (0, 5)
    assert "left out: 17 of 22 Color\n" in out
    data = json.loads(xgen("graph", "EmbeddedImage", "sun,page", "--limit", "2", "-o", "json")[1])
    assert len(data["nodes"]) == 2
    assert data["left_out"] == [
        "more than the 2 objects that --limit allows",
        "3 links to objects that are not shown",
    ]
    code, out, err = xgen("graph", "--limit", "2", "-o", "dot")
    assert err.splitlines()[-1] == "left out: 3 models"
    assert 'label="left out: 3 models"' in out


@pytest.mark.usefixtures("db")
def test_the_number_of_queries_does_not_grow_with_objects():
    from sampleservice._generated.models import Color, EmbeddedImage, ExampleServiceInstance

    made = world()
    sync = synchronizer(Backend(), deps=DEPS)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            objects(sync)
        return len(caught)

    few = queries()
    for number in range(20):
        colour = Color.objects.create(name=f"c{number}", html_code="#000")
        page = ExampleServiceInstance.objects.create(
            name=f"p{number}", owner=made["service"], tenant_message="hi", foreground_color=colour
        )
        EmbeddedImage.objects.create(name="i", url="i", serviceinstance=page)
    assert queries() == few


@pytest.mark.usefixtures("db")
def test_hostile_names_are_only_shown():
    from sampleservice._generated.models import Color

    Color.objects.create(name=HOSTILE, html_code="#000")
    picture = objects(synchronizer(Backend()))
    assert "\x1b" not in draw.text(picture)
    assert draw.text(picture).count("\n") == 1
    drawn = draw.mermaid(picture)
    label = drawn.splitlines()[1].removeprefix('  n1["').removesuffix('<br/>due"]:::s_due')
    assert not set(label.replace("#", "", label.count("#"))) & set('"<>&`\\%{}|\x1b')
    assert len(drawn.splitlines()) == 3
    assert '"Color a\\"]; x -> y\\\\n<script>&amp;lt;\\\\N #quot; ' in draw.dot(picture)


@needs_dot
@pytest.mark.usefixtures("db")
def test_graphviz_reads_what_is_drawn_for_it():
    from sampleservice._generated.models import Color

    world()
    Color.objects.create(name=HOSTILE, html_code="#000")
    image = draw.svg(objects(synchronizer(Backend())))
    parts = list(ET.fromstring(image).iter())  # noqa: S314 - our own
    words = [one.text for one in parts if one.tag.endswith("}text")]
    assert 'Color a"]; x -> y\\n<script>&lt;\\N #quot; `%%{init}%% | \\x1b[31m' in words
    assert sum(one.get("class") == "edge" for one in parts) == 4


def test_svg_without_graphviz_says_what_to_do(xgen, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    code, out, err = xgen("graph", "-o", "svg")
    assert (code, out) == (3, "")
    assert "`dot` of Graphviz, which is not on PATH; install graphviz" in err


def test_svg_tells_what_graphviz_said(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho 'no fonts' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(draw.RuntimeUserError, match="`dot` failed: no fonts"):
        draw.svg(draw.Picture(nodes=(), arrows=()))


def test_nothing_to_show_and_wrong_names(xgen):
    assert xgen("graph", "--objects")[1] == "there is nothing to show\n"
    assert "did you mean" in xgen("graph", "Colour")[2]
