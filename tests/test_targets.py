"""The built-in targets: what they give, and that it is good Python, YAML and Django."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from tests import generating
from tests.linking import run
from tests.real import needs_real_models, real_models
from xgen.ir.types import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = [
    "models",
    "migrations",
    "model-deps",
    "steps",
    "policies",
    "security",
    "playbooks",
    "launch",
    "tests",
]

# Django's migrations take longer than linear in the number of tables.
_PROCESSES = 9

# What Django would add to the migrations is nothing, and the tables that they make are usable.
AGREE = """
call_command("makemigrations", check_changes=True, dry_run=True)
migrate()
for model in apps.get_models():
    model._base_manager.count()
print(len(apps.get_models()), "models")
"""


@pytest.mark.parametrize("case", generating.names())
def test_cases_give_what_they_should(case: str) -> None:
    files = generating.generate(generating.app_of(case))
    if generating.REFRESH:
        generating.refresh(case, files)
        pytest.fail("written anew: read the difference, then run again")
    expected = generating.expected(case)
    assert sorted(files) == sorted(expected)
    for path, text in files.items():
        assert text == expected[path], path


def test_generated_python_is_what_black_prints() -> None:
    folders = [str(generating.CASES / case / "expected") for case in generating.names()]
    command = [sys.executable, "-m", "black", "--check", "--quiet", "--diff", *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_a_target_by_itself(part: str) -> None:
    app = generating.app_of("example")
    whole, alone = generating.generate(app), generating.generate(app, part)
    assert alone
    assert alone.items() <= whole.items()


def test_the_parts_are_the_whole() -> None:
    app = generating.app_of("shapes")
    together: dict[str, str] = {}
    for part in PARTS:
        together |= generating.generate(app, part)
    assert together == generating.generate(app)


def test_the_second_rendering_is_the_same() -> None:
    first = generating.generate(generating.app_of("kinds"))
    assert generating.generate(generating.app_of("kinds")) == first


def test_model_dependencies_of_the_example() -> None:
    text = generating.expected("example")["exampleservice/model-deps.yaml"]
    assert "You can edit this file" in text
    assert yaml.safe_load(text) == {
        "ExampleService": [],
        "Color": [],
        "ExampleServiceInstance": [
            ["Color", "foreground_color", "serviceinstance_foreground_colors"],
            ["Color", "background_color", "serviceinstance_background_colors"],
            ["ExampleService", "owner", "service_instances"],
        ],
        "EmbeddedImage": [["ExampleServiceInstance", "serviceinstance", "embedded_images"]],
    }


def _texts(source: str) -> Iterator[object]:
    return (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))


def test_text_from_a_model_arrives_exactly_and_as_text() -> None:
    app = generating.app_of("hostile")
    files = generating.expected("hostile")
    model = app.models[0]
    for path in ("hostile/_generated/models.py", "hostile/migrations/0001_initial.py"):
        texts = set(_texts(files[path]))
        assert model.verbose_name in texts
        for field in model.fields:
            assert field.help_text in texts or not field.help_text
            default = str(field.default)
            assert (default.encode() if field.type is FieldType.BYTES else default) in texts
    module = ast.parse(files["hostile/_generated/models.py"])
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    assert ast.get_docstring(classes[0]) == inspect.cleandoc(f"{model.doc}\n\n{model.description}")
    assert "# and : yes" in files["hostile/_generated/models.py"]
    for path, text in files.items():
        if path.endswith(".yaml"):
            yaml.safe_load(text)


def _generate_with_its_imports(case: str, folder: Path) -> list[str]:
    app = generating.app_of(case)
    generating.write(generating.expected(case), folder)
    for path in (generating.CASES / case).glob("lib/*.xproto"):
        imported, report, _ = run({path.name: path.read_text("utf-8")}, strict=True)
        assert not report.has_errors
        generating.write(generating.generate(imported), folder)
    return [app.name]


def test_django_agrees_with_the_migrations_of_the_cases(tmp_path: Path) -> None:
    packages = [
        p for case in generating.names() for p in _generate_with_its_imports(case, tmp_path)
    ]
    generating.django(AGREE, tmp_path, packages=packages)


def test_django_agrees_with_the_migrations_of_the_runtime() -> None:
    generating.django(AGREE, packages=["xgen.runtime.core", "xgen.runtime.platform"])


@pytest.mark.parametrize("name", ["core", "platform"])
def test_the_runtimes_own_apps_are_up_to_date(name: str) -> None:
    root = generating.ROOT / "xgen"
    command = [sys.executable, "-m", "xgen", "--target", "_bundled", "--check"]
    command += ["-o", f"runtime/{name}", f"models/{name}.xproto"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_code_passes_mypy(tmp_path: Path) -> None:
    cases = [case for case in generating.names() if case != "empty"]
    packages = [p for case in cases for p in _generate_with_its_imports(case, tmp_path)]
    (tmp_path / "settings_for_mypy.py").write_text(
        "from xgen.runtime.django import installed_apps\n"
        'INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]\n'
        f"INSTALLED_APPS += installed_apps({packages!r})\n"
        'AUTH_USER_MODEL = "xgen_core.User"\n'
        'SECRET_KEY = "x"\n'
    )
    config = tmp_path / "mypy.ini"
    config.write_text(
        "[mypy]\nstrict = True\nplugins = mypy_django_plugin.main\nfollow_imports = silent\n"
        "[mypy.plugins.django-stubs]\ndjango_settings_module = settings_for_mypy\n"
        "[mypy-*._generated.models]\ndisable_error_code = var-annotated\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(config), *packages, "tests"],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{generating.ROOT}", "MYPYPATH": str(generating.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_real_models
@pytest.mark.parametrize("part", range(_PROCESSES))
def test_real_services_become_packages_that_django_accepts(tmp_path: Path, part: int) -> None:
    packages = []
    for number, path in enumerate(real_models()[part::_PROCESSES]):
        app, report, _ = run({path.name: path.read_text("utf-8")}, name=f"package{number}")
        if any(d.code.startswith("syntax") for d in report):
            continue
        generating.write(generating.generate(app), tmp_path)
        packages.append(app.name)
    assert packages
    generating.django(AGREE, tmp_path, packages=packages)
    command = [sys.executable, "-m", "black", "--check", "--quiet", str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0
