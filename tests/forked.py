"""Runs pieces of Python in forks of one process that has imported what takes long to import.

Django knows one set of models in a process; to look at a package after each of its changes takes a
process each time. A fork of one that has imported Django, and set nothing up, costs little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from tests.generating import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 120
_SERVER = f"""
import json, os, signal, sys, tempfile, traceback
import django.apps, django.contrib.contenttypes.apps, django.db.migrations
import psycopg, pytest, xgen.runtime.django, xgen.runtime.testing
sys.dont_write_bytecode = True

for line in sys.stdin:
    said = tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        signal.alarm({_TIMEOUT})
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        code = 1
        try:
            exec(compile(json.loads(line), "piece", "exec"), {{"__name__": "__main__"}})
            code = 0
        except SystemExit as error:
            code = int(error.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    said.seek(0)
    answer = {{"code": status, "said": said.read().decode("utf-8", "replace")}}
    said.close()
    print(json.dumps(answer), flush=True)
"""


class Forks:
    """A process to fork from; ``folder`` is where it runs, and what it imports from."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _SERVER],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def run(self, code: str) -> str:
        """Run a piece of Python in a fork; return what it said. It is to end without an error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["code"] == 0, answer["said"][-5000:]
        return str(answer["said"])
