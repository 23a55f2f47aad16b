"""For authors' tests: a synchronizer in a database of its own, time that obeys, a fake back-end.

    from xgen.runtime.testing import harness

    def test_a_colour_is_synced():
        with harness("exampleservice") as service:
            red = service.make("Color", name="red")
            service.converge()                      # raises with the object's error, if any
            assert service.reload(red).backend_code == 1

`harness` gives each test an empty, migrated SQLite database; it is migrated once in a process
and copied from then on. Django is set up for one package (and what that requires) in a process,
so tests of several packages run in several processes. As a pytest fixture:

    @pytest.fixture
    def service():
        with harness("exampleservice", settings={"folder": "pages"}) as service:
            yield service
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xgen.runtime.config import Config
    from xgen.runtime.models import Object

__all__ = ["Call", "FakeClock", "Harness", "RecordingBackend", "harness"]

O = TypeVar("O", bound="Object")  # noqa: E741 - an object


class FakeClock:
    """Time that stands still until a test moves it; a wait moves it to the end of the wait."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._start = start
        self._moved = threading.Condition()

    def time(self) -> float:
        """Returns the unix time in seconds."""
        return self._now

    def monotonic(self) -> float:
        """Returns the seconds since the clock was made."""
        return self._now - self._start

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        with self._moved:
            self._now += seconds
            self._moved.notify_all()

    def wait(self, event: threading.Event, timeout: float | None) -> bool:
        """Returns at once, with the timeout over unless `event` is set."""
        # A short real wait lets other threads come along; a waiter must not spin.
        if event.wait(0.001):
            return True
        if timeout is None:
            return event.wait(1.0)
        self.advance(max(0.0, timeout))
        return event.is_set()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a back-end."""

    action: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class RecordingBackend:
    """A back-end in memory: keeps what it was told, and fails when a test says so.

    >>> backend = RecordingBackend()
    >>> backend.put("red", html_code="#f00")
    >>> backend.objects
    {'red': {'html_code': '#f00'}}
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.objects: dict[str, dict[str, Any]] = {}
        self._failures: list[tuple[str | None, BaseException]] = []
        self._lock = threading.Lock()

    def put(self, key: str, **values: Any) -> None:
        """Creates or updates what is called `key`."""
        with self._lock:
            self.calls.append(Call("put", key, values))
            self._fail(key)
            self.objects[key] = values

    def remove(self, key: str) -> None:
        """Removes what is called `key`; that it is not there is no error."""
        with self._lock:
            self.calls.append(Call("remove", key))
            self._fail(key)
            self.objects.pop(key, None)

    def fail_next(
        self, times: int = 1, error: BaseException | None = None, *, key: str | None = None
    ) -> None:
        """Makes the next calls (of `key` only, if given) raise instead of work."""
        failure = error or RuntimeError("the back-end is down")
        self._failures += [(key, failure)] * times

    def recover(self) -> None:
        """Forgets failures that were still to come."""
        self._failures.clear()

    def count(self, action: str, key: str) -> int:
        """How often `action` was called for `key`."""
        return sum(call.action == action and call.key == key for call in self.calls)

    def _fail(self, key: str) -> None:
        for index, (wanted, error) in enumerate(self._failures):
            if wanted in (None, key):
                del self._failures[index]
                raise error


@dataclass(slots=True)
class Harness:
    """A synchronizer under test; `harness` makes it."""

    package: str
    config: Config
    clock: FakeClock | None = None
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _making: list[type[Any]] = field(default_factory=list)
    _synchronizer: Any = None

    def model(self, name: str | type[O]) -> type[Any]:
        """Returns the model of this name."""
        from xgen.runtime.objects import find_model

        return find_model(name, self.package) if isinstance(name, str) else name

    def make(self, model: str | type[O], **values: Any) -> Any:
        """Creates an object: what is not given is filled in, required links with new objects.

        Links to users are filled in, too, where a validator does not do without.
        """
        from django.core.exceptions import ValidationError

        found = self.model(model)
        try:
            return found.objects.create(**self._complete(found, values))
        except ValidationError:
            return found.objects.create(**self._complete(found, values, users=True))

    def _complete(
        self, found: type[O], values: dict[str, Any], *, users: bool = False
    ) -> dict[str, Any]:
        from xgen.runtime.making import complete

        if found in self._making:
            names = " -> ".join(kind.__name__ for kind in (*self._making, found))
            raise ValueError(f"{names}: these need each other; give one of the links yourself")
        self._making.append(found)
        try:
            return complete(found, values, self._next, self.make, users=users)
        finally:
            self._making.pop()

    def converge(self) -> None:
        """Runs until nothing is left to do; raises AssertionError with what is in error."""
        self.run()
        problems = list(self.errors())
        if problems:
            raise AssertionError("not in sync: " + "\n".join(problems))

    def run(self) -> Any:
        """Runs until nothing is left to do now, errors or not; like `run --once`."""
        return self.synchronizer.run(once=True)

    def sync(self, obj: O) -> O:
        """Runs, raises if this object is in error, and returns it as it is then."""
        self.run()
        found = self.reload(obj)
        if text := self._trouble(found):
            raise AssertionError(text)
        return found

    def reload(self, obj: O) -> O:
        """Returns the object as the database has it now; raises DoesNotExist when it is gone."""
        return type(obj).all_objects.get(pk=obj.pk)

    def exists(self, obj: Object) -> bool:
        """Whether the object's row is still there, deleted or not."""
        return bool(type(obj).all_objects.filter(pk=obj.pk).exists())

    def errors(self) -> Iterator[str]:
        """Yields a line for each object that is not in sync, with its error or what blocks it."""
        from xgen.runtime.kinds import is_object
        from xgen.runtime.objects import meta, models

        for model in models(self.package):
            if not is_object(model) or meta(model).parents:
                continue
            for obj in cast("Any", model).all_objects.order_by("pk"):
                if text := self._trouble(obj.leaf):
                    yield text

    def _trouble(self, obj: Any) -> str | None:
        """One line about an object that should be in sync and is not."""
        from xgen.runtime.explain import is_elsewhere
        from xgen.runtime.objects import named

        if obj.no_sync or obj.lazy_blocked:
            return None
        if is_elsewhere(self.synchronizer.registry, obj.leaf_model_name, deleted=obj.deleted):
            return None
        what = named(obj)
        if obj.policy_code == 2:  # noqa: PLR2004 - the code of errors
            return f"{what}: policy: {obj.policy_status}"
        if obj.enacted_generation < obj.generation or obj.deleted:
            return f"{what}: {self.synchronizer.why(obj)}"
        return None

    @property
    def synchronizer(self) -> Any:
        """The synchronizer of this test."""
        if self._synchronizer is None:
            from xgen.runtime.synchronizer import Synchronizer

            # Waiting costs a fake clock no time, so nothing may run beside the loop.
            self._synchronizer = Synchronizer(
                self.package, self.config, clock=self.clock, inline=self.clock is not None
            )
        return self._synchronizer

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]


@contextmanager
def harness(package: str, *, clock: FakeClock | None = None, **config: Any) -> Iterator[Harness]:
    """An empty migrated database and a synchronizer of `package` over it.

    `config` overrides what config.yaml says: `harness("x", settings={...}, timeout=5)`.
    """
    from xgen.runtime import config as configuration
    from xgen.runtime import django

    _log_plainly()
    with tempfile.TemporaryDirectory(prefix="xgen-test-") as folder:
        template = _template(package)
        path = Path(folder) / "test.db"
        shutil.copyfile(template, path)
        loaded = configuration.load(package, database=f"sqlite:///{path}", environ={})
        if "settings" in config:
            config["settings"] = {**loaded.settings, **config["settings"]}
        loaded = replace(loaded, **config)
        django.setup(loaded, [package])
        try:
            yield Harness(package, loaded, clock)
        finally:
            django.close_connections()


def _log_plainly() -> None:
    """Sets logging up as in operation, without files, unless the author has done so.

    What structlog does by default draws tracebacks with all local variables where the library
    rich is installed: that takes minutes for Django's objects, and shows secrets.
    """
    import structlog

    from xgen.runtime import log

    if not structlog.is_configured():
        log.configure(log.LogSettings(console="plain"))


_templates: dict[str, Path] = {}


def _template(package: str) -> Path:
    """A migrated empty database of the package, made once in this process."""
    from xgen.runtime import django

    if package not in _templates:
        folder = Path(tempfile.mkdtemp(prefix="xgen-template-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "template.db"
        django.setup(f"sqlite:///{path}", [package])
        django.migrate()
        django.close_connections()
        _templates[package] = path
    return _templates[package]
