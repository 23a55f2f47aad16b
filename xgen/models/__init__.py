"""The bundled models: a small core for every service, and the platform of older ones.

Both are xproto files like any author's. The linker loads them when a name is defined neither in
the input nor in what it imports.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from xgen.source import Source

if TYPE_CHECKING:
    from xgen.syntax.tree import File

CORE = "core.xproto"
PLATFORM = "platform.xproto"


@cache
def source(name: str) -> Source:
    """Return the text of a bundled file; its path shows where it comes from."""
    return Source(f"<xgen>/{name}", (files(__name__) / name).read_text(encoding="utf-8"))


@cache
def parsed(name: str) -> File:
    """Return the syntax tree of a bundled file, parsed once in a process."""
    from xgen.diagnostics import Report
    from xgen.syntax.parser import parse

    report = Report()
    tree = parse(source(name), report)
    if report.has_errors:
        raise RuntimeError(f"bundled {name}: {next(iter(report)).message}")
    return tree
