"""`config show`: what is in force and where it came from; errors found late have their place too."""

from __future__ import annotations

import json

import pytest

from xgen.runtime import cli
from xgen.runtime.config import load
from xgen.runtime.config_shown import keys, shown

FILE = """\
name: sampleservice
retry:
  cap: 60
logging:
  secret_keys: [pin]
  elastic:
    url: https://me:swordfish@elastic:9200
    api_key: swordfish
settings:
  folder: /srv
  token: swordfish
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(FILE)
    return path


def test_each_key_has_its_value_and_its_origin(file):
    environ = {"XGEN_WORKERS": "3", "XGEN_RETRY_BASE": "2"}
    config = load("sampleservice", path=file, environ=environ, database="sqlite:///x.db")
    found = {one.key: (one.value, one.origin) for one in shown(config)}
    assert found["name"] == ("sampleservice", f"{file}:1")
    assert found["database"] == ("sqlite:///x.db", "--database")
    assert found["workers"] == (3, "environment variable XGEN_WORKERS")
    assert found["retry.base"] == (2.0, "environment variable XGEN_RETRY_BASE")
    assert found["retry.cap"] == (60.0, f"{file}:3")
    assert found["retry.factor"] == (2.0, "default")
    assert found["history.days"] == (90.0, "default")
    assert found["logging.secret_keys"] == (["pin"], f"{file}:5")
    assert found["logging.elastic.index"] == ("logs-xgen-default", "default")
    assert found["logging.elastic.api_key"][1] == f"{file}:8"
    assert found["ansible.keep"] == ("failed", "default")
    assert found["settings.folder"] == ("/srv", f"{file}:10")


def test_every_key_of_every_section_is_there():
    found = keys()
    assert len(found) == len(set(found))
    for key in ("name", "timeout", "retry.jitter", "history.entries", "logging.elastic.queue"):
        assert key in found
    assert not {"origins", "logging", "logging.elastic", "ansible", "settings"} & set(found)


def test_secrets_are_not_shown(file, db, capfd):
    assert cli.invoke("sampleservice", ["config", "show", "--config", str(file)]) == 0
    out, err = capfd.readouterr()
    assert "swordfish" not in out + err
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert rows["logging.elastic.url"] == ["https://me:***@elastic:9200", f"{file}:7"]
    assert rows["logging.elastic.api_key"] == ["***", f"{file}:8"]
    assert rows["settings.token"] == ["***", f"{file}:11"]
    assert rows["logging.secret_keys"] == ['["pin"]', f"{file}:5"]
    assert cli.invoke("sampleservice", ["config", "-o", "json", "--config", str(file)]) == 0
    data = json.loads(capfd.readouterr().out)
    assert {"key": "name", "value": "sampleservice", "from": f"{file}:1"} in data
    assert "swordfish" not in str(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("logging:\n  level: inof\n", ":2: `logging.level` cannot be 'inof' (did you mean info?)"),
        (
            "logging:\n  elastic:\n    url: nowhere\n",
            ":3: `logging.elastic.url` is no address of Elastic: 'nowhere'",
        ),
        ("ansible:\n  keep: allways\n", ":2: `ansible.keep` cannot be 'allways'"),
        ("history:\n  days: 0\n", ":2:9: `history.days` must be more than 0"),
        ("histroy:\n  days: 1\n", ":1:1: unknown key `histroy` (did you mean `history`?)"),
    ],
)
@pytest.mark.usefixtures("db")
def test_mistakes_have_their_place_and_a_suggestion(tmp_path, capfd, text, message):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    assert cli.invoke("sampleservice", ["config", "show", "--config", str(path)]) == 3
    assert f"error: {path}{message}" in capfd.readouterr().err
