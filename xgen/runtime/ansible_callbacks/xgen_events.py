"""An Ansible callback plugin: what a playbook did, one JSON object a line.

Loaded by ``ansible-playbook``, not by the runtime, so it imports nothing of xgen. Results arrive
here already censored where a task says ``no_log``. It also watches a pipe that the runtime holds
open: when the runtime dies, even by ``kill -9``, the playbook ends too, so that no orphan
goes on configuring a back-end that a restarted runtime already configures again.
"""

# Ansible ships no type information, hence the ignores below.
from __future__ import annotations

import json
import os
import signal
import threading
from typing import Any

from ansible.plugins.callback import CallbackBase  # type: ignore[import-untyped]

DOCUMENTATION = """
    name: xgen_events
    type: aggregate
    short_description: write events as JSON lines
    description: Writes failed tasks, statistics and the recap to the file in XGEN_EVENTS.
    requirements: []
"""

_LONGEST = 20_000
_FIELDS = ("msg", "reason", "rc", "stderr", "stdout", "module_stderr", "module_stdout", "exception")


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Writes the events that the runtime reads when the playbook has ended."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "xgen_events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        path = os.environ.get("XGEN_EVENTS")
        self.disabled = path is None
        self._path = path or os.devnull
        # Set for a run in check mode: then what would change is worth telling.
        self._tells_changes = "XGEN_CHANGES" in os.environ
        _end_with_the_runtime(os.environ.get("XGEN_LIFELINE"))

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:  # noqa: ARG002
        """Remembers which task is running, for the message of a timeout."""
        self._write(event="task", task=task.get_name())

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task failed on a host."""
        self._write(event="failed", ignored=ignore_errors, **_describe(result))

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """A host could not be reached."""
        self._write(event="unreachable", ignored=False, **_describe(result))

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """One item of a loop failed; the loop's own failure says only that one did."""
        self._write(event="item_failed", ignored=False, **_describe(result))

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task succeeded; in check mode: it would."""
        if self._tells_changes and _data(result).get("changed"):
            self._write(event="changed", **_who(result))

    def v2_on_file_diff(self, result: Any) -> None:
        """A task says what it would write; without a word where it says ``no_log``."""
        data = _data(result)
        if not self._tells_changes or "censored" in data:
            return
        diffs = [item.get("diff") for item in data.get("results", ()) if item.get("changed")]
        for diff in diffs or [data.get("diff")]:
            if diff:
                self._write(event="diff", text=_cut(self._get_diff(diff)), **_who(result))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The recap by host, and what ``set_stats`` left."""
        hosts = {host: stats.summarize(host) for host in sorted(stats.processed)}
        self._write(event="recap", hosts=hosts, stats=dict(stats.custom.get("_run", {})))

    def _write(self, **event: Any) -> None:
        line = json.dumps(event, default=str)
        with open(self._path, "a", encoding="utf-8") as out:
            out.write(line + "\n")


def _describe(result: Any) -> dict[str, Any]:
    data = _data(result)
    details = {name: _cut(data[name]) for name in _FIELDS if data.get(name) not in (None, "")}
    if "censored" in data:
        details = {"msg": str(data["censored"])}
    return {**_who(result), **details}


# The public names came with ansible-core 2.19; before, they were private attributes.


def _data(result: Any) -> dict[str, Any]:
    data = getattr(result, "result", None)
    found: dict[str, Any] = result._result if data is None else data  # noqa: SLF001
    return found


def _who(result: Any) -> dict[str, Any]:
    host = getattr(result, "host", None) or result._host  # noqa: SLF001
    task = getattr(result, "task", None) or result._task  # noqa: SLF001
    return {"host": host.get_name(), "task": task.get_name(), "action": task.action}


def _cut(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value


def _end_with_the_runtime(descriptor: str | None) -> None:
    if descriptor is None:
        return

    def watch() -> None:
        try:
            while os.read(int(descriptor), 1):
                pass
        except OSError:
            return
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="xgen-lifeline", daemon=True).start()
