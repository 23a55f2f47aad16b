"""Where jobs run: behind a small protocol, with threads as the one for every day."""

from __future__ import annotations

import threading
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from xgen.runtime.outcome import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xgen.runtime.clock import Clock
    from xgen.runtime.ended import Ended
    from xgen.runtime.execution import Job


class Executor(Protocol):
    """Runs jobs somewhere and hands back how they ended."""

    def submit(self, jobs: Iterable[Job]) -> None:
        """Take jobs; they start in this order as soon as there is a free worker."""
        ...

    def take(self) -> list[tuple[Job, Ended]]:
        """Return what ended since the last call."""
        ...

    def room(self) -> int:
        """Return how many more jobs are welcome now."""
        ...

    def overdue(self) -> list[Job]:
        """Return jobs whose time is up, once each; their workers are replaced."""
        ...

    def next_deadline(self) -> float | None:
        """Return the monotonic time at which ``overdue`` should be asked next."""
        ...

    def withdraw(self) -> list[Job]:
        """Return the jobs that no worker has started; they will not start."""
        ...

    def close(self) -> None:
        """Let idle workers end; what still runs is left behind."""
        ...


class ThreadExecutor:
    """A pool of threads.

    A thread cannot be stopped from outside. When a job's time is up its thread is written off and
    another takes its place; the thread ends by itself when its job returns. No more than
    ``workers * 4`` are written off at once: past that, fewer workers are left.
    """

    # So much work is given out ahead: enough to keep the workers busy until the next turn of the
    # scheduler's loop, and not more, since what is given out cannot be overtaken.
    _AHEAD_SECONDS = 0.1
    _AHEAD_MOST = 512

    def __init__(
        self, workers: int, run: Callable[[Job], Ended], clock: Clock, bell: threading.Event
    ) -> None:
        self.workers = workers
        self._run = run
        self._clock = clock
        self._bell = bell
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._ended: deque[tuple[Job, Ended]] = deque()
        self._started: dict[int, tuple[Job, float]] = {}
        self._lock = threading.Lock()
        self._waiting = 0  # given out and not taken back
        self._threads = 0
        self._lost = 0
        self._numbers = 0
        self._rate = 0.0
        self._rated_at = clock.monotonic()
        self._rated = 0

    @property
    def abandoned(self) -> int:
        """How many threads still run a job that was given up on."""
        return self._lost

    def submit(self, jobs: Iterable[Job]) -> None:
        """Take jobs; they start in this order as soon as there is a free worker."""
        for job in jobs:
            self._waiting += 1
            self._queue.put(job)
        wanted = min(self.workers, self._waiting)
        while self._threads < wanted:
            self._add_worker()

    def take(self) -> list[tuple[Job, Ended]]:
        """Return what ended since the last call."""
        found = []
        while self._ended:
            job, ended = self._ended.popleft()
            if job.abandoned:
                self._lost -= 1
                if self._threads < self.workers and self._threads < self._waiting:
                    self._add_worker()
            else:
                self._waiting -= 1
                self._rated += 1
            found.append((job, ended))
        return found

    def room(self) -> int:
        """Return how many more jobs are welcome: one a free worker, more if jobs are short."""
        now = self._clock.monotonic()
        if (passed := now - self._rated_at) >= self._AHEAD_SECONDS:
            self._rate, self._rated, self._rated_at = self._rated / passed, 0, now
        ahead = min(self._rate * self._AHEAD_SECONDS * 2, self._AHEAD_MOST)
        limit = self.workers - max(0, self._lost - self.workers * 3)
        return max(0, int(max(limit, ahead)) - self._waiting)

    def overdue(self) -> list[Job]:
        """Return jobs whose time is up, once each; their workers are replaced."""
        now = self._clock.monotonic()
        late = []
        with self._lock:
            for job, started in self._running():
                if job.timeout is not None and not job.abandoned and now >= started + job.timeout:
                    job.abandoned = True
                    late.append(job)
        self._waiting -= len(late)
        self._lost += len(late)
        self._threads -= len(late)
        while late and self._threads < min(self.workers, self._waiting):
            self._add_worker()
        return late

    def next_deadline(self) -> float | None:
        """Return the monotonic time at which ``overdue`` should be asked next."""
        ends = [
            started + job.timeout
            for job, started in self._running()
            if job.timeout is not None and not job.abandoned
        ]
        if self._waiting > len(self._started):
            # Some have not started, and when they do nobody tells. Look again in a while.
            ends.append(self._clock.monotonic() + 1.0)
        return min(ends, default=None)

    def _running(self) -> list[tuple[Job, float]]:
        """Return what workers have started; they go on starting while somebody looks."""
        return list(self._started.values())

    def withdraw(self) -> list[Job]:
        """Return the jobs that no worker has started; they will not start."""
        found: list[Job] = []
        while not self._queue.empty():
            try:
                job = self._queue.get_nowait()
            except Exception:  # noqa: BLE001 - a worker was faster
                break
            if job is not None:
                found.append(job)
        self._waiting -= len(found)
        return found

    def close(self) -> None:
        """Let idle workers end; what still runs is left behind."""
        for _ in range(self._threads):
            self._queue.put(None)
        self._threads = 0

    def _add_worker(self) -> None:
        self._numbers += 1
        self._threads += 1
        name = f"xgen-worker-{self._numbers}"
        threading.Thread(target=self._work, args=(self._numbers,), name=name, daemon=True).start()

    def _work(self, number: int) -> None:
        """Run jobs until told to end, or until one of them took too long."""
        while True:
            job = self._queue.get()
            if job is None:
                break
            self._started[number] = (job, self._clock.monotonic())
            try:
                ended = self._run(job)
            except BaseException as error:  # noqa: BLE001 - a worker never dies of a job
                ended = job.ended(Failed(f"{type(error).__name__}: {error}"))
            with self._lock:
                del self._started[number]
                given_up = job.abandoned
            self._ended.append((job, ended))
            if not self._bell.is_set():
                self._bell.set()
            if given_up:
                break
        from xgen.runtime.django import close_connections

        close_connections()


class InlineExecutor:
    """Runs a job at once, in the caller's thread: for tests and small tools."""

    def __init__(self, run: Callable[[Job], Ended]) -> None:
        self._run = run
        self._ended: list[tuple[Job, Ended]] = []

    def submit(self, jobs: Iterable[Job]) -> None:
        """Run jobs, one after the other."""
        for job in jobs:
            self._ended.append((job, self._run(job)))

    def take(self) -> list[tuple[Job, Ended]]:
        """Return what ended since the last call."""
        found, self._ended = self._ended, []
        return found

    def room(self) -> int:
        """Return 1, so that what a job changes is seen before the next one is chosen."""
        return 1 if not self._ended else 0

    def overdue(self) -> list[Job]:
        """Return nothing: a job that runs is one that nobody can watch."""
        return []

    def next_deadline(self) -> float | None:
        """Return None, for the same reason."""
        return None

    def withdraw(self) -> list[Job]:
        """Return nothing: all jobs have been run."""
        return []

    def close(self) -> None:
        """Do nothing."""
