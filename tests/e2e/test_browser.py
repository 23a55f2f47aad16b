"""The published pages in a real browser: message, colours and images as a person sees them."""

from __future__ import annotations

import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import yaml

from .conftest import EXAMPLE, Operator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver

HOSTILE = (
    "{{ lookup('pipe', 'id') }} {% raw %} </title><script>document.title='owned'</script> "
    "\"quoted\" 'single' \\ & <b>bold</b> é 漢字 🎈\nsecond line"
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep requests out of the test's output."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs the programs chromium and chromedriver (Debian: chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(flag)
    service = webdriver.ChromeService(executable_path=driver)
    window = webdriver.Chrome(options=options, service=service)
    yield window
    window.quit()


@pytest.fixture
def site(operator: Operator) -> Iterator[str]:
    """The address that serves the operator's pages."""
    www = operator.folder / "www"
    shutil.copytree(EXAMPLE / "images", www / "images")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(www)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_page_shows_message_colours_and_images(
    operator: Operator, site: str, browser: WebDriver, tmp_path: Path
) -> None:
    operator.ok("apply", "-f", str(EXAMPLE / "objects.yaml"))
    operator.ok("run", "--once")
    name = next(n for n, text in operator.pages.items() if "blue tenant" in text)
    browser.get(site + name)

    assert browser.title == "Hello from the blue tenant"
    assert browser.find_element("id", "tenant-message").text == "Hello from the blue tenant"
    assert browser.find_element("id", "service-message").text == "Welcome to the example service"
    body = browser.find_element("tag name", "body")
    assert body.value_of_css_property("color") == "rgba(253, 246, 227, 1)"
    assert body.value_of_css_property("background-color") == "rgba(0, 160, 224, 1)"
    images = browser.find_elements("tag name", "img")
    assert {i.get_attribute("alt") for i in images} == {"A rising sun", "A quiet wave"}
    assert all(i.get_property("naturalWidth") == 64 for i in images)


def test_hostile_text_arrives_as_text_and_runs_nothing(
    operator: Operator, site: str, browser: WebDriver
) -> None:
    objects = [
        {"ExampleService": {"name": "example", "service_message": HOSTILE[:250]}},
        {"ExampleServiceInstance": {"name": "x", "owner": "example", "tenant_message": HOSTILE}},
    ]
    operator.apply(yaml.safe_dump_all(objects, allow_unicode=True))
    operator.ok("run", "--once")
    (name,) = operator.pages
    browser.get(site + name)

    shown = browser.find_element("id", "tenant-message").get_property("textContent")
    assert shown == HOSTILE
    assert browser.title == " ".join(HOSTILE.split())
    assert "uid=" not in browser.page_source
    assert not browser.find_elements("css selector", "script, b")
