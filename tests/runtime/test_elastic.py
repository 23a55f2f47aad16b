"""Lines reach Elastic as ECS documents, and no state of Elastic ever holds up who logs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog

from xgen.runtime import elastic, log, secrets
from xgen.runtime.config import load
from xgen.runtime.elastic_http import Connection, ElasticSettings
from xgen.runtime.errors import ConfigError
from xgen.runtime.playbook_result import PlaybookFailedException, PlaybookResult, TaskFailure


class FakeElastic(ThreadingHTTPServer):
    """Speaks `_bulk`; answers with what `script` says, one function a request, then with success."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = []
        self.requests = []
        self.documents = {}
        self.hold = threading.Event()
        self.hold.set()
        self.got = threading.Semaphore(0)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """A client that went away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        lines = [json.loads(line) for line in body.splitlines()]
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        server = self.server
        server.requests.append((self.path, dict(self.headers), pairs))
        server.got.release()
        server.hold.wait(10)
        status, items = server.script.pop(0)(pairs) if server.script else (200, None)
        if status == 200:
            for (action, document), item in zip(pairs, items or [201] * len(pairs), strict=True):
                if item < 300:
                    server.documents[action["create"]["_id"]] = document
        data = json.dumps(_reply(status, items)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Nothing on the console."""


def _reply(status, items):
    if status != 200:
        return {"error": {"type": "some_exception", "reason": "not now"}, "status": status}
    if items is None:
        return {"errors": False, "items": []}
    error = {"type": "mapper_parsing_exception", "reason": "no number"}
    found = [{"status": one} | ({"error": error} if one >= 400 else {}) for one in items]
    return {"errors": any(one >= 300 for one in items), "items": [{"create": o} for o in found]}


@pytest.fixture
def server():
    with FakeElastic() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.hold.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _restore():
    yield
    log.configure(log.LogSettings(console="off"))
    secrets.configure()
    structlog.reset_defaults()


def sender(server, **settings):
    values = {"url": server if isinstance(server, str) else server.url, "flush_interval": 0.005}
    return elastic.Sender(ElasticSettings(**{**values, **settings}), backoff=(0.001, 0.002))


def send(running, *names):
    for name in names:
        running.put(json.dumps({"message": name}))


def messages(server):
    return [document["message"] for document in server.documents.values()]


def test_console_file_and_elastic_at_once(server, tmp_path, capsys):
    section = {
        "console": "plain",
        "file": str(tmp_path / "x.jsonl"),
        "elastic": {"url": server.url},
    }
    log.configure(log.LogSettings.from_config(section), service="sampleservice")
    with (
        log.bound(model="Color", id=7, synchronizer="paint", generation=3),
        secrets.hiding(["hush"]),
    ):
        try:
            int("hush")
        except ValueError as error:
            log.get("xgen.runtime", step="SyncColor").error(
                "failed",
                error=error,
                error_type="ValueError",
                password="swordfish",
                tries={"first": 1},
                exc_info=True,
            )
    logging.getLogger("django").warning("slow")
    log.configure(log.LogSettings(console="off"))  # closes, and so flushes
    failed, slow = server.documents.values()
    assert failed.pop("@timestamp").endswith("Z")
    assert "Traceback" in (trace := failed.pop("error.stack_trace"))
    assert "hush" not in trace
    assert failed == {
        "log.level": "error",
        "message": "failed",
        "ecs.version": "8.11.0",
        "log.logger": "xgen.runtime",
        "service.name": "paint",
        "error.message": "invalid literal for int() with base 10: '***'",
        "error.type": "ValueError",
        "xgen.model": "Color",
        "xgen.id": 7,
        "xgen.step": "SyncColor",
        "xgen.synchronizer": "paint",
        "xgen.generation": 3,
        "labels": {"password": "***", "tries": '{"first": 1}'},
    }
    assert (slow["message"], slow["service.name"]) == ("slow", "sampleservice")
    err = capsys.readouterr().err
    text = (tmp_path / "x.jsonl").read_text()
    for written in (err, text):
        assert "failed" in written
        assert "swordfish" not in written
        assert "hush" not in written


def test_the_failing_task_and_the_recap_are_fields_of_the_line(server):
    failure = TaskFailure(task="copy page", host="web1", message="disk full")
    recap = {"web1": {"ok": 2, "failures": 1}}
    result = PlaybookResult(playbook="p.yaml", returncode=2, failures=(failure,), recap=recap)
    error = PlaybookFailedException("playbook p.yaml failed", result)
    log.configure(log.LogSettings(console="off", elastic=ElasticSettings(url=server.url)))
    log.get().error("failed", error=str(error), **error.log_fields)
    log.configure(log.LogSettings(console="off"))
    (line,) = server.documents.values()
    assert line["xgen.playbook"] == "p.yaml"
    assert (line["xgen.task"], line["xgen.host"]) == ("copy page", "web1")
    assert line["xgen.recap"] == "web1: ok=2 failures=1"


def test_lines_travel_in_batches_to_the_index_with_the_login(server):
    running = sender(server, batch=3, index="logs-x-y", api_key="a2V5")
    server.hold.clear()
    send(running, *"abcdefg")
    server.hold.set()
    running.close(5)
    assert messages(server) == list("abcdefg")
    path, headers, _ = server.requests[0]
    assert path.startswith("/logs-x-y/_bulk?")
    assert headers["Authorization"] == "ApiKey a2V5"
    assert max(len(pairs) for _, _, pairs in server.requests) == 3
    assert (running.counts.sent, running.counts.dropped) == (7, 0)


def test_a_name_and_password_may_be_part_of_the_address(server):
    url = server.url.replace("//", "//me:pass%21@")
    running = sender(url)
    send(running, "a")
    running.close(5)
    assert server.requests[0][1]["Authorization"] == "Basic bWU6cGFzcyE="
    assert running.settings.shown_url == server.url.replace("//", "//me:***@")


def test_a_slow_server_never_holds_up_who_logs(server):
    server.hold.clear()
    running = sender(server, queue=5, batch=2)
    send(running, "a", "b")
    assert server.got.acquire(timeout=5)  # it has these, and does not answer
    send(running, *"cdefghij")  # returns at once, although only five fit
    assert running.counts.dropped == 3
    server.hold.set()
    running.close(5)
    assert messages(server) == list("abcdefg")
    assert running.counts.sent == 7


def test_a_dead_server_costs_lines_and_says_so(capsys):
    log.configure(log.LogSettings(console="plain"))
    with FakeElastic() as unused:
        url = unused.url
    running = sender(url, queue=2)
    send(running, *"abcd")
    running.close(0.05)
    assert (running.counts.sent, running.counts.dropped) == (0, 4)
    assert "Connection" in running.counts.problem
    err = capsys.readouterr().err
    assert "Elastic does not take log lines, trying again" in err
    assert "log lines were dropped on the way to Elastic" in err
    assert err.count("\n") < 5  # said, and not repeated with each try


def test_a_dead_server_that_returns_gets_the_lines_that_waited(server, capsys):
    log.configure(log.LogSettings(console="plain"))
    server.script = [lambda _: (503, None), lambda _: (429, None)]
    running = sender(server)
    send(running, "a", "b")
    running.close(5)
    assert messages(server) == ["a", "b"]
    assert running.counts == elastic.Counts(sent=2)
    assert "HTTP 503: some_exception: not now" in (err := capsys.readouterr().err)
    assert "Elastic takes log lines again" in err


def test_of_a_batch_only_what_was_not_taken_is_sent_again(server, capsys):
    log.configure(log.LogSettings(console="plain"))
    server.script = [lambda _: (200, [201, 429, 400, 409])]
    server.hold.clear()
    running = sender(server, batch=4)
    send(running, *"abcd")
    server.hold.set()
    running.close(5)
    again = [document["message"] for _, document in server.requests[-1][2]]
    assert again == ["b"]
    assert server.requests[-1][2][0][0] == server.requests[0][2][1][0]  # the same id
    assert (running.counts.sent, running.counts.refused) == (3, 1)
    assert "mapper_parsing_exception: no number" in capsys.readouterr().err


def test_a_batch_that_is_too_large_is_halved(server):
    server.script = [lambda _: (413, None)]
    with closing(Connection(ElasticSettings(url=server.url))) as connection:
        answer = connection.send([("1", "{}"), ("2", "{}"), ("3", "{}")])
    assert answer.taken == 3
    assert [len(pairs) for _, _, pairs in server.requests] == [3, 1, 2]


def test_a_single_line_that_is_too_large_is_given_up(server):
    server.script = [lambda _: (413, None)]
    with closing(Connection(ElasticSettings(url=server.url))) as connection:
        assert len(connection.send([("1", "{}")]).refused) == 1


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"[]", b"{}", b'{"errors": true}', b'{"errors":1,"items":[{}]}']
)
def test_an_answer_of_something_else_is_survived(data):
    from xgen.runtime import elastic_http

    answer = elastic_http._answer([("1", "{}")], 200, data)
    assert answer.again == [("1", "{}")]
    assert "not that of Elastic" in answer.problem


def test_a_sender_that_is_closed_drops_and_does_not_wait(server):
    running = sender(server)
    running.close(5)
    send(running, "late")
    assert running.counts.dropped == 1
    assert server.requests == []


PROGRAM = """
import sys
from xgen.runtime import log
from xgen.runtime.elastic_http import ElasticSettings
settings = ElasticSettings(url=sys.argv[1], flush_interval=60.0, flush_seconds=float(sys.argv[2]))
log.configure(log.LogSettings(console="plain", elastic=settings))
for number in range(10):
    log.get().info("line", number=number)
"""


def ended(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    return done.stderr


def test_a_process_that_ends_sends_what_is_left(server):
    assert "dropped" not in ended(server.url, "30")
    assert len(server.documents) == 10


def test_a_process_that_ends_does_not_wait_for_ever(server):
    server.hold.clear()  # it answers never
    assert "log lines were dropped on the way to Elastic" in (err := ended(server.url, "0.2"))
    assert "dropped=10" in err


def test_counts_are_there_for_status(server):
    assert elastic.counts() is None
    log.configure(log.LogSettings(console="off", elastic=ElasticSettings(url=server.url)))
    assert elastic.counts() == {"sent": 0, "dropped": 0, "refused": 0, "problem": ""}


def test_the_config_has_a_section_of_its_own(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("logging:\n  elastic:\n    url: http://e:9200\n    batch: 10\n")
    environ = {"XGEN_LOGGING_ELASTIC_API_KEY": "key", "XGEN_LOGGING_LEVEL": "debug"}
    config = load("p", path=file, environ=environ)
    settings = log.LogSettings.from_config(config.logging).elastic
    assert settings == ElasticSettings(url="http://e:9200", batch=10, api_key="key")
    assert config.origins["logging.elastic.batch"] == f"{file}:4"
    assert config.origins["logging.elastic.api_key"].endswith("XGEN_LOGGING_ELASTIC_API_KEY")
    only = load("nothing", environ={"XGEN_LOGGING_ELASTIC_URL": "http://e"})
    assert only.logging == {"elastic": {"url": "http://e"}}


def test_mistakes_in_the_section_have_their_place(tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text("logging:\n  elastic:\n    ulr: http://e:9200\n    batch: many\n")
    with pytest.raises(ConfigError) as caught:
        load("p", path=file, environ={})
    assert str(caught.value).splitlines() == [
        f"{file}:3:5: unknown key `logging.elastic.ulr` (did you mean `logging.elastic.url`?)",
        f"{file}:4:12: `logging.elastic.batch` must be a whole number, not `many`",
    ]


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ({"url": "elastic:9200"}, "`logging.elastic.url` is no address"),
        ({"index": "x"}, "`logging.elastic.url` is no address"),
        ({"url": "http://e", "batch": 0}, "`logging.elastic.batch` must be more than 0"),
        ({"url": "http://e", "flush_seconds": -1.0}, "must not be negative"),
    ],
)
def test_settings_that_make_no_sense(section, text):
    with pytest.raises(ConfigError, match=text):
        ElasticSettings.from_config(section)
