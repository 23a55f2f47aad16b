"""Jinja2 as old templates expect it: plain, forgiving, with the names of xosgenx.

Templates of ours have these names too, if they ask for one: `names` is called then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.utils import missing

from xgen.compat.library import FUNCTIONS
from xgen.compat.logic import Logic
from xgen.compat.service import Surroundings
from xgen.compat.text import dump_yaml
from xgen.compat.view import View

if TYPE_CHECKING:
    from xgen.compat.view import Proto
    from xgen.fingerprint import Footprint
    from xgen.legacy import Input


class Names:
    """What the names of xosgenx mean in one rendering."""

    def __init__(self, given: Input, footprint: Footprint) -> None:
        self.view = View(given)
        self._surroundings = Surroundings(given.options.attic, footprint)
        self.proto: Proto | None = None
        """What is shown instead of the whole, when it is set."""

    def get(self, name: str) -> Any:
        """Return what ``name`` means; Jinja2's mark for "missing" when it means nothing."""
        around = self._surroundings
        match name:
            case "proto":
                return self.proto or self.view.proto
            case "options":
                return self.view.options
            case "context":
                return self.view.context
            case "include_file" | "file_exists":
                return getattr(around, name)
            case "xproto_check_policy" | "xproto_check_synchronizer":
                return getattr(around, name.removeprefix("xproto_"))
            case "xproto_fol_to_python_test":
                return self._logic().test
            case "xproto_fol_to_python_validator":
                return self._logic().validator
        return FUNCTIONS.get(name, missing)

    def _logic(self) -> Logic:
        whole = self.view.proto
        attached = {m["policy"] for m in whole.message_table.values() if m["policy"]}
        return Logic(whole.policies, attached)


def make_environment(
    kind: type[jinja2.Environment], *, keep_newline: bool, **more: Any
) -> jinja2.Environment:
    """Return the environment for old templates."""
    environment = kind(keep_trailing_newline=keep_newline, auto_reload=False, **more)
    environment.filters["yaml"] = dump_yaml
    return environment
