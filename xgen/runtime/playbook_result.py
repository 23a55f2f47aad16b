"""How a playbook ended, read from the events that our callback plugin wrote, and put in words."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xgen.runtime import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# A status holds 1024 characters: the task and its message come first, the recap must fit too.
_MESSAGE_LIMIT = 4000
_SHOWN_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailure:
    """A task that failed on a host, and why."""

    task: str
    host: str
    message: str
    unreachable: bool = False

    def __str__(self) -> str:
        verb = "could not reach" if self.unreachable else "failed on"
        message = self.message
        if len(message) > _SHOWN_LIMIT:
            message = message[:_SHOWN_LIMIT] + " ..."
        return f"task '{self.task}' {verb} {self.host}: {message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookResult:
    """How a playbook ended."""

    playbook: str
    returncode: int
    failures: tuple[TaskFailure, ...] = ()
    #: Counts by host: ok, changed, failures, unreachable, skipped, rescued, ignored.
    recap: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: What the playbook left with `set_stats`, for the step to read.
    stats: Mapping[str, Any] = field(default_factory=dict)
    #: In check mode: which tasks would change what, in lines.
    changes: tuple[str, ...] = ()
    last_task: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Success: return code 0, somebody was asked, and no host failed or was unreachable."""
        bad = any(
            counts.get("failures") or counts.get("unreachable") for counts in self.recap.values()
        )
        return self.returncode == 0 and bool(self.recap) and not bad

    def recap_text(self) -> str:
        """The recap in one line."""
        return "; ".join(
            f"{host}: " + " ".join(f"{name}={count}" for name, count in counts.items() if count)
            for host, counts in self.recap.items()
        )


class PlaybookFailedException(Exception):  # noqa: N818 - named like the other exceptions of steps
    """A playbook did not succeed; the text is what an operator reads on the object."""

    #: The name of the class adds nothing to the text.
    says_all = True

    def __init__(self, message: str, result: PlaybookResult | None = None) -> None:
        super().__init__(message)
        self.result = result

    @property
    def log_fields(self) -> dict[str, Any]:
        """What the log line of the failure says beside the text."""
        if self.result is None:
            return {}
        fields: dict[str, Any] = {"playbook": self.result.playbook}
        if self.result.failures:
            last = self.result.failures[-1]
            fields |= {"task": last.task, "host": last.host}
        elif self.result.last_task:
            fields["task"] = self.result.last_task
        if self.result.recap:
            fields["recap"] = self.result.recap_text()
        return fields


def read_result(folder: Path, playbook: Path, returncode: int, started: float) -> PlaybookResult:
    """Reads the events in a run folder."""
    failures: list[TaskFailure] = []
    recap: Mapping[str, Mapping[str, int]] = {}
    stats: Mapping[str, Any] = {}
    last_task = None
    changes: list[str] = []
    diff: list[str] = []
    for event in _events(folder / "events.jsonl"):
        match event["event"]:
            case "task":
                last_task = event["task"]
            case "failed" | "unreachable" | "item_failed" if not event["ignored"]:
                failures.append(_failure(event))
            case "diff":
                diff += event["text"].replace(f"{folder}/", "").splitlines()
            case "changed":
                changes.append(f"task '{event['task']}' would change {event['host']}")
                # What it would write comes before the word that it would.
                changes += [f"  {line}".rstrip() for line in diff]
                diff = []
            case "recap":
                recap, stats = event["hosts"], event["stats"]
    return PlaybookResult(
        playbook=playbook.name,
        returncode=returncode,
        failures=tuple(failures),
        recap=recap,
        stats=stats,
        changes=tuple(changes),
        last_task=last_task,
        seconds=time.monotonic() - started,
    )


def _events(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a run that was killed
            return


def _failure(event: Mapping[str, Any]) -> TaskFailure:
    message = str(event.get("msg") or event.get("reason") or "failed")
    for name in ("stderr", "module_stderr"):
        detail = str(event.get(name, "")).strip()
        if detail and detail not in message:
            message += f": {detail}"
    return TaskFailure(
        task=event["task"],
        host=event["host"],
        message=secrets.redact_text(message)[:_MESSAGE_LIMIT],
        unreachable=event["event"] == "unreachable",
    )


def failure_text(result: PlaybookResult, folder: Path, *, kept: bool) -> str:
    """The text of a failure: the failing task first, then the recap."""
    lines = [f"playbook {result.playbook} failed"]
    lines[0] += f": {result.failures[-1]}" if result.failures else ""
    if not result.failures:
        lines.append(_tail(folder / "output.txt") or f"return code {result.returncode}")
    elif len(result.failures) > 1:
        lines += [f"also {failure}" for failure in result.failures[:-1][:5]]
    if result.recap:
        lines.append(f"recap: {result.recap_text()}")
    elif result.returncode == 0:
        lines.append("no host matched, so nothing was done")
    if kept:
        lines.append(f"run folder: {folder}")
    return secrets.redact_text("\n".join(lines))


def _tail(path: Path, size: int = 2000) -> str:
    text = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else ""
    return text[-size:]
