"""Lines reach console and file, secrets do not, and no line can break what it logs."""

import json
import logging

import pytest
import structlog

from xgen.runtime import log, secrets
from xgen.runtime.errors import ConfigError


@pytest.fixture(autouse=True)
def _restore():
    yield
    log.configure(log.LogSettings(console="off"))
    secrets.configure()
    structlog.reset_defaults()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "logs" / "x.jsonl"
    log.configure(log.LogSettings(console="plain", file=str(path), secret_keys=("pin$",)))
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_console_and_file_get_each_line_with_its_bound_fields(file, capsys):
    with log.bound(model="Color", id=7):
        log.get("xgen.step", step="SyncColor").info("step succeeded", seconds=0.5)
    (line,) = lines(file)
    assert line["message"] == "step succeeded"
    assert (line["model"], line["id"], line["step"], line["seconds"]) == (
        "Color",
        7,
        "SyncColor",
        0.5,
    )
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert "step succeeded" in capsys.readouterr().err


def test_standard_logging_goes_the_same_way(file):
    with log.bound(model="Color"):
        logging.getLogger("django.request").warning("slow %s", "query", extra={"ms": 12})
    (line,) = lines(file)
    assert (line["message"], line["model"], line["ms"]) == ("slow query", "Color", 12)


def test_secrets_stay_out_of_keys_texts_values_and_tracebacks(file, capsys):
    with secrets.hiding(["hunter2-value"]):
        try:
            int("backend refused hunter2-value")
        except ValueError:
            log.get().exception(
                "login password=swordfish failed",
                password="swordfish",
                pin="1234",
                nested={"api_key": ["swordfish"], "url": "http://me:swordfish@host/"},
                note="it was hunter2-value",
            )
    text = file.read_text() + capsys.readouterr().err
    assert "swordfish" not in text
    assert "hunter2" not in text
    assert "1234" not in text
    assert "'backend refused ***'" in text


def test_a_line_that_cannot_be_rendered_raises_nothing(file, monkeypatch):
    # pytest's own handler raises on purpose; a service has only ours
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [h for h in root.handlers if hasattr(h, "_xgen_handler")])

    class Broken:
        def __repr__(self):
            raise RuntimeError("no")

        __str__ = __repr__

    log.get().info("odd", thing=Broken())
    log.get().info("wrong %d", "number")
    log.get().info("deep", things=[Broken()])
    log.get().info("fine")
    assert lines(file)[-1]["message"] == "fine"


def test_a_file_that_cannot_be_written_raises_nothing(tmp_path, capsys):
    path = tmp_path / "folder"
    path.mkdir()
    log.configure(log.LogSettings(console="plain", file=str(path)))
    log.get().info("still here")
    assert "still here" in capsys.readouterr().err


def test_the_file_rotates(tmp_path):
    path = tmp_path / "x.jsonl"
    log.configure(log.LogSettings(console="off", file=str(path), max_bytes=2000, backups=2))
    for number in range(100):
        log.get().info("line", number=number)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["x.jsonl", "x.jsonl.1", "x.jsonl.2"]


def test_verbosity_shifts_the_level(capsys):
    log.configure(log.LogSettings(console="plain"), verbosity=1)
    log.get().debug("shown")
    log.configure(log.LogSettings(console="plain"), verbosity=-1)
    log.get().info("hidden")
    err = capsys.readouterr().err
    assert "shown" in err
    assert "hidden" not in err


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ({"level": "inof"}, r"`logging.level` cannot be 'inof' \(did you mean info\?\)"),
        ({"console": "loud"}, "`logging.console` cannot be 'loud'"),
        ({"secret_keys": ["("]}, r"`logging.secret_keys`: '\(' is no regular expression"),
    ],
)
def test_mistakes_in_the_config_are_named(section, text):
    with pytest.raises(ConfigError, match=text):
        log.configure(log.LogSettings.from_config(section))


def test_console_may_be_a_switch():
    assert log.LogSettings.from_config({"console": False}).console == "off"
    assert log.LogSettings.from_config({"console": True}).console == "auto"
