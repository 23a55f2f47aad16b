"""The targets for other tools: what they give is valid for its readers, for every real model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests import generating, golden
from tests.linking import run
from tests.real import needs_real_models, real_models
from xgen.diagnostics import Report, Severity
from xgen.fingerprint import Footprint
from xgen.rendering.render import render
from xgen.rendering.target import find_target
from xgen.resources import read_bundled
from xgen.views.english import plural

if TYPE_CHECKING:
    from xgen.ir.app import App

CASES = ["example", "hostile", "kinds", "shapes"]
REAL = [path.name for path in real_models()]
TIMEOUT = 300
FEW = 3
_MODELS = ("models", "library")
_ANY_OBJECT: dict[str, Any] = {"properties": {}, "required": [], "additionalProperties": True}
_DOT = shutil.which("dot")


@cache
def linked(name: str) -> App:
    """Return what a model means: a case of the generator's corpus, or a real one by its number."""
    if name in CASES:
        return generating.app_of(name)
    path = next(path for path in real_models() if path.name == name)
    package = f"real{REAL.index(name)}"
    app, report, _ = run({path.name: path.read_text("utf-8")}, name=package)
    assert not any(d.code.startswith("syntax") for d in report)
    return app


def files(app: App, target: str, **options: str) -> dict[str, str]:
    """Return the files that a target gives; it may warn, about numbers."""
    report = Report()
    found = find_target(target, (), report, Footprint())
    assert found is not None
    rendering = render(app, found, report=report, options=options)
    assert {d.code for d in report} <= {"wire-number"}, list(report)
    assert all(d.severity is Severity.WARNING for d in report)
    return {file.path: file.text for file in rendering.files}


def everything(target: str, **options: str) -> dict[str, dict[str, str]]:
    """Return the files that a target gives for each model there is."""
    return {name: files(linked(name), target, **options) for name in (*CASES, *REAL)}


def written(found: dict[str, dict[str, str]], folder: Path) -> list[Path]:
    """Write files below ``folder``, each model's into a folder of its own."""
    paths = []
    for name, texts in found.items():
        generating.write(texts, folder / Path(name).stem)
        paths += [folder / Path(name).stem / path for path in texts]
    return paths


def loaded(text: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast
    return yaml.load(text, Loader=loader)  # noqa: S506


@needs_real_models
@pytest.mark.parametrize("target", ["proto", "protoapi"])
def test_protoc_compiles(target: str, tmp_path: Path) -> None:
    protoc = pytest.importorskip("grpc_tools.protoc", exc_type=ImportError)
    paths = written(everything(target), tmp_path)
    # Many real models are versions of one application: their messages have the same names.
    for path in paths:
        text = path.read_text("utf-8")
        unique = "x" + path.parent.name.encode().hex()
        assert "\npackage " in text
        path.write_text(text.replace("\npackage ", f"\npackage {unique}."), "utf-8")
    command = ["protoc", f"-I{tmp_path}", f"--descriptor_set_out={tmp_path}/all.pb"]
    assert protoc.main([*command, *map(str, paths)]) == 0
    assert (tmp_path / "all.pb").stat().st_size > 10_000


@needs_real_models
def test_openapi_is_valid() -> None:
    """The validator takes seconds for a large model: `benchmarks/formats.py` has these, too."""
    validator = pytest.importorskip("openapi_spec_validator")
    for name in (*CASES, *REAL):
        app = linked(name)
        if len(app.models) > FEW:
            continue
        (text,) = files(app, "openapi").values()
        first = next(validator.OpenAPIV31SpecValidator(loaded(text)).iter_errors(), None)
        assert first is None, (name, first)


def spelled_out(part: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema without references, which take long to follow; formulas need theirs."""
    if isinstance(part, list):
        return [spelled_out(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    name = str(part.get("$ref", "")).rpartition("/")[2]
    if name in ("option", "choice", "field", "link", "validator", "reverse_link"):
        return spelled_out(definitions[name], definitions)
    return {key: spelled_out(value, definitions) for key, value in part.items()}


@needs_real_models
def test_json_is_as_its_schema_says() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(read_bundled("targets", "json/ir.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    schema = spelled_out(schema, schema["$defs"])
    whole = jsonschema.Draft202012Validator(schema)
    single = whole.evolve(schema={**schema, "$ref": "#/$defs/model", **_ANY_OBJECT})
    models: dict[str, Any] = {}
    for name, texts in everything("json").items():
        (document,) = (json.loads(t) for path, t in texts.items() if path.endswith(".ir.json"))
        # The bundled models are the same in all of them, and looked at once.
        models |= {json.dumps(m): m for part in _MODELS for m in document[part]}
        first = next(whole.iter_errors({**document, "models": [], "library": []}), None)
        assert first is None, (name, first)
    assert len(models) > 250
    for model in models.values():
        first = next(single.iter_errors(model), None)
        assert first is None, (model["name"], first)


def test_json_schema_notices_what_it_does_not_know() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(read_bundled("targets", "json/ir.schema.json"))
    document = json.loads(files(linked("kinds"), "json")["kinds.ir.json"])
    validator = jsonschema.Draft202012Validator(schema)
    document["models"] = document["models"][1:2]
    document["library"] = []
    assert validator.is_valid(document)
    document["models"][0]["members"][0]["colour"] = "red"
    assert not validator.is_valid(document)


@needs_real_models
@pytest.mark.skipif(_DOT is None, reason="Graphviz is not installed: dot")
def test_graphviz_draws(tmp_path: Path) -> None:
    paths = written(everything("graph"), tmp_path)
    done = subprocess.run(
        [str(_DOT), "-Tcanon", "-O", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert (done.returncode, done.stderr) == (0, "")


@needs_real_models
def test_django_accepts_models_of_their_own(tmp_path: Path) -> None:
    packages = []
    for name in (*CASES, *REAL):
        texts = files(linked(name), "django")
        generating.write(texts, tmp_path)
        packages.append(next(iter(texts)).partition("/")[0])
    code = f"""
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *{packages!r}],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
)
django.setup()
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection
import re
for found in run_checks():
    # Nobody has all of them at once: how one of them is called on a user may be as in another.
    apart = set(re.findall(r"for '([a-z0-9_]+)\\.", found.msg))
    assert found.id in ("fields.E304", "fields.E305") and len(apart) > 1, found
with connection.schema_editor() as editor:
    for package in {packages[: len(CASES)]!r}:
        for model in apps.get_app_config(package.removesuffix("_django")).get_models():
            editor.create_model(model)
for package in {packages[: len(CASES)]!r}:
    for model in apps.get_app_config(package.removesuffix("_django")).get_models():
        assert not model._base_manager.count()
import sys
assert not any(name.split(".")[0] == "xgen" for name in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    some = [str(tmp_path / package) for package in packages[: len(CASES)]]
    command = [sys.executable, "-m", "black", "--check", "--quiet", *some]
    assert subprocess.run(command, check=False, timeout=TIMEOUT).returncode == 0


@needs_real_models
def test_xproto_means_the_same() -> None:
    for name in (*CASES, *REAL):
        app = linked(name)
        again = {path.partition("/")[2]: text for path, text in files(app, "xproto").items()}
        for path in (generating.CASES / name).glob("lib/*.xproto"):
            again[f"lib/{path.name}"] = path.read_text("utf-8")
        assert run(again, name=app.name)[0] == app, name


ODD = r"""
option name = "odd";
enum Size { SMALL = 1; LARGE = -2; }
enum Other { SMALL = 0; }
message Size_SMALL { }
message Thing {
  required string fooBar = 2 [max_length = 9];
  required string foo_bar = 3 [max_length = 9];
  optional Size size = 4;
  optional string class = 5 [max_length = 9];
  optional string message = 6 [max_length = 9];
  optional Thing part = 7;
  repeated string words = 8;
  optional string string = 9 [max_length = 9, help_text = "two\nlines */ // and more"];
}
message ObjectId { }
message ThingPage { }
"""


def test_odd_names_in_protobuf(tmp_path: Path) -> None:
    protoc = pytest.importorskip("grpc_tools.protoc", exc_type=ImportError)
    app, report, _ = run({"odd.xproto": ODD})
    assert not report.has_errors, list(report)
    texts = {**files(app, "proto"), **files(app, "protoapi")}
    generating.write(texts, tmp_path)
    out = [f"-I{tmp_path}", f"--descriptor_set_out={tmp_path}/all.pb"]
    assert protoc.main(["protoc", *out, *(str(tmp_path / path) for path in texts)]) == 0
    plain = texts["odd.proto"]
    assert "  string foo_bar_2 = 3;" in plain
    assert "  SIZE_UNSPECIFIED = 0;" in plain
    assert "  repeated string words = 8;" in plain
    assert "  // two\n  // lines */ // and more\n  optional string string = 9;" in plain
    assert "rpc GetObjectId(ObjectId_2) returns (ObjectId);" in texts["odd_api.proto"]


def test_numbers_are_those_of_old_clients() -> None:
    """The first two vectors of the language's reference."""
    app, _, _ = run(
        "message XOSBase { required int32 base_field = 2; required int32 base_field2 = 3; }"
        "message Otherstuff { required int32 otherstuff_field = 2; }"
        "message Site (XOSBase, Otherstuff) { required int32 slice_field = 1; }"
        "message Slice (XOSBase) { required int32 slice_field = 1;"
        " required manytoone site->Site:slices = 2:1002; }"
    )
    (text,) = files(app, "fieldlist").values()
    numbers = {tuple(line.split()) for line in text.splitlines()}
    for line in (
        *("Site 1 id", "Site 2 base_field", "Site 3 base_field2", "Site 102 otherstuff_field"),
        *("Site 201 slice_field", "Site 1002 slices_ids", "Slice 101 slice_field"),
        "Slice 102 site_id",
    ):
        assert tuple(line.split()) in numbers, line


TWO_KEYS = """
required string k1 = 1 [tosca_key = True];
required string k2 = 2 [tosca_key = True];
required string name = 3;
"""
PAIRS = """
required string name = 1;
required string k1 = 2 [tosca_key_one_of = k2];
required string k2 = 3;
required string k3 = 4 [tosca_key_one_of = k4];
required string k4 = 5;
"""
CHAIN = """
required manytoone p->M:a = 1 [tosca_key = True];
optional manytoone n->M:b = 2 [tosca_key_one_of = i];
optional manytoone s->M:c = 3 [tosca_key_one_of = i];
optional manytoone i->M:d = 4;
"""


@pytest.mark.parametrize(
    ("members", "keys"),
    [
        ("required string name = 1;", ["name"]),
        (TWO_KEYS, ["k1", "k2"]),
        ("required manytoone k->M:ms = 1 [tosca_key = True];", ["k_id"]),
        (PAIRS, ["name", ["k1", "k2"], ["k3", "k4"]]),
        (CHAIN, ["p_id", ["i_id", "n_id", "s_id"]]),
        ("required string other = 1;", []),
    ],
)
def test_tosca_keys(members: str, keys: list[Any]) -> None:
    app, _, _ = run("message M { " + members + " }")
    (text,) = (t for path, t in files(app, "tosca").items() if path.endswith("-keys.yaml"))
    assert loaded(text) == {"M": keys}


@pytest.mark.parametrize(
    ("word", "many"),
    [
        *(("slice", "slices"), ("omf_friendly", "omf_friendlies"), ("xxx", "xxxes")),
        *(("NetworkPolicy", "NetworkPolicies"), ("Address", "Addresses"), ("Branch", "Branches")),
        *(("Day", "Days"), ("LinkIndex", "LinkIndexes"), ("GrandChild", "GrandChildren")),
        ("VSGService", "VSGServices"),
    ],
)
def test_plurals(word: str, many: str) -> None:
    assert plural(word) == many


@pytest.mark.parametrize("case", golden.cases("targets"), ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)


def test_json_of_a_case() -> None:
    """The bundled models are the same in every document, and left out of the golden one."""
    folder = golden.CORPUS / "targets" / "all"
    app, report, _ = run({"library.xproto": (folder / "library.xproto").read_text("utf-8")})
    assert not report.has_errors
    document = json.loads(files(app, "json")["library.ir.json"])
    assert document.pop("library")
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    known = golden.CORPUS / "targets.json"
    if golden.REFRESH:
        known.write_text(text, "utf-8")
        pytest.fail("refreshed: read it, then run again")
    assert text == known.read_text("utf-8")
