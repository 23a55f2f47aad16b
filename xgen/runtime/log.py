"""Logging: structlog to the console for people, to a rotating file as JSON and to Elastic, at once.

Lines of the standard library's logging (Django, drivers) go the same way. Everything that can
fail, formatting included, happens inside the handlers, where a failure costs the line and never
the step that logged it. Secrets are taken out last, so that nothing gets in after.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from xgen.runtime import secrets
from xgen.runtime.choices import one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from structlog.typing import EventDict, Processor

    from xgen.runtime.elastic_http import ElasticSettings

_LEVELS = ("critical", "error", "warning", "info", "debug")
_PLAIN = (str, int, float, bool, dict, list, tuple, type(None))
#: These say what a line is about.
_FIRST = ("timestamp", "level", "event", "model", "id", "step")
#: Handlers that we installed; a second `configure` replaces them and leaves others alone.
_OURS = "_xgen_handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """The `logging` section of config.yaml."""

    level: str = "info"
    #: `auto` (colours on a terminal), `plain`, `json` or `off`.
    console: str = "auto"
    #: Path of the JSON file; none is written when None.
    file: str | None = None
    #: Size at which the file is rotated, in bytes, and how many old ones stay.
    max_bytes: int = 10_000_000
    backups: int = 5
    #: More patterns for keys whose values are secret.
    secret_keys: tuple[str, ...] = ()
    #: Elastic, if lines are to go there too.
    elastic: ElasticSettings | None = None

    @classmethod
    def from_config(cls, section: Mapping[str, Any] | None) -> LogSettings:
        """Settings from the config's section; `console: true` means `auto`, `false` means `off`."""
        values = dict(section or {})
        console = values.get("console", "auto")
        if isinstance(console, bool):
            values["console"] = "auto" if console else "off"
        values["secret_keys"] = tuple(values.get("secret_keys") or ())
        if "elastic" in values:
            from xgen.runtime.elastic_http import ElasticSettings

            values["elastic"] = ElasticSettings.from_config(values["elastic"])
        settings = cls(**values)
        one_of("logging.level", settings.level.lower(), _LEVELS)
        one_of("logging.console", settings.console, ("auto", "plain", "json", "off"))
        return settings


def configure(
    settings: LogSettings | None = None, *, verbosity: int = 0, service: str = "xgen"
) -> None:
    """Sets logging up for this process; `verbosity` shifts the level (-q is -1, -v is 1).

    `service` is the name that Elastic knows lines by which do not say their synchronizer.
    """
    settings = settings or LogSettings()
    secrets.configure(settings.secret_keys)
    level = _shifted(settings.level, verbosity)
    root = logging.getLogger()
    for handler in [item for item in root.handlers if getattr(item, _OURS, False)]:
        root.removeHandler(handler)
        handler.close()
    for handler in _handlers(settings, service):
        setattr(handler, _OURS, True)
        root.addHandler(handler)
    root.setLevel(level)
    # Query logs and the like are never what `-v` asks for.
    for noisy in ("django.db.backends", "asyncio", "urllib3"):
        logging.getLogger(noisy).setLevel(max(level, logging.INFO))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_exception,
            _plain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get(name: str = "xgen", **bound: Any) -> structlog.stdlib.BoundLogger:
    """A logger with fields bound to each of its lines."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger.bind(**bound) if bound else logger


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """While inside, every line of this thread carries these fields, whoever logs it."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def _shifted(level: str, verbosity: int) -> int:
    index = min(max(_LEVELS.index(level.lower()) + verbosity, 0), len(_LEVELS) - 1)
    return int(getattr(logging, _LEVELS[index].upper()))


def _handlers(settings: LogSettings, service: str) -> Iterator[logging.Handler]:
    if settings.console != "off":
        yield _with_format(_ConsoleHandler(), _console_renderers(settings.console))
    if settings.file:
        path = Path(settings.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _FileHandler(
            path,
            maxBytes=settings.max_bytes,
            backupCount=settings.backups,
            encoding="utf-8",
            delay=True,
        )
        yield _with_format(handler, _json_renderers())
    if settings.elastic is not None:
        from xgen.runtime import elastic

        render: list[Processor] = [
            structlog.processors.format_exc_info,
            _redact,
            elastic.render(service),
        ]
        yield _with_format(elastic.ElasticHandler(settings.elastic), render)


def _console_renderers(kind: str) -> Sequence[Processor]:
    if kind == "json":
        return _json_renderers()
    colors = kind == "auto" and sys.stderr.isatty()
    return [
        _for_people,
        structlog.dev.ConsoleRenderer(
            colors=colors,
            pad_event_to=24,
            sort_keys=False,
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]


def _for_people(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """What a person at a console needs: the time of day, the object first, nothing twice."""
    for name in ("logger", "synchronizer"):
        event.pop(name, None)
    event["timestamp"] = str(event.get("timestamp", ""))[11:19]
    first = {name: event.pop(name) for name in _FIRST if name in event}
    return {**first, **event}


def _json_renderers() -> Sequence[Processor]:
    return [
        structlog.processors.format_exc_info,
        # Again: the traceback's text is there only now.
        _redact,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(default=_as_text, ensure_ascii=False, sort_keys=False),
    ]


def _with_format(handler: logging.Handler, renderers: Sequence[Processor]) -> logging.Handler:
    formatter = _Formatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(),
        ],
        processors=[
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _redact,
            *renderers,
        ],
    )
    handler.setFormatter(formatter)
    return handler


def _keep_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    # Handlers render later than the caller logs; `exc_info=True` must mean the caller's exception.
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


def _plain(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Objects become their text here, where a broken `__repr__` can still be survived."""
    return {
        key: value if key == "exc_info" or isinstance(value, _PLAIN) else _as_text(value)
        for key, value in event.items()
    }


def _redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Takes secrets out of every value, nested ones and texts included."""
    return {key: secrets.redact(value, key) for key, value in event.items()}


def _as_text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a broken __str__ must not cost the line
        return f"<{type(value).__name__}>"


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """What is written is redacted once more as text: tracebacks are rendered with the line."""

    def format(self, record: logging.LogRecord) -> str:
        return secrets.hide_values(super().format(record))


class _Forgiving(logging.Handler):
    """A line that cannot be written is reported once in short and never raises."""

    _reported = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        error = sys.exc_info()[1]
        if _Forgiving._reported or sys.stderr is None:
            return
        _Forgiving._reported = True
        with suppress(Exception):  # there is nowhere left to say so
            sys.stderr.write(f"a log line of {record.name} could not be written: {error!r}\n")


class _ConsoleHandler(_Forgiving, logging.StreamHandler[Any]):
    """Looks `sys.stderr` up for each line, so that whoever replaces it gets the line."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, value: Any) -> None:
        """Ignored: the base class sets it once, at construction."""


class _FileHandler(_Forgiving, logging.handlers.RotatingFileHandler):
    """The rotating JSON file."""
