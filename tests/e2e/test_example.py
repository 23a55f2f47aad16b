"""The example service, driven as its operator drives it, with real Ansible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conftest import EXAMPLE

if TYPE_CHECKING:
    from .conftest import Operator

SERVICE = """
ExampleService: {name: example, service_message: Welcome}
---
Color:
  - {name: red, html_code: "#ff0000"}
  - {name: blue, html_code: "#0000ff"}
---
ExampleServiceInstance:
  - {name: one, owner: example, tenant_message: First, foreground_color: red}
  - {name: two, owner: example, tenant_message: Second, foreground_color: red, background_color: blue}
"""


def page_of(operator: Operator, message: str) -> str:
    """Return the one page that shows ``message``."""
    pages = [text for text in operator.pages.values() if message in text]
    assert len(pages) == 1, operator.pages.keys()
    return pages[0]


def test_a_change_of_a_colour_changes_every_page_that_uses_it(operator: Operator) -> None:
    operator.apply(SERVICE)
    operator.ok("run", "--once")
    assert "color: #ff0000" in page_of(operator, "First")
    assert "background: #0000ff" in page_of(operator, "Second")

    operator.apply('Color: {name: red, html_code: "#00ff00"}')
    operator.ok("run", "--once")
    assert all("color: #00ff00" in text for text in operator.pages.values())


def test_a_deleted_instance_takes_its_page_along(operator: Operator) -> None:
    operator.apply(SERVICE)
    operator.ok("run", "--once")
    operator.ok("delete", "ExampleServiceInstance", "one")
    operator.ok("run", "--once")
    assert list(operator.pages.values()) == [page_of(operator, "Second")]
    assert [o["name"] for o in operator.objects("ExampleServiceInstance")] == ["two"]


def test_images_come_and_go_with_their_objects(operator: Operator) -> None:
    operator.apply(
        SERVICE + "---\nEmbeddedImage: {name: sun, url: images/sun.svg, serviceinstance: one}"
    )
    operator.ok("run", "--once")
    assert 'src="images/sun.svg"' in page_of(operator, "First")
    operator.ok("delete", "EmbeddedImage", "sun")
    operator.ok("run", "--once")
    assert "<img" not in page_of(operator, "First")
    assert operator.objects("EmbeddedImage") == []


def test_an_instance_without_colours_gets_the_default_of_its_service(operator: Operator) -> None:
    operator.apply(
        """
ExampleService: {name: example, service_message: Welcome, default_color: blue}
---
Color: {name: blue, html_code: "#0000ff"}
---
ExampleServiceInstance: {name: plain, owner: example, tenant_message: Plain}
"""
    )
    operator.ok("run", "--once")
    assert "color: #0000ff" in page_of(operator, "Plain")


def test_a_failing_playbook_names_its_task_holds_back_dependents_and_recovers(
    operator: Operator,
) -> None:
    operator.apply(
        SERVICE.replace("#ff0000", "no colour!")
        + "---\nEmbeddedImage: {name: sun, url: images/sun.svg, serviceinstance: one}"
    )
    failed = operator.run("run", "--once")
    assert failed.returncode == 1
    shown = operator.ok("describe", "ExampleServiceInstance", "one")
    assert "Check that the colours are colours" in shown
    assert "no colour! is no HTML colour" in shown
    why = operator.ok("why", "EmbeddedImage", "sun")
    assert "ExampleServiceInstance" in why
    assert "blocked" in why

    operator.apply('Color: {name: red, html_code: "#ff0000"}')
    operator.ok("run", "--once")
    assert 'src="images/sun.svg"' in page_of(operator, "First")
    assert {o["backend_code"] for o in operator.objects("EmbeddedImage")} == {1}


def test_the_objects_of_the_demo_are_accepted_twice(operator: Operator) -> None:
    operator.ok("apply", "-f", str(EXAMPLE / "objects.yaml"))
    assert "unchanged" in operator.ok("apply", "-f", str(EXAMPLE / "objects.yaml"))
