"""Generate goal-driven synchronizers for network services from xproto models.

``compile`` links models into an ``App``, ``render`` renders a target for one, ``generate`` does the
whole job of the command line. They are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xgen.api import (
        Generation,
        RenderError,
        Result,
        compile,  # noqa: A004  in a module of ours
        generate,
        render,
    )
    from xgen.diagnostics import Diagnostic, Report, Severity
    from xgen.ir.app import App
    from xgen.rendered import RenderedFile

__version__ = "0.1.0"

__all__ = [
    "App",
    "Diagnostic",
    "Generation",
    "RenderError",
    "RenderedFile",
    "Report",
    "Result",
    "Severity",
    "__version__",
    "compile",
    "generate",
    "render",
]

_HOMES = {
    "App": "xgen.ir.app",
    "Diagnostic": "xgen.diagnostics",
    "RenderedFile": "xgen.rendered",
    "Report": "xgen.diagnostics",
    "Severity": "xgen.diagnostics",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(_HOMES.get(name, "xgen.api")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
