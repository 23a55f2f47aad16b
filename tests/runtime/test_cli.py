"""The operator's commands, as an operator types them."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from xgen.runtime import cli

OBJECTS = """\
ExampleService: {name: example, service_message: Welcome}
Color: [{name: red, html_code: "#f00"}, {name: blue, html_code: "#00f"}]
ExampleServiceInstance: {name: one, tenant_message: Hi, foreground_color: red}
EmbeddedImage: {name: sun, url: sun.svg, serviceinstance: one}
Palette: {name: warm, secret: swordfish, colors: [red, blue]}
"""


@pytest.fixture
def xgen(db, capfd, tmp_path):
    """Runs a command in this process; returns exit code, output and errors."""

    def run(*words, stdin=None):
        if stdin is not None:
            (tmp_path / "stdin.yaml").write_text(stdin)
            words = [str(tmp_path / "stdin.yaml") if word == "-" else word for word in words]
        code = cli.invoke("sampleservice", [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def filled(xgen):
    code, _, err = xgen("apply", "-f", "-", stdin=OBJECTS)
    assert (code, err) == (0, "")
    return xgen


def test_apply_says_what_became_of_each_object(xgen):
    code, out, err = xgen("apply", "-f", "-", stdin=OBJECTS)
    assert (code, err) == (0, "")
    assert out == (
        "ExampleService example created\n"
        "Color red created\n"
        "Color blue created\n"
        "ExampleServiceInstance one created\n"
        "EmbeddedImage sun,one created\n"
        "Palette warm created\n"
    )
    again = xgen("apply", "-f", "-", stdin=OBJECTS.replace("#f00", "maroon"))
    assert "Color red updated: html_code\nColor blue unchanged\n" in again[1]


def test_apply_lists_all_problems_and_changes_nothing(xgen, tmp_path):
    code, out, err = xgen("apply", "-f", "-", stdin="Color: {name: red}\nColour: {}\n")
    place = tmp_path / "stdin.yaml"
    assert (code, out) == (3, "")
    assert err == (
        f"{place}:1:1: error: Color needs html_code\n"
        f"{place}:2:1: error: there is no model 'Colour'; did you mean Color?\n"
        "2 problems; nothing was changed\n"
    )
    code, out, err = xgen("apply", "-o", "json", "-f", "-", stdin="Color: {name: red}\n")
    assert code == 3
    assert json.loads(out)["problems"][0]["line"] == 1


def test_apply_dry_run(xgen):
    assert "Color red created (dry run)" in xgen("apply", "--dry-run", "-f", "-", stdin=OBJECTS)[1]
    assert xgen("get", "colors") == (0, "", "there are no objects of Color\n")


def test_get_lists_objects(filled):
    assert filled("get", "colors")[1] == (
        "KEY   HTML_CODE  STATE\nred   #f00       due\nblue  #00f       due\n"
    )
    assert filled("get", "COLOR", "red")[1] == "KEY  HTML_CODE  STATE\nred  #f00       due\n"
    out = filled("get", "embedded-images")[1]
    assert out == "KEY      URL      STATE\nsun,one  sun.svg  due\n"


def test_get_as_data(filled):
    colors = json.loads(filled("get", "Color", "-o", "json")[1])
    assert [color["name"] for color in colors] == ["red", "blue"]
    assert colors[0]["backend_code"] == 0
    assert colors[0]["state"] == "due"
    assert list(colors[0])[:4] == ["model", "id", "state", "name"]
    instance = yaml.safe_load(filled("get", "ExampleServiceInstance", "one", "-o", "yaml")[1])
    assert (instance["foreground_color"], instance["owner"]) == ("red", "example")
    palette = json.loads(filled("get", "palettes", "-o", "json")[1])[0]
    assert (palette["secret"], palette["colors"]) == ("***", ["red", "blue"])


def test_get_lists_models(filled):
    rows = filled("get")[1].splitlines()
    assert rows[0].split() == ["MODEL", "APP", "KEY", "OBJECTS"]
    assert ["Color", "sampleservice", "name", "2"] in [row.split() for row in rows]


def test_describe(filled):
    code, out, _ = filled("describe", "palette", "warm")
    assert code == 0
    assert out.startswith("Palette warm (id 1)\nState: blocked\nNext: sync\nWaits for:\n")
    assert "\n\nDeclarative\n" in out
    assert "\n  colors       red, blue\n" in out
    assert "swordfish" not in out
    assert "\nFeedback\n" in out
    assert "\nBookkeeping\n" in out
    data = json.loads(filled("describe", "palette", "warm", "-o", "json")[1])
    assert data["declarative"]["parent"] is None
    assert data["bookkeeping"]["generation"] == 2  # created, then its colours set


def test_describe_shows_an_error_in_words(filled):
    from xgen.runtime.objects import find_model
    from xgen.runtime.writer import Writer, writing_as

    with writing_as(Writer.RUNTIME):
        find_model("Color").objects.filter(name="red").update(
            backend_code=2, backend_status="no\nsuch \x1b[31mcolour", sync_attempts=3
        )
    out = filled("describe", "Color", "red")[1]
    assert (
        "State: error\n  no\n  such \\x1b[31mcolour\nNext: sync\nFailed: 3 times in a row\n" in out
    )
    assert "red   #f00       error  no\n" in filled("get", "Color")[1]


def test_delete(filled):
    assert filled("delete", "color", "blue") == (0, "Color blue deleted\n", "")
    assert "blue  #00f       deleting" in filled("get", "Color")[1]
    assert filled("delete", "-f", "-", stdin="EmbeddedImage: {name: sun, serviceinstance: one}")[
        1
    ] == ("EmbeddedImage sun,one deleted\n")


def test_status_counts_and_lists_errors(filled):
    from xgen.runtime.objects import find_model
    from xgen.runtime.writer import Writer, writing_as

    code, out, _ = filled("status")
    assert code == 0
    rows = [row.split() for row in out.replace("IN SYNC", "IN_SYNC").splitlines()]
    assert rows[0] == [
        "MODEL",
        "IN_SYNC",
        "DUE",
        "RUNNING",
        "ERROR",
        "BLOCKED",
        "DEFERRED",
        "DELETING",
    ]
    assert ["Color", "0", "2", "0", "0", "0", "0", "0"] in rows
    assert rows[-3] == ["total", "0", "3", "0", "0", "3", "0", "0"]
    assert out.endswith("\n\nNo synchronizer is running\n")
    with writing_as(Writer.RUNTIME):
        find_model("Color").objects.filter(name="red").update(
            backend_code=2, backend_status="no such\ncolour", sync_attempts=3
        )
    code, out, _ = filled("status")
    assert code == 1
    assert out.endswith("\nIN ERROR   TIMES  MESSAGE\nColor red  3      no such\n")
    data = json.loads(filled("status", "-o", "json")[1])
    assert data["errors"][0]["message"] == "no such\ncolour"
    assert next(one for one in data["models"] if one["model"] == "Color")["error"] == 1


def test_why_names_the_root_cause(filled):
    from xgen.runtime.objects import find_model
    from xgen.runtime.writer import Writer, writing_as

    with writing_as(Writer.RUNTIME):
        find_model("Color").objects.filter(name="red").update(
            backend_code=2, backend_status="no such colour", sync_attempts=1
        )
    code, out, _ = filled("why", "EmbeddedImage", "sun")
    assert code == 0
    assert out.startswith("EmbeddedImage sun,one (id 1)\nState: blocked\nNext: sync\nWaits for:\n")
    assert "\nRoot cause:\n" in out
    assert "  Color red (error): no such colour\n" in out
    data = json.loads(filled("why", "EmbeddedImage", "sun", "-o", "json")[1])
    assert (data["model"], data["state"]) == ("EmbeddedImage", "blocked")
    assert "blocked by" in data["explanation"]


def test_run_migrates_works_and_says_what_it_did(db, tmp_path, capfd):
    url = f"sqlite:///{tmp_path}/first.db"
    assert cli.invoke("sampleservice", ["run", "--once", "--database", url]) == 0
    assert "nothing to do; everything is in sync" in capfd.readouterr().err
    path = tmp_path / "objects.yaml"
    path.write_text(OBJECTS)
    assert cli.invoke("sampleservice", ["apply", "-f", str(path), "--database", url]) == 0
    assert cli.invoke("sampleservice", ["run", "--once", "--database", url]) == 0
    assert "6 synced; everything is in sync" in capfd.readouterr().err
    assert cli.invoke("sampleservice", ["status", "--database", url]) == 0
    total, _, last = capfd.readouterr().out.splitlines()[-3:]
    assert total.split()[:2] == ["total", "6"]
    assert last.startswith("No synchronizer is running; the last one was seen at 20")


USER_MISTAKES = [
    (["get", "Colr"], 3, "error: there is no model 'Colr'; did you mean Color?"),
    (["get", "Color", "rad"], 3, "error: there is no Color 'rad'; did you mean 'red'?"),
    (["describe", "Color", "7000"], 3, "error: there is no Color '7000'"),
    (["delete", "Color"], 2, "give MODEL and KEY, or files with -f"),
    (["delete"], 2, "give MODEL and KEY, or files with -f"),
    (["apply"], 2, "Missing option '-f'"),
    (["apply", "-f", "nowhere.yaml"], 3, "nowhere.yaml:1:1: error: no such file or directory"),
    (["stauts"], 2, "there is no command 'stauts'; did you mean 'status'?"),
    (["get", "-o", "xml"], 2, "'xml' is not one of"),
    (["get", "--config", "nowhere.yaml"], 3, "nowhere.yaml: No such file or directory"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "text"), USER_MISTAKES)
def test_a_mistake_of_the_user_is_a_line(filled, words, code, text):
    found, out, err = filled(*words)
    assert (found, out) == (code, "")
    assert text in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mysql://x", "`mysql://x` is no database that xgen knows"),
        ("sqlite:////dev/null/x.db", "error: "),
        ("postgresql://me:swordfish@127.0.0.1:1/x", "error: database: "),
    ],
)
@pytest.mark.usefixtures("db")
def test_a_database_that_cannot_be_used(url, text, capfd):
    assert cli.invoke("sampleservice", ["get", "Color", "--database", url]) == 3
    err = capfd.readouterr().err
    assert text in err
    assert "swordfish" not in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("db")
def test_a_database_that_was_never_migrated(tmp_path, capfd):
    url = f"sqlite:///{tmp_path}/new.db"
    assert cli.invoke("sampleservice", ["get", "Color", "--database", url]) == 3
    assert "run first: python -m sampleservice migrate" in capfd.readouterr().err
    assert cli.invoke("sampleservice", ["migrate", "--database", url]) == 0
    assert "applied sampleservice.0001_initial" in capfd.readouterr().out
    assert cli.invoke("sampleservice", ["migrate", "--database", url]) == 0
    assert capfd.readouterr().out == "the database is up to date\n"
    assert cli.invoke("sampleservice", ["get", "Color", "--database", url]) == 0


@pytest.mark.usefixtures("db")
def test_apply_migrates_an_empty_database(tmp_path, capfd):
    path = tmp_path / "objects.yaml"
    path.write_text("Color: {name: red, html_code: x}")
    words = ["apply", "-f", str(path), "--database", f"sqlite:///{tmp_path}/new.db"]
    assert cli.invoke("sampleservice", words) == 0
    assert capfd.readouterr() == ("Color red created\n", "")


def test_a_bug_of_ours_shows_where(xgen, monkeypatch):
    from xgen.runtime import present

    monkeypatch.setattr(present, "listing", lambda *_, **__: 1 / 0)
    xgen("apply", "-f", "-", stdin=OBJECTS)
    code, _, err = xgen("get", "Color")
    assert code == 5
    assert "internal error" in err
    assert "ZeroDivisionError" in err


def test_a_mistake_in_the_authors_code_names_file_and_line(tmp_path, monkeypatch):
    from xgen.runtime.cli import errors

    package = tmp_path / "myservice"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "models.py").write_text("import json\n\njson.loads('{')\n")
    (package / "wrong.py").write_text("x = (\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in (
        ("models", "models.py:3: JSONDecodeError: "),
        ("wrong", "wrong.py:1: SyntaxError"),
    ):
        said = []
        monkeypatch.setattr(errors, "say", said.append)
        with pytest.raises((ValueError, SyntaxError)) as caught:
            importlib.import_module(f"myservice.{name}")
        assert errors.report(caught.value, "myservice") == 3
        assert said[0].startswith(f"error: {package}/{text}")


def _python(*words):
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
        env={"PATH": "", "PYTHONPATH": f"{Path(__file__).parents[2]}:{Path(__file__).parent}"},
    )


def test_help_imports_neither_django_nor_the_package():
    program = (
        "import sys; from xgen.runtime import cli\n"
        "code = cli.invoke('sampleservice', ['--help'])\n"
        "heavy = {'django', 'sampleservice', 'structlog', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = _python("-c", program)
    assert done.returncode == 0, done.stderr
    for name in ("run", "migrate", "apply", "get", "describe", "delete", "status", "why"):
        assert f"\n  {name} " in done.stdout


def test_a_reader_that_went_away_is_no_error():
    program = (
        "import os, sys; from xgen.runtime import cli\n"
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "sys.exit(cli.invoke('sampleservice', ['--help']))"
    )
    done = _python("-c", program)
    assert (done.returncode in (1, 141), done.stderr) == (True, "")
