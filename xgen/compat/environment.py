"""Jinja2 as old templates expect it: plain, forgiving, with the names of xosgenx.

Templates of ours have these names too, if they ask for one: `names` is called then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.utils import missing

from xgen.compat.library import FUNCTIONS
from xgen.compat.logic import Logic
from xgen.compat.service import Surroundings
from xgen.compat.text import dump_yaml
from xgen.compat.view import View

if TYPE_CHECKING:
    import jinja2

    from xgen.compat.view import Proto
    from xgen.fingerprint import Footprint
    from xgen.legacy import Input

_OF_VIEW = frozenset(("proto", "options", "context"))
_OF_FILES = frozenset(
    ("file_exists", "include_file", "xproto_check_policy", "xproto_check_synchronizer")
)
_OF_LOGIC = {"xproto_fol_to_python_test": "test", "xproto_fol_to_python_validator": "validator"}


class Names:
    """What the names of xosgenx mean in one rendering."""

    def __init__(self, given: Input, footprint: Footprint) -> None:
        self.view = View(given)
        self._surroundings = Surroundings(given.options.attic, footprint)
        self.proto: Proto | None = None
        """What is shown instead of the whole, when it is set."""

    def get(self, name: str) -> Any:
        """Return what ``name`` means; Jinja2's mark for "missing" when it means nothing."""
        if name in _OF_VIEW:
            return self.proto if name == "proto" and self.proto else getattr(self.view, name)
        if name in _OF_FILES:
            return getattr(self._surroundings, name.removeprefix("xproto_"))
        if name in _OF_LOGIC:
            return getattr(self._logic(), _OF_LOGIC[name])
        return FUNCTIONS.get(name, missing)

    def _logic(self) -> Logic:
        whole = self.view.proto
        attached = {m["policy"] for m in whole.message_table.values() if m["policy"]}
        return Logic(whole.policies, attached)


def make_environment(kind: type[jinja2.Environment], **more: Any) -> jinja2.Environment:
    """Return the environment for old templates."""
    environment = kind(auto_reload=False, **more)
    environment.filters["yaml"] = dump_yaml
    return environment
