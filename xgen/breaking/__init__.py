"""What a new version of models breaks that an older one promised.

Pure: two applications in, findings out. Models and fields are the same when their identity is:
the number of a field, the qualified name of a model or its `renamed_from`, the number of an enum
value. `docs/breaking.md` lists the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.breaking.access import access_changes
from xgen.breaking.identity import Pairs
from xgen.breaking.models import application_changes, model_changes
from xgen.breaking.order import order_changes
from xgen.breaking.rules import RULES, Change, Kind, Rule

if TYPE_CHECKING:
    from xgen.ir.app import App

__all__ = ["RULES", "Change", "Kind", "Rule", "breaking"]


def breaking(old: App, new: App) -> tuple[Change, ...]:
    """Return what is broken from ``old`` to ``new``, in the order of the models."""
    pairs = Pairs(old, new)
    found = [
        *application_changes(pairs),
        *model_changes(pairs),
        *access_changes(pairs),
        *order_changes(pairs),
    ]
    return tuple(dict.fromkeys(found))
