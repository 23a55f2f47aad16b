"""A config as a flat list of keys: what is in force, defaults included, and where it came from."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.runtime.config import SCHEMAS, Config
from xgen.runtime.errors import ConfigError
from xgen.runtime.limits import SCHEMAS as LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULT = "default"


class Shown(NamedTuple):
    """One key with its value and where that came from."""

    key: str
    value: Any
    origin: str


def shown(config: Config) -> list[Shown]:
    """Return all keys of a config, in the order of its sections."""
    found: list[Shown] = []
    for field in fields(Config):
        if field.name == "origins":
            continue
        value = getattr(config, field.name)
        if field.name == "settings":
            found += _author(config)
        elif field.name == "limits":
            found += _limits(config)
        elif field.name in SCHEMAS:
            found += _open(config, field.name, value)
        elif is_dataclass(value):
            found += [
                _one(config, f"{field.name}.{inner.name}", getattr(value, inner.name))
                for inner in fields(value)
            ]
        else:
            found.append(_one(config, field.name, value))
    return found


def keys() -> list[str]:
    """Return all keys that a config file may have, but for the author's own."""
    return [one.key for one in shown(Config(name="", database=""))]


def placed(config: Config, error: ConfigError) -> ConfigError:
    """Return an error about a key with the place where the key got its value."""
    if error.path is None:
        for key, origin in config.origins.items():
            if f"`{key}`" in error.message:
                return ConfigError(error.message, path=origin, help=error.help)
    return error


def _author(config: Config) -> Iterator[Shown]:
    """Yield the author's own keys."""
    for name, value in config.settings.items():
        yield _one(config, f"settings.{name}", value)


def _limits(config: Config) -> Iterator[Shown]:
    """Yield the limits of each model and back-end that has some."""
    for kind in LIMITS:
        for name, one in getattr(config.limits, kind).items():
            for inner in fields(one):
                key = f"limits.{kind}.{name}.{inner.name}"
                if key in config.origins:
                    yield _one(config, key, getattr(one, inner.name))


def _open(config: Config, section: str, values: Mapping[str, Any] | None) -> Iterator[Shown]:
    """Yield the keys of a section whose schema is somewhere else."""
    module, name = SCHEMAS[section]
    values = values or {}
    for field in fields(getattr(import_module(module), name)):
        key = f"{section}.{field.name}"
        if key in SCHEMAS:
            yield from _open(config, key, values.get(field.name))
            continue
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        yield _one(config, key, values.get(field.name, default))


def _one(config: Config, key: str, value: Any) -> Shown:
    plain = list(value) if isinstance(value, tuple) else value
    return Shown(key, plain, config.origins.get(key, DEFAULT))
