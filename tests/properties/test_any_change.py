"""Any edits and any changes of models and target, over the command line, again and again.

Of each edit there are two outcomes: it survives, or a conflict is reported. And `--check` fails
when, and only when, a run would change something or leave something to a person.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests import golden

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest

TARGET = """\
{% for m in app.models %}
{% file "p/steps/sync_" ~ m.name.lower() ~ ".py", owner="scaffold" %}
from p._generated import @m@


class Sync@m@:
{% for f in m.fields %}
    {{ f.name }} = {{ f.number }}
{% endfor %}
{% for n in range(5) %}
    # {{ m.options.text("uid") }} line {{ n }}{{ " VERSION" if n == AT }}
{% endfor %}

    def sync(self, o: @m@) -> None: ...
{% endfile %}
{% endfor %}
{% file "p/_generated.py" %}
{% for m in app.models %}
class @m@: ...
class Sync@m@: ...
{% endfor %}
{% endfile %}
{% file "p/deps.yaml", owner="scaffold" %}
# What waits for what.
{% for m in app.models %}
@m@: []
{% endfor %}
{% endfile %}
{% file "p/größe.txt", owner="scaffold" %}
one
two VERSION
three
{% endfile %}
{% file "start.sh", owner="scaffold", executable=true %}
#!/bin/sh
echo VERSION{% endfile %}
""".replace("@m@", "{{ m.name }}")
CONFIG = "name: p\ninputs: m.xproto\ntargets: ./t.xtarget\noutput: out\n"
NAMES = ("Color", "HtmlColor", "Page", "PageColor", "Site", "Tone")
ROUNDS = 2


class Kept(NamedTuple):
    """What a file is besides its text."""

    mode: int
    content: bytes
    time: int


class World:
    """A project and its author."""

    def __init__(self, root: Path, random: Random) -> None:
        self.root = root
        self.out = root / "out"
        self.random = random
        self.count = 0
        self.models: list[dict[str, object]] = []
        for _ in range(random.randint(1, 3)):
            self.models.append(self.new_model())
        self.version, self.at, self.comment = "1", 0, 0
        (root / "xgen.yaml").write_text(CONFIG)
        self.write_models()

    def new_model(self) -> dict[str, object]:
        self.count += 1
        free = [n for n in NAMES if n not in [m["name"] for m in self.models]]
        fields = {n: f"f{n}_{self.count}" for n in range(1, self.random.randint(1, 4))}
        return {"name": self.random.choice(free), "uid": f"uid{self.count}", "fields": fields}

    def write_models(self) -> None:
        texts = []
        for model in self.models:
            fields = model["fields"]
            assert isinstance(fields, dict)
            lines = "".join(f"    optional int32 {name} = {n};\n" for n, name in fields.items())
            texts.append(
                f'message {model["name"]} {{\n    option uid = "{model["uid"]}";\n{lines}}}\n'
            )
        texts.append(f"// {self.comment}\n")
        (self.root / "m.xproto").write_text("\n".join(texts))
        target = TARGET.replace("VERSION", self.version).replace("AT", str(self.at))
        (self.root / "t.xtarget").write_text(target)

    # --- what happens to models and target

    def change(self) -> None:
        kind = self.random.choice(
            ("add", "remove", "rename", "field", "rename field", "target", "no")
        )
        model = self.random.choice(self.models)
        fields = model["fields"]
        assert isinstance(fields, dict)
        if kind == "add" and len(self.models) < len(NAMES):
            self.models.append(self.new_model())
        elif kind == "remove" and len(self.models) > 1:
            self.models.remove(model)
        elif kind == "rename" and len(self.models) < len(NAMES):
            model["name"] = self.new_model()["name"]
        elif kind == "field":
            fields[max(fields, default=0) + 1] = f"g{self.random.randint(0, 99)}_{model['uid']}"
        elif kind == "rename field" and fields:
            fields[max(fields)] = f"h{self.random.randint(0, 99)}_{model['uid']}"
        elif kind == "target":
            self.version, self.at = str(self.random.randint(2, 9)), self.random.randint(0, 5)
        elif kind == "comment":
            self.comment += 1

    # --- what the author does

    def edit(self) -> None:
        self.count += 1
        paths = [p for p in sorted(self.out.rglob("*")) if p.is_file() and ".xgen" not in p.parts]
        scaffolds = [p for p in paths if p.name != "_generated.py"]
        kind = self.random.choice((*_LINES, *_LINES, "mode", "gone", "machine's", "machine's gone"))
        if kind.startswith("machine's"):
            self.edit_machine_file(gone=kind.endswith("gone"))
        elif scaffolds:
            path = self.random.choice(scaffolds)
            if kind == "gone":
                path.unlink()
            elif kind == "mode":
                path.chmod(self.random.choice((0o600, 0o755, 0o444)))
            else:
                self.edit_lines(path, kind)

    def edit_machine_file(self, *, gone: bool) -> None:
        path = self.out / "p/_generated.py"
        if gone:
            path.unlink(missing_ok=True)
        elif path.exists():
            path.write_bytes(path.read_bytes() + b"# by hand\n")

    def edit_lines(self, path: Path, kind: str) -> None:
        lines = path.read_bytes().splitlines(keepends=True)
        at = self.random.randint(0, len(lines))
        mark = f"# mine {self.count}.".encode() + self.random.choice((b"", b" \xfc", " ü".encode()))
        if kind == "insert":
            lines.insert(at, mark + b"\n")
        elif kind in ("replace", "delete"):
            lines[at : at + 1] = [mark + b"\n"] if kind == "replace" else []
        elif kind == "no last newline":
            lines.append(mark)
        elif kind == "windows":
            lines = [line.rstrip(b"\r\n") + b"\r\n" for line in lines]
        else:
            lines = [mark + b"\n"]
        mode = path.stat().st_mode
        path.chmod(0o644)
        path.write_bytes(b"".join(lines))
        path.chmod(mode)

    # --- what is

    def files(self) -> dict[str, Kept]:
        found = {}
        for path in sorted(self.out.rglob("*")):
            if path.is_file():
                status = os.stat(path)
                name = path.relative_to(self.out).as_posix()
                found[name] = Kept(status.st_mode, path.read_bytes(), status.st_mtime_ns)
        return found


_LINES = ("insert", "insert", "replace", "delete", "no last newline", "windows", "windows", "all")


def texts(files: dict[str, Kept]) -> bytes:
    return b"\n".join(kept.content for name, kept in files.items() if ".xgen" not in name)


def marks(text: bytes) -> set[bytes]:
    return {line.rstrip(b"\r") for line in text.split(b"\n") if line.startswith(b"# mine ")}


def lines_of(text: bytes) -> set[bytes]:
    return {line.strip() for line in text.split(b"\n") if b" line " in line}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    random=st.randoms(use_true_random=False),
    how=st.sampled_from(("keep", "markers", "ours", "theirs")),
)
def test_an_edit_survives_or_a_conflict_is_reported(
    tmp_path_factory: pytest.TempPathFactory, random: Random, how: str
) -> None:
    world = World(tmp_path_factory.mktemp("any"), random)
    golden.run(world.root, "generate", "-q")
    for _ in range(ROUNDS):
        start = world.files()
        for _ in range(random.randint(0, 6)):
            world.edit()
        for _ in range(random.randint(0, 2)):
            world.change()
        world.write_models()
        before = world.files()
        deleted = lines_of(texts(start)) - lines_of(texts(before))
        check = golden.run(world.root, "generate", "--check")
        assert world.files() == before
        done = golden.run(world.root, "generate", "--conflict", how)
        after = world.files()
        event(f"check {check.code}, run {done.code}")
        _check_says_what_a_run_does(check, done, before, after, how)
        if done.code == 3:
            continue
        gave_up = "in conflict and now the new ones" in done.stderr
        assert gave_up or marks(texts(before)) <= marks(texts(after)), done.stderr
        old = {
            name: kept for name, kept in after.items() if f"created    {name}\n" not in done.stderr
        }
        again = lines_of(texts(old)) & deleted
        assert gave_up or not again or "conflict" in done.stderr, (again, done.stderr)
        # A name may be taken over by another model's file; else what is deleted stays so.
        back = {n for n in start.keys() - before.keys() if n in after and not n.startswith("p/_")}
        assert all(f"renamed    {name}  " in done.stderr for name in back), (back, done.stderr)
        _form_is_kept(before, after)
        if done.code == 0:
            assert golden.run(world.root, "generate", "--check").code == 0
        elif how == "keep":
            assert golden.run(world.root, "generate", "--check").code == 1
            assert golden.run(world.root, "generate").code == 4
            assert world.files() == after


def _check_says_what_a_run_does(
    check: golden.Result,
    done: golden.Result,
    before: dict[str, Kept],
    after: dict[str, Kept],
    how: str,
) -> None:
    assert check.code in (0, 1, 3), check.stderr
    if how == "keep":
        assert (check.code == 1) is (after != before or done.code == 4), (check.stderr, done.stderr)
    changed = {n for n in {*before, *after} if before.get(n) != after.get(n) and ".xgen" not in n}
    unnamed = {name for name in changed if f"  {name}" not in check.stderr}
    assert not unnamed, (unnamed, check.stderr)


def _form_is_kept(before: dict[str, Kept], after: dict[str, Kept]) -> None:
    """Modes stay, and line ends; times of what did not change, too."""
    for name, kept in before.items():
        now = after.get(name)
        if now is None or ".xgen" in name:
            continue
        if now.content == kept.content and now.mode == kept.mode:
            assert now.time == kept.time, name
        if name != "p/_generated.py":
            assert now.mode == kept.mode, name
        if kept.content.count(b"\r\n") == kept.content.count(b"\n") > 0:
            assert now.content.count(b"\r\n") == now.content.count(b"\n"), name
