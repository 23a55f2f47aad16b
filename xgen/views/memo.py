"""Remember the last value of a view: the parts of one target ask for the same ones."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.ir.app import App

T = TypeVar("T")


def last(view: Callable[[App], T]) -> Callable[[App], T]:
    """Keep what ``view`` returned for the last app. By identity: comparing apps would cost more."""
    kept: list[tuple[App, T]] = []

    @wraps(view)
    def remembered(app: App) -> T:
        if not kept or kept[0][0] is not app:
            kept[:] = [(app, view(app))]
        return kept[0][1]

    return remembered
