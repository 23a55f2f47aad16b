"""The step that is a playbook, with real Ansible on objects of the sample service."""

import json

import pytest

from xgen.runtime.errors import PermanentException
from xgen.runtime.step import StepContext

pytest.importorskip("ansible", reason="ansible-core is not installed")

PLAYBOOK = """\
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Publish the page
      ansible.builtin.copy:
        dest: "{{ folder }}/{{ name }}.json"
        content: "{{ {'message': tenant_message, 'service': owner, 'colour': foreground_color,
                      'images': images, 'handle': backend_handle} | to_json }}"
      when: state == 'present'
    - name: Remove the page
      ansible.builtin.file: {path: "{{ folder }}/{{ name }}.json", state: absent}
      when: state == 'absent'
    - ansible.builtin.set_stats: {data: {url: "http://x/{{ name }}"}}
"""


@pytest.fixture
def service(db):
    from xgen.runtime import config
    from xgen.runtime.testing import Harness

    return Harness("sampleservice", config.load("sampleservice", database=db, environ={}))


@pytest.fixture
def step(service, tmp_path):
    from xgen.runtime.playbooks import AnsibleStep

    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "page.yaml").write_text(PLAYBOOK)

    class SyncPage(AnsibleStep):
        observes = service.model("ExampleServiceInstance")
        playbook = "page.yaml"

        def inputs(self, o):
            return {
                "name": o.name,
                "tenant_message": o.tenant_message,
                "owner": o.owner,
                "foreground_color": o.foreground_color,
                "images": o.embedded_images.all(),
                "folder": str(tmp_path),
            }

        def finished(self, o, result):
            o.page_url = result.stats["url"]

    ansible = {"folder": str(tmp_path / "runs")}
    return SyncPage(StepContext(folder=tmp_path, ansible=ansible, timeout=60))


def test_the_playbook_gets_the_inputs_as_text_and_comes_back(service, step, tmp_path):
    message = "{{ lookup('pipe', 'id') }} \"'\n</title> 漢字"
    red = service.make("Color", name="red", html_code="{% raw %}#f00")
    page = service.make(
        "ExampleServiceInstance", name="one", tenant_message=message, foreground_color=red
    )
    service.make("EmbeddedImage", serviceinstance=page, name="sun", url="{{ 1 + 1 }}")
    step.sync_record(page)
    written = json.loads((tmp_path / "one.json").read_text())
    assert written["message"] == message
    assert written["service"]["service_message"] == page.owner.leaf.service_message
    assert written["colour"]["html_code"] == "{% raw %}#f00"
    assert [(image["name"], image["url"]) for image in written["images"]] == [
        ("sun", "{{ 1 + 1 }}")
    ]
    assert page.page_url == "http://x/one"

    step.delete_record(page)
    assert not (tmp_path / "one.json").exists()


def test_secrets_of_the_object_stay_out_of_the_failure(service, step, tmp_path):
    (tmp_path / "playbooks" / "page.yaml").write_text(
        "- hosts: localhost\n  gather_facts: false\n"
        "  tasks: [{name: say, fail: {msg: '{{ secret }} is wrong'}}]\n"
    )
    palette = service.make("Palette", secret="swordfish")
    step.inputs = lambda o: {"secret": o.secret}
    from xgen.runtime.playbooks import PlaybookFailedException

    with pytest.raises(PlaybookFailedException, match=r"\*\*\* is wrong") as caught:
        step.sync_record(palette)
    assert "swordfish" not in str(caught.value)


def test_the_timeout_of_the_config_holds(service, step, tmp_path):
    (tmp_path / "playbooks" / "page.yaml").write_text(
        "- hosts: localhost\n  gather_facts: false\n  tasks: [{name: wait, command: sleep 60}]\n"
    )
    step.timeout = 3.0
    from xgen.runtime.playbooks import PlaybookFailedException

    with pytest.raises(PlaybookFailedException, match="timeout of 3 s"):
        step.sync_record(service.make("ExampleServiceInstance"))


def test_a_step_without_its_playbook_says_which(service, step):
    type(step).playbook = "none.yaml"
    with pytest.raises(PermanentException, match=r"there is no playbook .*/playbooks/none\.yaml"):
        step.sync_record(service.make("ExampleServiceInstance"))
    del type(step).playbook
    with pytest.raises(PermanentException, match="SyncPage names no playbook"):
        step.sync_record(service.make("ExampleServiceInstance"))


def test_objects_become_what_they_declare(service):
    from xgen.runtime.playbooks import flatten

    red = service.make("Color", name="red", html_code="#f00")
    assert flatten({"colour": red}) == {
        "colour": {
            "id": red.pk,
            "backend_handle": None,
            "name": "red",
            "html_code": "#f00",
            "xos_managed": True,
        }
    }


@pytest.fixture
def engine(service, step):
    """Runs the playbook step of pages, and a step with a secret, in the engine itself."""
    from dataclasses import replace

    from xgen.runtime import registry
    from xgen.runtime.step import SyncStep
    from xgen.runtime.synchronizer import Synchronizer

    class SyncPalette(SyncStep):
        observes = service.model("Palette")

        def sync_record(self, o):
            raise RuntimeError(f"the back-end refused {o.secret}")

    loaded = registry.load("sampleservice")
    config = replace(service.config, timeout=60.0)
    steps = {service.model("ExampleServiceInstance"): type(step), SyncPalette.observes: SyncPalette}
    made = registry.make("sampleservice", steps=steps, context=step.context)
    assert loaded.package == made.package
    return Synchronizer("sampleservice", config, loaded=made)


def test_a_failing_task_is_on_the_object_and_recovers(service, step, engine, tmp_path):
    playbook = tmp_path / "playbooks" / "page.yaml"
    playbook.write_text(
        PLAYBOOK.replace('"{{ folder }}/{{ name }}.json"\n        c', "/dev/null/x\n        c")
    )
    page = service.make("ExampleServiceInstance", name="one")
    assert engine.run(once=True).errors == 1
    failed = service.reload(page)
    assert failed.backend_code == 2
    start = "playbook page.yaml failed: task 'Publish the page' failed on localhost: "
    assert failed.backend_status.startswith(start)
    assert "recap: localhost: failures=1" in failed.backend_status
    assert failed.page_url is None

    playbook.write_text(PLAYBOOK)
    page.tenant_message = "again"
    page.save()
    assert engine.run(once=True).errors == 0
    assert service.reload(page).page_url == "http://x/one"
    page.delete()
    engine.run(once=True)
    assert not service.exists(page)
    assert not (tmp_path / "one.json").exists()


def test_secrets_stay_out_of_the_status_and_the_log(service, engine, capsys):
    from xgen.runtime import log

    log.configure(log.LogSettings(console="plain"))
    palette = service.make("Palette", secret="swordfish")
    engine.run(once=True)
    assert service.reload(palette).backend_status == "RuntimeError: the back-end refused ***"
    err = capsys.readouterr().err
    assert "the back-end refused ***" in err
    assert "swordfish" not in err
    log.configure(log.LogSettings(console="off"))
