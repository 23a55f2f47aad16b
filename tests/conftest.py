"""What all tests share: nothing of the user's machine leaks in, no test sees another's cache.

With ``XGEN_NO_SKIPS=1`` a skipped test fails the run, except those whose reason starts with
"root": what they test cannot happen to that user; and those that nothing may be traced for: some
containers forbid it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_skipped: list[str] = []


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give the tests of a run one cache of their own, and a terminal of a fixed width."""
    folder: Path = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("XGEN_CACHE_DIR", str(folder))
    monkeypatch.setattr("xgen.cache._disabled", False)  # `--no-cache` is for the whole process
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(("root", "no right to trace")):
        _skipped.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _must_run_all(session.config) and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _must_run_all(terminalreporter.config) and _skipped:
        terminalreporter.section("skipped, and must not be", red=True)
        for line in _skipped:
            terminalreporter.line(line)


def _must_run_all(config: pytest.Config) -> bool:
    """Say so in the process that reports, not in its workers."""
    return os.environ.get("XGEN_NO_SKIPS") == "1" and not hasattr(config, "workerinput")
