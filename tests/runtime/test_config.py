"""config.yaml: what is in force, and every mistake with its place."""

from __future__ import annotations

import subprocess
import sys

import pytest

from xgen.runtime.config import Config, RetryConfig, load
from xgen.runtime.errors import ConfigError


@pytest.fixture
def mistakes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read(text, **environ):
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load("p", path="config.yaml", environ=environ)
        return str(caught.value).splitlines()

    return read


def test_defaults_need_no_file():
    config = load("nothing", environ={})
    assert config == Config(name="nothing", database="sqlite:///nothing.db")
    assert config.retry == RetryConfig()


def test_the_package_has_a_config_file():
    assert load("sampleservice", environ={}).name == "sampleservice"


def test_all_keys(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(
        """
name: web
database: postgresql://host/web
workers: 3
timeout: null
retry: {base: 2, factor: 3, cap: 60, jitter: 0}
logging: {level: debug, console: false, file: web.log}
ansible: {keep: always, arguments: [--vault-password-file, x]}
settings: {folder: /srv, nested: {deep: [1, 2]}}
"""
    )
    config = load("web", path=file, environ={})
    assert (config.name, config.workers, config.timeout) == ("web", 3, None)
    assert config.retry == RetryConfig(base=2, factor=3, cap=60, jitter=0)
    assert config.logging == {"level": "debug", "console": False, "file": "web.log"}
    assert config.ansible == {"keep": "always", "arguments": ("--vault-password-file", "x")}
    assert config.settings == {"folder": "/srv", "nested": {"deep": [1, 2]}}
    assert config.origins["workers"] == f"{file}:4"


def test_flag_over_environment_over_file(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("database: sqlite:///a.db\nworkers: 3\nsettings: {folder: a, port: 1}\n")
    environ = {
        "XGEN_DATABASE": "sqlite:///b.db",
        "XGEN_WORKERS": "5",
        "XGEN_RETRY_CAP": "7.5",
        "XGEN_LOGGING_LEVEL": "debug",
        "XGEN_LOGGING_CONSOLE": "false",
        "XGEN_SETTINGS_PORT": "8080",
        "XGEN_UNRELATED": "x",
        "XGEN_NAME": "007",
    }
    config = load("007", path=file, environ=environ)
    assert (config.database, config.workers, config.retry.cap) == ("sqlite:///b.db", 5, 7.5)
    assert config.logging == {"level": "debug", "console": False}
    assert config.name == "007"
    assert config.settings == {"folder": "a", "port": 8080}
    assert config.origins["database"] == "environment variable XGEN_DATABASE"
    config = load("007", path=file, database="sqlite:///c.db", environ=environ)
    assert config.database == "sqlite:///c.db"
    assert config.origins["database"] == "--database"


def test_every_mistake_is_reported_with_its_place(mistakes):
    assert mistakes(
        """\
wokers: 3
timeout: soon
retry:
  bas: 3
  cap: [1]
logging:
  lvl: debug
  console: 3
ansible: 5
workers: 3
workers: 4
"""
    ) == [
        "config.yaml:1:1: unknown key `wokers` (did you mean `workers`?)",
        "config.yaml:2:10: `timeout` must be a number or null, not `soon`",
        "config.yaml:4:3: unknown key `retry.bas` (did you mean `retry.base`?)",
        "config.yaml:5:8: `retry.cap` must be a number, not a list",
        "config.yaml:7:3: unknown key `logging.lvl` (did you mean `logging.level`?)",
        "config.yaml:8:12: `logging.console` must be text or true or false, not `3`",
        "config.yaml:9:10: `ansible` must hold keys, not `5`",
        "config.yaml:11:1: `workers` is there twice, first in line 10",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("workers: 0", "config.yaml:1:10: `workers` must be from 1 to 1000"),
        ("workers: true", "config.yaml:1:10: `workers` must be a whole number, not true"),
        ("timeout: -1", "config.yaml:1:10: `timeout` must be more than 0, or null for no limit"),
        ("timeout: .nan", "config.yaml:1:10: `timeout` must be a number or null, not `nan`"),
        ("retry: {factor: 0.5}", "config.yaml:1:17: `retry.factor` must be at least 1"),
        ("retry: {cap: 0.5}", "config.yaml:1:14: `retry.cap` must be at least retry.base, 1"),
        ("retry: {base: 900}", "`retry.cap` must be at least retry.base, 900"),
        ("retry: {jitter: 2}", "config.yaml:1:17: `retry.jitter` must be from 0 to 1"),
        ("name: ''", "config.yaml:1:7: `name` is empty"),
        ("database:", "config.yaml:1:10: `database` must be text, not nothing"),
        ("- a", "config.yaml:1: the file must hold keys, such as `workers: 8`"),
        ("zzz: 1", None),
        ("a: [", None),
        ("a: 2026-99-99", None),
        ("a: b: c", "config.yaml:1:5: not YAML: mapping values are not allowed here"),
        ("a: !!python/object:os.system x", None),
        ("a: 1\n---\nb: 2", None),
        ("[" * 5000, None),
        ("workers: 1\na: \x07", "config.yaml:2: not YAML: special characters are not allowed"),
    ],
)
def test_mistakes(mistakes, text, message):
    found = mistakes(text)
    assert len(found) == 1
    assert found[0].startswith("config.yaml") or found[0] == message
    if message is not None:
        assert found == [message]


def test_a_mistake_in_the_environment(mistakes):
    assert mistakes("", XGEN_WORKERS="many") == [
        "environment variable XGEN_WORKERS: `workers` must be a whole number, not `many`"
    ]


@pytest.mark.parametrize("kind", ["missing", "folder", "binary"])
def test_files_that_are_none(tmp_path, kind):
    file = tmp_path / "c.yaml"
    if kind == "folder":
        file.mkdir()
    if kind == "binary":
        file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"c\.yaml: "):
        load("p", path=file, environ={})


def test_importing_the_runtime_imports_nothing_of_weight():
    code = (
        "import sys, xgen.runtime, xgen.runtime.errors; "
        "from xgen.runtime import DeferredException, PermanentException; "
        "print({'django', 'yaml', 'structlog', 'click'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_unknown_public_name_is_an_attribute_error():
    import xgen.runtime

    with pytest.raises(AttributeError, match="nonsense"):
        _ = xgen.runtime.nonsense
    assert "SyncStep" in dir(xgen.runtime)
