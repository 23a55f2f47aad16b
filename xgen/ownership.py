"""What `xgen files` and `xgen restore` do."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from xgen.exit_codes import CLEAN, ERROR, USAGE
from xgen.generating import Session, start

if TYPE_CHECKING:
    from xgen.generating import Done
    from xgen.output.states import FileState

_QUIET = {"check": True, "diff": False, "dry_run": False, "progress": False}


def files(**options: Any) -> int:
    """List every file with its owner and its state."""
    from xgen.output import Disk
    from xgen.output.states import states

    as_json = options["format_"] == "json"
    session = start({**options, **_QUIET, "format_": "text"})
    if isinstance(session, int):
        return session
    found: list[tuple[str, FileState]] = []
    inputs: dict[str, list[str]] = {}
    for done in session.done:
        plan = done.outcome.plan
        if plan is None or not plan.manifest.files:
            continue
        inputs.update({app: sorted(r.inputs) for app, r in plan.manifest.apps.items()})
        listed = states(plan, Disk(done.root))
        found.extend((_shown(done, state.path), state) for state in listed)
    if any(d.outcome.plan is None for d in session.done):
        session.say()
        return ERROR
    if as_json:
        described = [
            {
                "path": path,
                "owner": state.owner,
                "state": state.state.value,
                "app": state.app,
                "target": state.target,
                "inputs": inputs.get(state.app, []),
            }
            for path, state in found
        ]
        sys.stdout.write(json.dumps({"version": 1, "files": described}, indent=1) + "\n")
    else:
        width = max((len(state.state.value) for _, state in found), default=0)
        for path, state in found:
            sys.stdout.write(f"{state.owner:<8}  {state.state.value:<{width}}  {path}\n")
    return CLEAN


def restore(**options: Any) -> int:
    """Bring back files that are gone: from what is rendered now."""
    # With a folder in front a path means one file, not all of that name.
    paths = tuple(os.path.join(os.curdir, os.path.relpath(path)) for path in options["paths"])
    looked = start({**options, **_QUIET, "format_": "text", "only": paths})
    if isinstance(looked, int):
        return looked
    if looked.report.has_errors:
        looked.say()
        return ERROR
    for path in options["paths"]:
        fault = _fault(path, looked)
        if fault is not None:
            from click import UsageError

            UsageError(fault).show()
            return USAGE
    writing = {"check": False, "restore": True, "conflict": "keep", "only": paths}
    session = start({**options, **_QUIET, **writing, "format_": "text"})
    if isinstance(session, int):
        return session
    return session.finish(None)


def _fault(path: str, session: Session) -> str | None:
    """Return why there is nothing to bring back at ``path``, None when there is."""
    from xgen.diagnostics import did_you_mean

    wanted = os.path.normpath(path)
    known: list[str] = []
    for done in session.done:
        if done.outcome.plan is None:
            continue
        before = done.outcome.plan.before.files
        steps = {step.path for step in done.outcome.plan.steps}
        known.extend(_shown(done, p) for p in {*before, *steps})
        if wanted in {_shown(done, p) for p in steps}:
            there = os.path.lexists(wanted)
            return (
                f"`{path}` is there; delete it first to have it as xgen renders it"
                if there
                else None
            )
    guess = did_you_mean(wanted, known)
    return f"`{path}` is no file that xgen renders" + (f"; {guess}" if guess else "")


def _shown(done: Done, path: str) -> str:
    return os.path.relpath(os.path.join(done.root, path))
