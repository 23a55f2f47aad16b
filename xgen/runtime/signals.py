"""Signals that ask a program to end, heeded outside of the handler.

A handler interrupts the main thread anywhere, also where it holds the lock of an event that it is
just about to wait for. Setting that event in the handler would wait for the lock for ever. A
handler may put something into a ``SimpleQueue``, though; a thread takes it out and does the rest.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ENDING = (signal.SIGTERM, signal.SIGINT)
_MOST = 2


@contextmanager
def heeded(ask: Callable[[int], object]) -> Iterator[None]:
    """Call ``ask`` with 1 at the first SIGTERM or SIGINT inside, with 2 at the second.

    From a thread of its own. At the third, KeyboardInterrupt is raised in the main thread.
    """
    came: SimpleQueue[int] = SimpleQueue()
    count = 0

    def note(_number: int, _frame: object) -> None:
        nonlocal count
        count += 1
        if count > _MOST:
            raise KeyboardInterrupt
        came.put(count)

    def heed() -> None:
        while number := came.get():
            ask(number)

    thread = threading.Thread(target=heed, name="xgen-signals", daemon=True)
    thread.start()
    before: dict[signal.Signals, Any] = {each: signal.signal(each, note) for each in _ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        came.put(0)
        thread.join()
