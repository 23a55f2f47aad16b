"""Real ansible-playbook runs: nothing injected, nothing left running, no false success."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from xgen.runtime import playbook_run, processes, secrets
from xgen.runtime.errors import PermanentException
from xgen.runtime.playbook_result import PlaybookFailedException
from xgen.runtime.playbook_run import AnsibleSettings, run_playbook

pytest.importorskip("ansible", reason="ansible-core is not installed")

NASTY = [
    "{{ lookup('pipe', 'id') }}",
    "{% for x in [1] %}run{% endfor %}",
    "\"double\" 'single' \\ back",
    "two\nlines\n\n",
    "</title><script>",
    "漢字 ü 🎈",
    "!unsafe x: [y",
    "",
]


@pytest.fixture
def settings(tmp_path):
    return AnsibleSettings(folder=str(tmp_path / "runs"))


@pytest.fixture
def play(tmp_path):
    def write(tasks):
        path = tmp_path / "play.yaml"
        plays = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
        path.write_text(json.dumps(plays))
        return path

    return write


def kept(settings):
    return sorted(Path(settings.folder).iterdir())


def test_text_from_the_database_arrives_as_text(play, settings, tmp_path):
    out = tmp_path / "out.json"
    playbook = play(
        [{"name": "write", "copy": {"dest": str(out), "content": "{{ [top, deep] | to_json }}"}}]
    )
    deep = {"list": NASTY, "dict": {"{{ key }}": NASTY[0]}, "n": 3, "yes": True, "none": None}
    result = run_playbook(playbook, {"top": NASTY[0], "deep": deep}, settings=settings)
    assert json.loads(out.read_text()) == [NASTY[0], deep]
    assert result.ok
    assert result.recap["localhost"]["changed"] == 1
    assert kept(settings) == []


def test_a_nested_template_is_not_evaluated_a_second_time(play, settings, tmp_path):
    out = tmp_path / "out"
    playbook = play(
        [
            {"set_fact": {"line": "message: {{ top }}"}},
            {"shell": f"printf %s {{{{ line | quote }}}} > {out}"},
        ]
    )
    run_playbook(playbook, {"top": NASTY[0]}, settings=settings)
    assert out.read_text() == f"message: {NASTY[0]}"


def test_the_failing_task_and_the_recap_are_in_the_text(play, settings):
    playbook = play(
        [
            {"name": "fine", "command": "true"},
            {"name": "write the page", "command": "sh -c 'echo disk full >&2; exit 3'"},
        ]
    )
    with pytest.raises(PlaybookFailedException) as caught:
        run_playbook(playbook, {}, settings=settings)
    text = str(caught.value)
    assert "playbook play.yaml failed: task 'write the page' failed on localhost: " in text
    assert "disk full" in text
    assert "recap: localhost: ok=1 failures=1 changed=1" in text
    (folder,) = kept(settings)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert str(folder) in text


def test_an_ignored_failure_is_no_failure(play, settings):
    result = run_playbook(
        play([{"command": "false", "ignore_errors": True}]), {}, settings=settings
    )
    assert result.ok
    assert result.failures == ()


def test_a_failing_item_of_a_loop_is_named(play, settings):
    loop = {
        "name": "each",
        "command": "sh -c '{{ item }}'",
        "loop": ["true", "echo why >&2; false"],
    }
    with pytest.raises(PlaybookFailedException, match="why"):
        run_playbook(play([loop]), {}, settings=settings)


def test_no_log_and_secrets_are_respected(play, settings):
    hidden = {"name": "hidden", "command": "sh -c 'echo swordfish-1 >&2; false'", "no_log": True}
    with pytest.raises(PlaybookFailedException) as caught:
        run_playbook(play([hidden]), {}, settings=settings)
    assert "swordfish" not in str(caught.value)
    shown = {"name": "shown", "command": "sh -c 'echo {{ pw }} >&2; false'"}
    with secrets.hiding(["swordfish-2"]), pytest.raises(PlaybookFailedException) as caught:
        run_playbook(play([shown]), {"pw": "swordfish-2"}, settings=settings)
    assert "swordfish" not in str(caught.value)
    assert "***" in str(caught.value)


def test_a_playbook_that_matches_no_host_did_nothing(tmp_path, settings):
    path = tmp_path / "play.yaml"
    path.write_text("- hosts: nobody\n  gather_facts: false\n  tasks: [{command: 'true'}]\n")
    with pytest.raises(PlaybookFailedException, match="no host matched"):
        run_playbook(path, {}, settings=settings)


def test_an_unreachable_host_is_a_failure(play, tmp_path):
    settings = AnsibleSettings.from_config(
        {"inventory": "nowhere.invalid,", "folder": str(tmp_path / "runs")}
    )
    with pytest.raises(PlaybookFailedException, match=r"could not reach nowhere\.invalid"):
        run_playbook(play([{"name": "x", "ping": {}}]), {}, settings=settings)


def test_a_playbook_that_is_not_one_shows_ansibles_words(tmp_path, settings):
    path = tmp_path / "play.yaml"
    path.write_text("- hosts: all\n  tasks:\n    - no_such_module: {}\n")
    with pytest.raises(PlaybookFailedException, match="no_such_module"):
        run_playbook(path, {}, settings=settings)


def test_set_stats_comes_back(play, settings):
    stats = {"set_stats": {"data": {"handle": "id-{{ n }}"}}}
    assert run_playbook(play([stats]), {"n": 7}, settings=settings).stats == {"handle": "id-7"}


def _alive(marker):
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if line == f"sleep {marker}"]


def _until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_timeout_ends_the_run_and_all_it_started(play, settings, stubborn, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 1.0)
    marker = f"98{os.getpid()}{int(stubborn)}"
    trap = "trap '' TERM; " if stubborn else ""
    task = {"name": "wait", "command": f'sh -c "{trap}sleep {marker}; true"'}
    # How long it takes to get to the task is the machine's affair.
    for timeout in (4, 8, 16, 32, 64):
        with pytest.raises(PlaybookFailedException) as caught:
            run_playbook(play([task]), {}, settings=settings, timeout=timeout)
        if "in task" in str(caught.value):
            break
    assert f"timeout of {timeout} s in task 'wait'" in str(caught.value)
    _until(lambda: not _alive(marker))


def test_a_stop_ends_running_playbooks(play, settings):
    marker = f"97{os.getpid()}"
    errors = []

    def work():
        try:
            run_playbook(play([{"command": f"sleep {marker}"}]), {}, settings=settings)
        except PlaybookFailedException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    _until(lambda: _alive(marker))
    assert processes.stop_all() == 1
    thread.join(10)
    assert len(errors) == 1
    assert not _alive(marker)


def test_a_killed_runtime_takes_its_playbooks_along(play):
    marker = f"96{os.getpid()}"
    playbook = play([{"command": f"sleep {marker}"}])
    program = (
        "from pathlib import Path; from xgen.runtime.playbook_run import *;"
        f"run_playbook(Path({str(playbook)!r}), {{}}, settings=AnsibleSettings())"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        _until(lambda: _alive(marker))
        process.kill()
    _until(lambda: not _alive(marker))


def test_without_ansible_the_text_says_how_to_get_it(play, settings, monkeypatch, tmp_path):
    monkeypatch.setattr(playbook_run.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PermanentException, match=r"pip install 'xgen\[ansible\]'"):
        run_playbook(play([]), {}, settings=settings)


def test_what_ansible_could_misread_is_refused():
    for variables in (
        {"a": {"__ansible_vault": "x"}},
        {"a": {1: "x"}},
        {"a": "\ud800"},
        {"a": object()},
        {"no name": 1},
    ):
        with pytest.raises(PermanentException):
            playbook_run.unsafe_json(variables)


def test_the_operators_own_ansible_settings_stay_out(play, settings, monkeypatch):
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "no_such_callback")
    assert run_playbook(play([{"command": "true"}]), {}, settings=settings).ok


def test_old_run_folders_are_forgotten(play, tmp_path):
    settings = AnsibleSettings(folder=str(tmp_path / "runs"), keep_runs=1)
    for _ in range(3):
        with pytest.raises(PlaybookFailedException):
            run_playbook(play([{"command": "false"}]), {}, settings=settings)
    assert len(kept(settings)) == 1
