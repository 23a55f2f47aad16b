"""The `_bulk` API of Elastic over the standard library's HTTP: one batch out, one answer back."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OK = 200
_CONFLICT = 409
_TOO_LARGE = 413
_TOO_MANY = 429
_SERVER_ERROR = 500
_BAD_REQUEST = 400
#: A batch never is more bytes than this; Elastic's own limit is 100 MB.
MOST_BYTES = 5_000_000

Document = tuple[str, str]
"""An id and the JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticSettings:
    """The section `logging.elastic` of config.yaml."""

    #: Where Elastic is, such as `https://elastic.example.net:9200`.
    url: str = ""
    #: The data stream (or index) that the lines go to.
    index: str = "logs-xgen-default"
    #: How to log in: an API key, or a name and a password.
    api_key: str | None = None
    username: str | None = None
    password: str | None = None
    #: Certificates to trust, for a server with its own authority.
    ca_file: str | None = None
    #: So many lines wait at most; what is more is dropped and counted.
    queue: int = 10_000
    #: So many lines are sent at once.
    batch: int = 500
    #: Seconds after which lines are sent although the batch is not full.
    flush_interval: float = 1.0
    #: Seconds that one request may take.
    timeout: float = 10.0
    #: Seconds for the lines that are left when the process ends.
    flush_seconds: float = 5.0

    @classmethod
    def from_config(cls, section: Mapping[str, Any] | None) -> ElasticSettings | None:
        """Settings from the config's section; None when there is none."""
        if not section:
            return None
        settings = cls(**section)
        parts = urlsplit(settings.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(
                f"`logging.elastic.url` is no address of Elastic: {settings.shown_url!r}",
                help="https://elastic.example.net:9200 is one",
            )
        for name in ("queue", "batch", "flush_interval", "timeout"):
            if getattr(settings, name) <= 0:
                raise ConfigError(f"`logging.elastic.{name}` must be more than 0")
        if settings.flush_seconds < 0:
            raise ConfigError("`logging.elastic.flush_seconds` must not be negative")
        return settings

    @property
    def shown_url(self) -> str:
        """The address without what it may hold of a password."""
        from xgen.runtime.secrets import redact_text

        return redact_text(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a batch."""

    taken: int = 0
    again: list[Document] = field(default_factory=list)
    """To be sent again, later."""
    refused: list[str] = field(default_factory=list)
    """Why lines will never be taken, one reason a line."""
    problem: str = ""


class Connection:
    """One kept-alive connection; used by one thread."""

    def __init__(self, settings: ElasticSettings) -> None:
        parts = urlsplit(settings.url)
        self._settings = settings
        self._host = parts.hostname or ""
        self._port = parts.port
        self._secure = parts.scheme == "https"
        path = parts.path.rstrip("/")
        only = "filter_path=errors,items.*.status,items.*.error"
        self._path = f"{path}/{quote(settings.index, safe='')}/_bulk?{only}"
        self._headers = {"Content-Type": "application/x-ndjson", **_login(settings, parts)}
        self._open: http.client.HTTPConnection | None = None

    def send(self, batch: list[Document]) -> Answer:
        """Send a batch, or the part of it that one request may carry."""
        now, later = _fitting(batch)
        body = "".join(f'{{"create":{{"_id":"{id_}"}}}}\n{text}\n' for id_, text in now)
        try:
            status, data = self._post(body.encode("utf-8", errors="replace"))
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answer(again=batch, problem=f"{type(error).__name__}: {error}".rstrip(": "))
        if status == _TOO_LARGE and len(now) > 1:
            middle = len(now) // 2
            return _both(self.send(now[:middle]), self.send([*now[middle:], *later]))
        answer = _answer(now, status, data)
        if not later:
            return answer
        return _both(answer, self.send(later) if not answer.problem else Answer(again=later))

    def _post(self, body: bytes) -> tuple[int, bytes]:
        if self._open is not None:
            try:
                return self._exchange(self._open, body)
            except (ConnectionError, http.client.BadStatusLine):
                self.close()  # the server ended an idle connection, as it may
        self._open = self._connect()
        return self._exchange(self._open, body)

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> tuple[int, bytes]:
        connection.request("POST", self._path, body, self._headers)
        with connection.getresponse() as response:
            return response.status, response.read()

    def _connect(self) -> http.client.HTTPConnection:
        timeout = self._settings.timeout
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=context)

    def close(self) -> None:
        """Hang up; the next batch connects again."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _both(one: Answer, other: Answer) -> Answer:
    return Answer(
        taken=one.taken + other.taken,
        again=[*one.again, *other.again],
        refused=[*one.refused, *other.refused],
        problem=one.problem or other.problem,
    )


def _login(settings: ElasticSettings, parts: Any) -> dict[str, str]:
    if settings.api_key:
        return {"Authorization": f"ApiKey {settings.api_key}"}
    name = settings.username or unquote(parts.username or "")
    if not name:
        return {}
    password = settings.password or unquote(parts.password or "")
    text = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {text}"}


def _fitting(batch: list[Document]) -> tuple[list[Document], list[Document]]:
    """Split a batch where it gets too large; one line always fits."""
    size = 0
    for at, (_, text) in enumerate(batch):
        size += len(text)
        if size > MOST_BYTES and at:
            return batch[:at], batch[at:]
    return batch, []


def _answer(batch: list[Document], status: int, data: bytes) -> Answer:
    if status == _OK:
        return _items(batch, data)
    problem = f"HTTP {status}{_reason(data)}"
    if status == _TOO_LARGE and len(batch) == 1:
        return Answer(refused=[problem])
    if status == _BAD_REQUEST:
        return Answer(refused=[problem] * len(batch))  # it would be refused for ever
    return Answer(again=batch, problem=problem)


def _items(batch: list[Document], data: bytes) -> Answer:
    """Read what became of each line."""
    try:
        reply = json.loads(data)
        items = [next(iter(item.values())) for item in reply["items"]] if reply["errors"] else None
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return Answer(again=batch, problem="the answer is not that of Elastic's _bulk")
    if items is None:
        return Answer(taken=len(batch))
    taken, again, refused, busy = 0, [], [], ""
    for sent, item in zip(batch, items, strict=False):
        status = int(item.get("status", _OK))
        if status < _BAD_REQUEST or status == _CONFLICT:  # 409: an earlier try arrived
            taken += 1
        elif status == _TOO_MANY or status >= _SERVER_ERROR:
            again.append(sent)
            busy = f"status {status} for some lines"
        else:
            refused.append(_error_text(item.get("error")))
    again += batch[len(items) :]
    return Answer(taken=taken, again=again, refused=refused, problem=busy)


def _reason(data: bytes) -> str:
    try:
        error = json.loads(data).get("error")
    except (ValueError, AttributeError):
        return ""
    return f": {_error_text(error)}" if error else ""


def _error_text(error: object) -> str:
    if isinstance(error, dict):
        return f"{error.get('type', 'error')}: {error.get('reason', '')}".rstrip(": ")
    return str(error)
