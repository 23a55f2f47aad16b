"""The targets for other tools whose readers are small, or are people: tables, types and numbers hold."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.linking import run
from tests.real import needs_real_models
from tests.test_formats import everything, files, linked, loaded


@needs_real_models
def test_tosca_hangs_together() -> None:
    """Types, bases and peers are there, and what is required has no default."""
    kinds = {"string", "integer", "float", "boolean", "timestamp", "list"}
    required = 0
    for name, texts in everything("tosca").items():
        keys, template = (loaded(texts[path]) for path in sorted(texts))
        types = template["node_types"]
        known = {*types, "tosca.nodes.Root"}
        assert "tosca.nodes.Root" not in types
        for node in types.values():
            assert node["derived_from"] in known, name
            properties = node.get("properties", {})
            assert {p["type"] for p in properties.values()} <= kinds
            assert not any(p["required"] and "default" in p for p in properties.values())
            required += sum(p["required"] for p in properties.values())
            for requirement in node.get("requirements", []):
                (what,) = requirement.values()
                assert what["node"] in known, name
        assert {f"tosca.nodes.{model}" for model in keys} <= known
    assert required > 300


_SAMPLES: dict[str, Any] = {
    "string": "x",
    "integer": 1,
    "float": 0.5,
    "boolean": True,
    "list": [],
    "timestamp": "2020-01-02T03:04:05Z",
}


def sample(shape: dict[str, Any]) -> Any:
    """Return a value that a property may have."""
    for constraint in shape.get("constraints", ()):
        for kind, value in constraint.items():
            if kind in ("valid_values", "greater_or_equal"):
                return value[0] if kind == "valid_values" else value
    return _SAMPLES[shape["type"]]


@needs_real_models
def test_tosca_is_read() -> None:
    """The parser only looks at types that a template uses: here is one node of each."""
    parser = pytest.importorskip("toscaparser.tosca_template")
    nodes = 0
    for name, texts in everything("tosca").items():
        (template,) = (loaded(text) for path, text in texts.items() if "keys" not in path)
        types = template["node_types"]
        topology: dict[str, Any] = {"root": {"type": "tosca.nodes.Root"}}
        for kind in types:
            node: dict[str, Any] = {"type": kind, "properties": {}, "requirements": []}
            above = kind
            while above in types:
                properties = types[above].get("properties", {})
                node["properties"] |= {key: sample(each) for key, each in properties.items()}
                for need in types[above].get("requirements", []):
                    (to,) = (
                        {key: what["node"].rpartition(".")[2].lower()} for key, what in need.items()
                    )
                    node["requirements"].append(to)
                above = types[above]["derived_from"]
            topology[kind.rpartition(".")[2].lower()] = {k: v for k, v in node.items() if v}
        template["topology_template"] = {"node_templates": topology}
        read = parser.ToscaTemplate(yaml_dict_tpl=template)
        assert len(read.nodetemplates) == len(topology), name
        nodes += len(types)
    assert nodes > 300


_BLOCKS = {
    *("heading_open", "paragraph_open", "inline", "bullet_list_open", "list_item_open", "fence"),
    *("table_open", "thead_open", "tbody_open", "tr_open", "th_open", "td_open", "html_block"),
}
_INLINE = {"text", "softbreak", "em_open", "em_close", "text_special"}
_COLUMN = re.compile(r"(?<!\\)(?:\\\\)*\|")


@needs_real_models
def test_pages_are_markdown() -> None:
    """Tables have the columns that they announce; no word of a model is taken for markup."""
    markdown = pytest.importorskip("markdown_it")
    reader = markdown.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tables = 0
    for name, texts in everything("docs").items():
        ((_, text),) = texts.items()
        lines = text.split("\n")
        tokens = reader.parse(text)
        opened = [token for token in tokens if not token.type.endswith("_close")]
        assert {token.type for token in opened} <= _BLOCKS, name
        assert [t.map[0] for t in opened if t.type == "html_block"] == [0], name
        inner = [token for each in tokens for token in each.children or ()]
        assert {token.type for token in inner} <= _INLINE, name
        for token in opened:
            if token.type == "table_open":
                columns = {len(_COLUMN.findall(line)) for line in lines[slice(*token.map)]}
                assert len(columns) == 1, (name, lines[token.map[0]])
                tables += 1
        heads = [tokens[at + 1].content for at, t in enumerate(tokens) if t.type == "heading_open"]
        app = linked(name)
        assert len(heads) == 1 + len(app.models) + len(app.enums) + len(app.policies), name
    assert tables > 400


@needs_real_models
def test_descriptions_for_user_interfaces() -> None:
    """They have the shape that the GUI reads: lists of models, of fields and of relations."""
    kinds = {"number", "string", "text", "boolean", "date", "select", "array"}
    fields = 0
    for name, texts in everything("modeldefs").items():
        ((_, text),) = texts.items()
        for item in loaded(text)["items"]:
            assert {"name", "app", "verbose_name", "fields", "relations"} <= item.keys(), name
            for field in item["fields"]:
                assert field["type"] in kinds, (name, field)
                assert isinstance(field["read_only"], bool)
                assert all({"name"} < check.keys() for check in field.get("validators", ()))
                fields += 1
            for relation in item["relations"]:
                assert {"model", "type", "on_field"} <= relation.keys(), name
    assert fields > 500


def test_a_file_introduces_its_page_and_its_api() -> None:
    app, _, _ = run(
        "// Copyright of somebody.\n\n// What it is *for*.\n\n// More.\n\n"
        "message Part { required string name = 1 [max_length = 9]; }"
    )
    (page,) = files(app, "docs").values()
    assert "\n\nWhat it is \\*for\\*.\n\nMore.\n\n" in page
    assert "Copyright" not in page
    (api,) = files(app, "openapi").values()
    assert loaded(api)["info"]["description"] == "What it is *for*.\n\nMore."


def test_relations_are_inherited() -> None:
    app, _, _ = run(
        "message Part { required string name = 1 [max_length = 9]; }"
        "message Wheel (Part) { required int32 size = 1; }"
        "message Offer { required manytoone part->Part:offers = 1; }"
    )
    (text,) = files(app, "modeldefs").values()
    offer = {"model": "Offer", "type": "onetomany", "on_field": "part"}
    relations = {item["name"]: item["relations"] for item in loaded(text)["items"]}
    assert relations["Wheel"] == relations["Part"] == [offer]


@needs_real_models
def test_numbers_are_each_used_once() -> None:
    """A line a field: model, number, name; what reads it splits at blanks."""
    lines = 0
    for name, texts in everything("fieldlist").items():
        ((_, text),) = texts.items()
        found = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
        assert all(len(words) == 3 and words[1].isdigit() for words in found), name
        assert len({tuple(words[:2]) for words in found}) == len(found), name
        lines += len(found)
    assert lines > 2000
