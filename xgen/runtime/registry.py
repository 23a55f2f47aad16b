"""What a package brings: its steps, its policies and what they are for.

Everything is looked at when the synchronizer starts, and all mistakes are reported together. A
package with a step file that cannot be imported does not start: its other steps would run
without what the author thinks is there.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps

from xgen.runtime import backends, deps, edges, expected, reverse, schedule
from xgen.runtime.errors import ConfigError, ConfigErrors
from xgen.runtime.intake import declared as intake
from xgen.runtime.intake.event import EventStep
from xgen.runtime.intake.pull import PullStep
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.policy import ModelPolicy
from xgen.runtime.reconcile import Abilities
from xgen.runtime.step import StepContext, SyncStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from xgen.runtime.models import Object
    from xgen.runtime.schedule import Schedule

_T = TypeVar("_T")
_BUNDLED = ("xgen_core", "xgen_platform")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is done for the objects of one model."""

    model: type[Object]
    step: type[SyncStep[Any]] | None
    policy: type[ModelPolicy[Any]] | None
    timeout: float | None = None
    adopted: bool = False
    """A bundled model that no step or policy here is for: its rows are taken away when they are
    deleted and nobody ever touched a back-end for them, all else is left to others."""

    @property
    def backend(self) -> backends.Declared:
        """Return the back-end that the step names, or its function that does for an object."""
        return getattr(self.step, "backend", "") if self.step is not None else ""

    @property
    def abilities(self) -> Abilities:
        """Return what there is, as the reconciler wants to know it."""
        return Abilities(self.step is not None, self.policy is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A loaded package. ``work`` has every model that this synchronizer looks after, by label."""

    package: str
    context: StepContext
    work: Mapping[str, Work]
    links: edges.Links
    schedule: Schedule | None = None
    """The order of models that was fixed when the package was generated, if it holds."""
    warnings: tuple[str, ...] = ()
    stepless: Mapping[str, str] = field(default_factory=dict)
    """The models that ought to have a step and have none, by label, with what is wrong."""
    pulls: Mapping[str, type[PullStep]] = field(default_factory=dict)
    events: Mapping[str, type[EventStep]] = field(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """Return the folder of the author's files; None if there is none."""
        folder = self.context.folder
        return folder if folder.is_absolute() else None

    @property
    def roots(self) -> tuple[type[Object], ...]:
        """Return the models whose tables have the counters, each once."""
        return tuple(dict.fromkeys(shape_of(work.model).root for work in self.work.values()))


def load(package: str, *, context: StepContext | None = None) -> Registry:
    """Load a package; Django is set up with it already.

    Raises:
        ConfigErrors: with all that is wrong in its files.
    """
    errors: list[ConfigError] = []
    folder = package_folder(package)
    steps = dict(_observed(_classes(f"{package}.steps", SyncStep, errors), "observes", errors))
    policies = dict(
        _observed(_classes(f"{package}.model_policies", ModelPolicy, errors), "model", errors)
    )
    pulls = intake.named(package, _classes(f"{package}.pull_steps", PullStep, errors))
    events = intake.named(package, _classes(f"{package}.event_steps", EventStep, errors))
    errors += intake.mistakes(pulls, events, steps.values())
    errors += backends.mistakes(dict.fromkeys(steps.values()))
    app_label = _app_label(package)
    parsed = _read_deps(folder, errors)
    links = edges.compile_links(parsed, app_label, errors)
    if errors:
        raise ConfigErrors(errors)
    warnings = [str(deps.cycle_error(found))] if (found := deps.cycle(parsed.edges)) else []
    missing = list(expected.missing_steps(package, folder, steps.keys()))
    work = {m._meta.label: w for m, w in _work(app_label, steps, policies)}
    fixed, doubts = _checked(schedule.read(package), work, links)
    return Registry(
        package=package,
        context=context or StepContext(package=package, synchronizer=package, folder=folder),
        work=work,
        links=links,
        schedule=fixed,
        warnings=(*warnings, *doubts, *(one.text for one in missing)),
        stepless={one.model._meta.label: one.text for one in missing},
        pulls=pulls,
        events=events,
    )


def make(
    package: str,
    *,
    steps: Mapping[type[Object], type[SyncStep[Any]]],
    policies: Mapping[type[Object], type[ModelPolicy[Any]]] | None = None,
    pulls: Iterable[type[PullStep]] = (),
    events: Iterable[type[EventStep]] = (),
    model_deps: str = "",
    fixed: Schedule | None = None,
    context: StepContext | None = None,
) -> Registry:
    """Return a registry of classes at hand instead of files; for tests and programs."""
    errors: list[ConfigError] = []
    app_label = _app_label(package)
    parsed = deps.parse(model_deps, "model-deps.yaml", errors)
    links = edges.compile_links(parsed, app_label, errors)
    errors += backends.mistakes(dict.fromkeys(steps.values()))
    if errors:
        raise ConfigErrors(errors)
    reverse.heed(package, links)
    work = {m._meta.label: w for m, w in _work(app_label, steps, policies or {})}
    fixed, doubts = _checked(fixed, work, links)
    return Registry(
        package=package,
        context=context or StepContext(package=package, synchronizer=package),
        work=work,
        links=links,
        schedule=fixed,
        warnings=doubts,
        pulls=intake.named(package, pulls),
        events=intake.named(package, events),
    )


def package_folder(package: str) -> Path:
    """Return the folder of an importable package."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise ConfigError(f"there is no package `{package}`", help="mend PYTHONPATH or install it")
    return Path(places[0])


def _app_label(package: str) -> str:
    return next((app.label for app in apps.get_app_configs() if app.name == package), package)


def _work(
    app_label: str,
    steps: Mapping[type[Object], type[SyncStep[Any]]],
    policies: Mapping[type[Object], type[ModelPolicy[Any]]],
) -> Iterator[tuple[type[Object], Work]]:
    """Yield the app's own models, and others that its steps and policies are for."""
    for model in apps.get_models():
        if not is_object(model):
            continue
        found = model
        step, policy = _nearest(found, steps), _nearest(found, policies)
        label = found._meta.app_label
        timeout = step.timeout if step else None
        if label == app_label or found in steps or found in policies:
            yield found, Work(model=found, step=step, policy=policy, timeout=timeout)
        elif label in _BUNDLED:
            yield found, Work(model=found, step=None, policy=None, adopted=True)


def _checked(
    fixed: Schedule | None, work: Mapping[str, Work], links: edges.Links
) -> tuple[Schedule | None, tuple[str, ...]]:
    """Return a schedule if it holds, else what to tell about it."""
    if fixed is None:
        return None, ()
    own = [one.model for one in work.values() if not one.adopted]
    doubt = schedule.objection(fixed, own, links)
    return (fixed, ()) if doubt is None else (None, (schedule.warning(doubt),))


def _nearest(model: type[Object], by_model: Mapping[type[Object], type[_T]]) -> type[_T] | None:
    """Return what is registered for ``model`` or for its nearest base."""
    return next((by_model[base] for base in model.__mro__ if base in by_model), None)


def _read_deps(folder: Path, errors: list[ConfigError]) -> deps.ModelDeps:
    path = folder / "model-deps.yaml"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return deps.ModelDeps((), {}, path.name)
    except (OSError, UnicodeDecodeError) as error:
        errors.append(ConfigError(str(error), path=str(path)))
        return deps.ModelDeps((), {}, path.name)
    return deps.parse(text, _shown(path), errors)


def _shown(path: Path) -> str:
    """Return ``path`` as people name it, relative where it is below the current folder."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _classes(folder: str, base: type[_T], errors: list[ConfigError]) -> Iterator[type[_T]]:
    """Yield the subclasses of ``base`` that the modules of a subpackage define."""
    for module in _modules(folder, errors):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, base)
                and value.__module__ == module.__name__
                and not value.__name__.startswith("_")
            ):
                yield value


def _modules(folder: str, errors: list[ConfigError]) -> Iterator[ModuleType]:
    try:
        parent = importlib.import_module(folder)
    except ModuleNotFoundError as error:
        if error.name != folder:
            errors.append(_import_error(folder, error))
        return
    except Exception as error:  # noqa: BLE001 - whatever an author's module raises
        errors.append(_import_error(folder, error))
        return
    yield parent
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda info: info.name):
        name = f"{folder}.{info.name}"
        try:
            yield importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - likewise
            sys.modules.pop(name, None)
            errors.append(_import_error(name, error))


def _import_error(module: str, error: BaseException) -> ConfigError:
    """Return a mistake with the file and line where an import failed."""
    if isinstance(error, SyntaxError) and error.filename:
        message = f"cannot import {module}: {error.msg}"
        return ConfigError(message, path=_shown(Path(error.filename)), line=error.lineno)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename != __file__
    ]
    frames = [f for f in frames if not f.filename.endswith("importlib/__init__.py")]
    text = f"cannot import {module}: {type(error).__name__}: {error}"
    if not frames:
        return ConfigError(text)
    return ConfigError(text, path=_shown(Path(frames[-1].filename)), line=frames[-1].lineno)


def _observed(
    classes: Iterator[type[_T]], attribute: str, errors: list[ConfigError]
) -> Iterator[tuple[type[Object], type[_T]]]:
    """Yield each class with the model it is for."""
    taken: dict[type[Object], type[_T]] = {}
    for kind in classes:
        path = _shown(Path(str(sys.modules[kind.__module__].__file__)))
        model = getattr(kind, attribute, None)
        if not is_object(model):
            message = f"{kind.__name__}.{attribute} must be a model that is synced"
            errors.append(ConfigError(message, path=path))
            continue
        if model in taken:
            other = f"{taken[model].__module__}.{taken[model].__name__}"
            message = f"{kind.__name__} and {other} are both for {model.__name__}"
            errors.append(ConfigError(message, path=path))
            continue
        taken[model] = kind
        yield model, kind
