"""What `xgen init` does: write the files with which a project begins."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from xgen.exit_codes import CLEAN, ERROR, USAGE
from xgen.patterns import expand
from xgen.project.find import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIX = ".xproto"
_BARE = re.compile(r"[A-Za-z_][\w./*-]*")
"""Texts that YAML takes for what they are, without quotes; all others get them."""

_PROJECT = """\
# `xgen generate` without arguments does what is written here.
{name}inputs:
{inputs}
targets:
  - synchronizer
output: "."

# More that can be said, see docs/generate.md:
#   include: [DIR]              folders in which imported models are looked for
#   target_path: [DIR]          folders with targets and fragments of your own
#   strict: true                what the ancestor overlooked is an error
#   owners: {{README.md: mine}}   patterns of files: mine, scaffold, machine or history
"""

_MODEL = """\
// What {title} is, and what it keeps in sync. docs/language.md explains the language.
option name = "{name}";
option verbose_name = "{title}";

// The service itself: what holds for all of its instances.
message {service} (Service) {{
    required string message = 1 [
        help_text = "Said on every page",
        max_length = 256];
}}

// One tenant of the service.
message {service}Instance (ServiceInstance) {{
    option owner_class_name = "{service}";
    required string tenant_message = 1 [
        help_text = "Said on this tenant's page",
        max_length = 256];
}}
"""

_GITHUB = """\
# Fails when a file that is checked in is not what the models give, and says so at that file.
name: xgen
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  generated:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: pip install xgen
      - run: xgen lint --format github {inputs}
      - run: xgen generate --check --format github
"""

_GITLAB = """\
# Fails when a file that is checked in is not what the models give.
xgen:
  image: python:3.11
  script:
    - pip install xgen
    - xgen lint {inputs}
    - xgen generate --check
"""

_PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - id: xgen-check
        name: generated files are what the models give
        entry: xgen generate --check
        language: python
        additional_dependencies: [xgen]
        pass_filenames: false
        always_run: true
"""


def init(**options: Any) -> int:
    """Write the files that are asked for; what is there already stays."""
    if os.path.lexists(NAME):
        return _fail(f"{NAME} is there already; edit it, or delete it first", USAGE)
    starter = options["starter"]
    if starter is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", starter):
        return _fail(f"`{starter}` cannot name a package: letters, digits and _ only", USAGE)
    inputs = list(options["models"]) + ([starter + _SUFFIX] if starter else [])
    gone = [path for path in options["models"] if not os.path.isfile(path)]
    if gone:
        return _fail(f"there is no file `{gone[0]}`; --starter NAME writes a first model", USAGE)
    inputs = inputs or expand(os.curdir, "*" + _SUFFIX)
    if not inputs:
        return _fail(f"there is no *{_SUFFIX} here; name one, or use --starter NAME", USAGE)
    try:
        for path, text in _files(inputs, options):
            _write(path, text)
    except OSError as error:
        return _fail(f"cannot write {error.filename}: {(error.strerror or '').lower()}", ERROR)
    _advise(options)
    sys.stdout.write("now run: xgen generate\n")
    return CLEAN


def _files(inputs: list[str], options: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield paths and texts of what is asked for."""
    shown = [os.path.relpath(path).replace(os.sep, "/") for path in inputs]
    starter = options["starter"]
    if starter is not None:
        title = starter.replace("_", " ").strip().capitalize()
        service = "".join(word[:1].upper() + word[1:] for word in starter.split("_"))
        text = _MODEL.format(name=starter.lower(), title=title, service=service)
        yield starter + _SUFFIX, text
    name = f"name: {_plain(options['name'])}\n" if options["name"] else ""
    listed = "\n".join(f"  - {_plain(path)}" for path in shown)
    yield NAME, _PROJECT.format(name=name, inputs=listed)
    words = " ".join(_word(path) for path in shown)
    if options["ci"] == "github":
        yield ".github/workflows/xgen.yml", _GITHUB.format(inputs=words)
    if options["ci"] == "gitlab":
        yield ".gitlab/xgen.yml", _GITLAB.format(inputs=words)
        yield ".gitlab-ci.yml", "include:\n  - local: .gitlab/xgen.yml\n"
    if options["pre_commit"]:
        yield ".pre-commit-config.yaml", _PRE_COMMIT


def _write(path: str, text: str) -> None:
    if os.path.lexists(path):
        sys.stdout.write(f"kept       {path}  (it was there)\n")
        return
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    sys.stdout.write(f"created    {path}\n")


def _advise(options: dict[str, Any]) -> None:
    """Say what has to go into files of the author's that were there before."""
    if options["ci"] == "gitlab" and "xgen.yml" not in _text(".gitlab-ci.yml"):
        sys.stdout.write("add to .gitlab-ci.yml:\n  include:\n    - local: .gitlab/xgen.yml\n")
    if options["pre_commit"] and "xgen-check" not in _text(".pre-commit-config.yaml"):
        hook = _PRE_COMMIT.partition("\n")[2]
        sys.stdout.write("add to the `repos` of .pre-commit-config.yaml:\n" + hook)


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _plain(text: str) -> str:
    import json

    return text if _BARE.fullmatch(text) and "*" not in text else json.dumps(text)


def _word(path: str) -> str:
    """Return a path as one word of a shell command inside YAML."""
    return path if re.fullmatch(r"[\w./-]+", path) else "'" + path.replace("'", "'\\''") + "'"


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"xgen init: {message}\n")
    return code
