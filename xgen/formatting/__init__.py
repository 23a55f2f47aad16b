"""One canonical layout for xproto: from a sound file to the text that everybody writes the same.

Order, words and comments stay; blanks and lines are ours. What is laid out already is left as it
is, and what the models mean does not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.formatting.layout import lay_out
from xgen.formatting.structure import structure
from xgen.formatting.tokens import tokens

if TYPE_CHECKING:
    from xgen.source import Source

__all__ = ["formatted"]


def formatted(source: Source) -> str:
    """Return the text of a file, which parses without an error, in the canonical layout."""
    return lay_out(structure(tokens(source)))
