"""Any edit and any change of the models: the edit survives, or a conflict is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import event, given, settings
from hypothesis import strategies as st

from xgen.fingerprint import digest
from xgen.output import Action, Choices, Disk, OnConflict, Record, locked, plan, write
from xgen.rendered import ModelMark, Owner, RenderedFile

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from xgen.output import Plan

NAMES = ("Color", "HtmlColor", "Page", "Site")
NUMBERS = st.integers(0, 3)


class Model(NamedTuple):
    name: str
    body: tuple[int, ...]
    signature: str


class Edit(NamedTuple):
    """A line put into the scaffold of a model, or (with ``delete``) lines taken away there."""

    model: int
    line: int
    delete: int


def scaffold(model: Model) -> str:
    lower = model.name.lower()
    lines = [f"from p import {model.name}, {model.name}Base", "", f"class {model.name}Step:"]
    lines += [f"    {lower}_{n} = {n}" for n in model.body]
    return "\n".join([*lines, f"    def sync(self, o: {model.name}): pass", "    # end", ""])


def files(models: list[Model]) -> list[RenderedFile]:
    machine = "".join(f"class {m.name}: ...\nclass {m.name}Base: ...\n" for m in models)
    found = [RenderedFile(path="p.py", text=machine, owner=Owner.MACHINE, target="t")]
    for model in models:
        path = f"steps/sync_{model.name.lower()}.py"
        found.append(
            RenderedFile(path=path, text=scaffold(model), owner=Owner.SCAFFOLD, target="t")
        )
    return found


def planned(root: Path, models: list[Model], how: OnConflict) -> Plan:
    disk = Disk(str(root))
    record = Record(models=tuple(ModelMark(m.name, m.signature) for m in models))
    choices = Choices(on_conflict=how)
    return plan(
        files(models), disk, disk.manifest(), app="p", targets=["t"], choices=choices, record=record
    )


def run(root: Path, models: list[Model], how: OnConflict = OnConflict.KEEP) -> Plan:
    with locked(str(root)):
        made = planned(root, models, how)
        assert not made.refusals
        write(made, str(root), tool="1")
    return made


bodies = st.lists(st.integers(0, 9), max_size=5).map(tuple)
models = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(st.builds(Model, st.just(n), bodies, st.just(n)) for n in names))
)
edits = st.lists(st.builds(Edit, NUMBERS, st.integers(0, 9), NUMBERS), max_size=4)
renames = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("Tone", "PaintTone", "Colour")))


def step_of(root: Path, model: Model) -> Path:
    """Return the scaffold of a model."""
    return root / f"steps/sync_{model.name.lower()}.py"


def edited(root: Path, before: tuple[Model, ...], changes: list[Edit]) -> list[str]:
    """Edit scaffolds; return what was put in."""
    added = []
    for number, edit in enumerate(changes):
        path = step_of(root, before[edit.model % len(before)])
        lines = path.read_text().split("\n")
        at = edit.line % len(lines)
        mark = f"    # mine {number}"
        lines[at : at + edit.delete] = [mark]
        path.write_text("\n".join(lines))
        added = [
            a for a in added if a in "".join(f.read_text() for f in (root / "steps").iterdir())
        ]
        added.append(mark)
    return added


def tree(root: Path) -> dict[str, bytes]:
    """Return all files, what is remembered of earlier runs included."""
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def run_as_told(root: Path, models: list[Model], how: OnConflict) -> Plan:
    """Run; see that what was said before is so: whether anything changes, if only in `.xgen`."""
    settled, before = planned(root, models, how).settled, tree(root)
    made = run(root, models, how)
    assert settled is (tree(root) == before)
    disk = Disk(str(root))
    for path, entry in disk.manifest().files.items():
        base = disk.base(path)
        assert base is None or digest(base) == entry.digest, path
    return made


class Story(NamedTuple):
    """Models, what their author does to the scaffolds, and how the models change."""

    before: tuple[Model, ...]
    changes: list[Edit]
    names: dict[str, str]
    bodies: list[tuple[int, ...] | None]
    """What models become; None for as they were."""
    kept: int
    """How many of the models stay; 0 for all."""
    windows: frozenset[int]
    """Of which models the scaffold is saved with the line ends of Windows."""
    deleted: int
    """Of which model the scaffold is deleted; none if there is none of that number."""
    forgotten: int
    """Of which model it is lost what its scaffold was made from."""
    numbered: int
    """Of which model the fields get other numbers, of which no file tells."""


stories = st.builds(
    Story,
    models,
    edits,
    renames,
    st.lists(st.none() | bodies, min_size=3, max_size=3),
    st.integers(0, 3),
    st.frozensets(st.integers(0, 2), max_size=2),
    st.integers(0, 4),
    st.integers(0, 9),
    st.integers(0, 6),
)


@settings(max_examples=120, deadline=None)
@given(story=stories, how=st.sampled_from(list(OnConflict)))
def test_no_edit_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, story: Story, how: OnConflict
) -> None:
    before, changes, names, new_bodies, kept, windows, deleted, forgotten, numbered = story
    root = tmp_path_factory.mktemp("any")
    run(root, list(before))
    added = edited(root, before, changes)
    paths = [step_of(root, model) for model in before]
    for number in windows:
        if number < len(paths):
            paths[number].write_bytes(paths[number].read_bytes().replace(b"\n", b"\r\n"))
    if deleted < len(paths):
        gone = paths[deleted].read_text()
        paths[deleted].unlink()
        added = [line for line in added if line not in gone]
    if forgotten < len(paths):
        (root / ".xgen/base/steps" / paths[forgotten].name).unlink()
    ends = {path.name: b"\r\n" in path.read_bytes() for path in paths if path.exists()}
    after = {
        names.get(model.name, model.name): model._replace(
            name=names.get(model.name, model.name),
            body=model.body if body is None else body,
            signature=f"{model.signature} anew" if number == numbered else model.signature,
        )
        for number, (model, body) in enumerate(zip(before, new_bodies, strict=False))
    }
    now = list(after.values())[: kept or None]
    made = run_as_told(root, now, how)
    for step in made.steps:
        event(step.action.value)
    text = "".join(path.read_text() for path in (root / "steps").glob("*") if path.is_file())
    lost = [line for line in added if line not in text]
    if how is not OnConflict.THEIRS:
        assert not lost
    else:
        # Only what is in conflict is given up, and each such file is named.
        assert not lost or any("in conflict and now the new ones" in s.why for s in made.steps)
    for step in made.steps:
        was = step.why.removeprefix("was ").partition(";")[0].rpartition("/")[2]
        end = ends.get(was, ends.get(step.path.rpartition("/")[2]))
        if end is not None and (root / step.path).exists():
            content = (root / step.path).read_bytes()
            assert content.count(b"\r\n") == (content.count(b"\n") if end else 0), step
    again = planned(root, now, OnConflict.KEEP)
    assert again.settled or any(s.action is Action.CONFLICT for s in again.steps)
    assert not [s for s in again.changes if s.action is not Action.CONFLICT]
    run_as_told(root, now, OnConflict.KEEP)
