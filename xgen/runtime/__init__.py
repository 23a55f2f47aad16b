"""The runtime of synchronizers: everything that is the same in every service.

These names are its promise to generated and hand-written code. They are looked up when they are
first used, so importing this package imports neither Django nor anything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xgen.runtime.access.acting import acting_as, unrestricted
    from xgen.runtime.bus import Event
    from xgen.runtime.cli import main
    from xgen.runtime.errors import (
        AccessDenied,
        DeferredException,
        ForbiddenWrite,
        InnocuousException,
        PermanentException,
        StepNotImplemented,
    )
    from xgen.runtime.intake.event import EventStep
    from xgen.runtime.intake.pull import PullStep
    from xgen.runtime.playbooks import AnsibleStep
    from xgen.runtime.policy import ModelPolicy
    from xgen.runtime.schedule import Schedule
    from xgen.runtime.step import SyncStep

_HOMES = {
    "AccessDenied": "errors",
    "AnsibleStep": "playbooks",
    "DeferredException": "errors",
    "Event": "bus",
    "EventStep": "intake.event",
    "ForbiddenWrite": "errors",
    "InnocuousException": "errors",
    "ModelPolicy": "policy",
    "PermanentException": "errors",
    "PullStep": "intake.pull",
    "Schedule": "schedule",
    "StepNotImplemented": "errors",
    "SyncStep": "step",
    "acting_as": "access.acting",
    "main": "cli",
    "unrestricted": "access.acting",
}

__all__ = [
    "AccessDenied",
    "AnsibleStep",
    "DeferredException",
    "Event",
    "EventStep",
    "ForbiddenWrite",
    "InnocuousException",
    "ModelPolicy",
    "PermanentException",
    "PullStep",
    "Schedule",
    "StepNotImplemented",
    "SyncStep",
    "acting_as",
    "main",
    "unrestricted",
]


def __getattr__(name: str) -> object:
    """Import the module that holds ``name`` and return it from there."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
