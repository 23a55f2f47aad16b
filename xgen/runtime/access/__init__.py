"""Access policies and validators at work: what generated ``security.py`` modules call.

A policy is two things: a function of an object and a context, and, where it can be, a condition
that the database applies to a whole list. Both are written with the few functions here.
"""

from __future__ import annotations

from xgen.runtime.access import where
from xgen.runtime.access.rules import Access, Validator
from xgen.runtime.access.stored import exists, forall, rows
from xgen.runtime.access.values import elements, equal, get, granted, is_in, python

__all__ = [
    "Access",
    "Validator",
    "elements",
    "equal",
    "exists",
    "forall",
    "get",
    "granted",
    "is_in",
    "python",
    "rows",
    "where",
]
