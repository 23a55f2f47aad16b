"""Generate goal-driven synchronizers for network services from xproto models.

``compile`` links models into an ``App``, ``render_target`` renders a target for one, ``generate``
does the whole job of the command line. They are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xgen.api import compile, generate, render_target  # noqa: A004  in a module of ours

__version__ = "0.1.0"

__all__ = ["__version__", "compile", "generate", "render_target"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from xgen import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
