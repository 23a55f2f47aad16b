"""model-deps.yaml: each mistake has its line; what is right becomes edges between tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xgen.runtime import deps, edges

if TYPE_CHECKING:
    from xgen.runtime.errors import ConfigError


def parsed(text: str) -> tuple[deps.ModelDeps, list[str]]:
    errors: list[ConfigError] = []
    found = deps.parse(text, "model-deps.yaml", errors)
    return found, [str(error) for error in errors]


def compiled(text: str) -> tuple[edges.Links, list[str]]:
    errors: list[ConfigError] = []
    found = deps.parse(text, "model-deps.yaml", errors)
    links = edges.compile_links(found, "sampleservice", errors)
    return links, [str(error) for error in errors]


def test_an_empty_file_says_nothing() -> None:
    for text in ("", "# nothing\n", "{}", "Color: []\n", "Color:\n"):
        found, errors = parsed(text)
        assert (found.edges, errors) == ((), [])


def test_edges_have_their_lines() -> None:
    found, errors = parsed("Color: []\nPage:\n  - [Color, color, pages]\n  - [Site, site]\n")
    assert not errors
    assert [(e.model, e.peer, e.accessor, e.reverse, e.line, e.column) for e in found.edges] == [
        ("Page", "Color", "color", "pages", 3, 5),
        ("Page", "Site", "site", None, 4, 5),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- Color\n", "model-deps.yaml:1:1: the file must map each model to a list of edges"),
        ("Color: 7\n", "model-deps.yaml:1:8: `Color` needs a list of edges, each [peer, "),
        ("Color:\n  - Page\n", "model-deps.yaml:2:5: an edge is [peer, accessor, reverse "),
        ("Color:\n  - [Page]\n", "model-deps.yaml:2:5: an edge is [peer, accessor, "),
        ("Color:\n  - [Page, null, x]\n", "model-deps.yaml:2:5: an edge is [peer, "),
        (
            "A: []\nA: []\n",
            "model-deps.yaml:2:1: `A` stands here twice; the first one is in line 1",
        ),
        ("A: [\n", "model-deps.yaml:2: "),
    ],
)
def test_mistakes_of_form(text: str, message: str) -> None:
    _, errors = parsed(text)
    assert len(errors) == 1
    assert errors[0].startswith(message)


def test_one_mistake_hides_no_other() -> None:
    _, errors = parsed("A: 7\nB:\n  - x\nC:\n  - [A, a]\n")
    assert len(errors) == 2


def test_the_shortest_cycle_is_named_with_its_lines() -> None:
    found, _ = parsed(
        "A:\n  - [B, b]\nB:\n  - [C, c]\nC:\n  - [A, a]\n  - [B, b]\nT:\n  - [T, parent]\n"
    )
    cycle = deps.cycle(found.edges)
    assert cycle
    assert str(deps.cycle_error(cycle)) == (
        "model-deps.yaml:4:5: these models wait for each other: "
        "B.c -> C (line 4), C.b -> B (line 7) "
        "(remove one of these edges: what it orders then has no order)"
    )


def test_a_tree_is_no_cycle() -> None:
    found, _ = parsed("T:\n  - [T, parent]\n")
    assert deps.cycle(found.edges) is None


@pytest.mark.usefixtures("db")
class TestAgainstModels:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "Colour: []\n",
                "model-deps.yaml:1: there is no model `Colour` (did you mean `Color`?)",
            ),
            (
                "Palette:\n  - [Colour, colors]\n",
                "model-deps.yaml:2:5: there is no model `Colour` (did you mean `Color`?)",
            ),
            (
                "Palette:\n  - [Color, colours, x]\n",
                "model-deps.yaml:2:5: `Palette` has no link `colours` (did you mean `colors`?)",
            ),
            ("Palette:\n  - [Color, name]\n", "model-deps.yaml:2:5: `Palette.name` is not a link"),
            (
                "Palette:\n  - [ExampleService, colors]\n",
                "model-deps.yaml:2:5: `Palette.colors` leads to Color, not to ExampleService",
            ),
        ],
    )
    def test_mistakes(self, text: str, message: str) -> None:
        _, errors = compiled(text)
        assert errors == [message]

    def test_all_kinds_of_links_become_a_table_with_two_columns(self) -> None:
        links, errors = compiled(
            """
ExampleServiceInstance:
  - [ExampleService, owner, service_instances]
  - [Color, foreground_color, x]
Palette:
  - [Color, colors, palettes]
  - [Palette, children, parent]
Color:
  - [Palette, palettes, colors]
xgen_core.Service:
  - [xgen_core.ServiceInstance, service_instances, owner]
"""
        )
        assert not errors
        assert [(link.table.__name__, link.near, link.far) for link in links.all if link.table] == [
            ("ServiceInstance", "id", "owner_id"),
            ("ExampleServiceInstance", "serviceinstance_ptr_id", "foreground_color_id"),
            ("Palette_colors", "palette_id", "color_id"),
            ("Palette", "parent_id", "id"),
            ("Palette_colors", "color_id", "palette_id"),
            ("ServiceInstance", "owner_id", "id"),
        ]

    def test_edges_of_bases_count_for_derived_models(self) -> None:
        from sampleservice._generated import models as m

        links, errors = compiled("ServiceInstance:\n  - [Service, owner, x]\n")
        assert not errors
        assert len(links.of(m.ExampleServiceInstance)) == 1
        assert len(links.to(m.ExampleService)) == 1
        assert links.of(m.Color) == []
