"""Names that a model may have and generated code may not."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linking import codes, run
from xgen.linker.naming import attribute_name, class_name, module_name, spaced

IDENTIFIER = st.from_regex(r"[A-Za-z_$][A-Za-z0-9_+$]{0,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("exampleservice", "exampleservice"),
        ("vSGWC", "vsgwc"),
        ("fabric-crossconnect", "fabric_crossconnect"),
        ("5g core", "x5g_core"),
        ("auth", "auth_service"),
        ("json", "json_service"),
        ("test", "test_service"),
        ("class", "class_service"),
        ("xgen", "xgen_service"),
        ("xgen_core", "xgen_core"),
        ("+", "x"),
    ],
)
def test_packages(text: str, package: str) -> None:
    assert module_name(text) == package


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("dataPlaneIp", "dataPlaneIp"),
        ("_hidden", "_hidden"),
        ("class", "class_field"),
        ("objects", "objects_field"),
        ("a__b", "a_b"),
        ("end_", "end"),
        ("is_", "is_field"),
        ("price$", "price"),
        ("+", "x"),
        ("claim_owner", "claim_owner_field"),
    ],
)
def test_attributes(text: str, attribute: str) -> None:
    assert attribute_name(text) == attribute


def test_the_core_may_use_its_own_words() -> None:
    assert attribute_name("claim_owner", own=False) == "claim_owner"


def test_words() -> None:
    assert spaced("ExampleServiceInstance") == "Example Service Instance"
    assert spaced("XOSGuiExtension") == "XOS Gui Extension"
    assert spaced("VOLTService") == "VOLT Service"


@given(IDENTIFIER)
def test_any_name_becomes_a_legal_one(text: str) -> None:
    for word in (attribute_name(text), class_name(text), module_name(text)):
        assert word.isidentifier()
        assert not keyword.iskeyword(word)
    assert "__" not in attribute_name(text)
    assert not attribute_name(text).endswith("_")


def test_the_name_asked_for_wins() -> None:
    app, _, _ = run('option name = "one"; message A {}', name="two")
    assert app.name == "two"


def test_the_name_comes_from_the_file_last() -> None:
    app, _, _ = run({"some/path/my-service.xproto": "message A {}"})
    assert (app.name, app.title) == ("my_service", "my-service")
    app, _, _ = run('option app_label = "label"; option verbose_name = "My Label"; message A {}')
    assert (app.name, app.title) == ("label", "My Label")


def test_a_package_that_would_hide_another_is_reported_where_it_is_named() -> None:
    assert codes('option name = "auth"; message A {}') == ["renamed-app"]
    assert codes('option name = "my_service"; message A {}') == []
