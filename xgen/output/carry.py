"""Let scaffolds follow models that were renamed; all other files are decided as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import replace
from xgen.diagnostics import Diagnostic
from xgen.fingerprint import digest
from xgen.output.decide import Case
from xgen.output.merge import to_lf
from xgen.output.renames import Respelling, former_path, respell
from xgen.output.snapshot import Kind
from xgen.output.steps import Action, Step
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xgen.output.choices import Choices
    from xgen.output.manifest import Entry, Manifest
    from xgen.output.snapshot import Snapshot
    from xgen.rendered import RenderedFile

_CODE = (".py", ".pyi", ".yaml", ".yml")
"""Elsewhere the name of a class may well be a plain word."""


class _Carried:
    """A snapshot in which one scaffold is already where, and spells names as, it is going to."""

    def __init__(
        self, inner: Snapshot, place: str, path: str, texts: tuple[bytes | None, bytes]
    ) -> None:
        self._inner = inner
        self._place = place
        self._path = path
        self._ours, self._base = texts

    def kind(self, path: str) -> Kind:
        if path == self._path:
            return Kind.ABSENT if self._ours is None else Kind.FILE
        return self._inner.kind(path)

    def read(self, path: str) -> bytes:
        if path == self._path and self._ours is not None:
            return self._ours
        return self._inner.read(path)

    def executable(self, path: str) -> bool:
        return self._inner.executable(self._place if path == self._path else path)

    def base(self, path: str) -> bytes | None:
        return self._base if path == self._path else self._inner.base(path)


class Carry:
    """Decides about the files of a run in which models have new names: ``names``, by the old."""

    def __init__(
        self,
        files: Sequence[RenderedFile],
        snapshot: Snapshot,
        manifest: Manifest,
        app: str,
        names: Mapping[str, str],
    ) -> None:
        self._snapshot = snapshot
        self._manifest = manifest
        self._app = app
        self._rendered = {file.path for file in files}
        self._respelling = Respelling(names)
        now = "\n".join(file.text for file in files)
        self._classes = self._respelling.classes(self._machine_texts(), now)

    def _machine_texts(self) -> str:
        """Return what the machine's files of the app say so far."""
        texts = [
            self._snapshot.read(path).decode("utf-8", "replace")
            for path, entry in self._manifest.files.items()
            if entry.owner is Owner.MACHINE
            and entry.app == self._app
            and self._snapshot.kind(path) is Kind.FILE
        ]
        return "\n".join(texts)

    def decide(self, file: RenderedFile, choices: Choices) -> tuple[Step, ...] | Diagnostic:
        """Return the steps to take for a rendered file, or what stands in their way."""
        former = self._former(file, choices)
        if former is None:
            known = self._manifest.files.get(file.path)
            step = Case(file, self._snapshot, known, self._app, choices).decide()
            return step if isinstance(step, Diagnostic) else (step,)
        return self._carry(file, former, choices)

    def _former(self, file: RenderedFile, choices: Choices) -> str | None:
        """Return where the scaffold is that is to follow its model, None when none has to."""
        if choices.owner(file.path, file.owner) is not Owner.SCAFFOLD:
            return None
        old: str | None = file.path
        if file.path not in self._manifest.files:
            files, app = self._manifest.files, self._app
            old = former_path(file.path, self._respelling, files, self._rendered, app)
        if old is None or self._pristine(old) is None:
            return None
        kinds = self._snapshot.kind(old), self._snapshot.kind(file.path)
        if any(kind not in (Kind.FILE, Kind.ABSENT) for kind in kinds):
            return None
        # With files at both places nobody can say which is the author's.
        return None if old != file.path and kinds == (Kind.FILE, Kind.FILE) else old

    def _pristine(self, path: str) -> bytes | None:
        entry = self._manifest.files[path]
        texts = [self._snapshot.base(path)]
        if self._snapshot.kind(path) is Kind.FILE:
            texts.append(to_lf(self._snapshot.read(path)))
        return next((t for t in texts if t is not None and digest(t) == entry.digest), None)

    def _carry(
        self, file: RenderedFile, old: str, choices: Choices
    ) -> tuple[Step, ...] | Diagnostic:
        entry = self._manifest.files[old]
        base = self._pristine(old) or b""
        there = file.path if self._snapshot.kind(old) is Kind.ABSENT else old
        here = self._snapshot.kind(there) is Kind.FILE
        before = self._snapshot.read(there) if here else None
        words = {
            **(self._classes if file.path.endswith(_CODE) else {}),
            **self._respelling.between(base.decode("utf-8", "replace"), file.text),
        }
        ours = None if before is None else respell(before, words)
        new_base = respell(base, words)
        known = replace(entry, digest=digest(new_base))
        snapshot = _Carried(self._snapshot, there, file.path, (ours, new_base))
        step = Case(file, snapshot, known, self._app, choices).decide()
        if isinstance(step, Diagnostic):
            return step
        if step.base is None and new_base != self._snapshot.base(file.path):
            step = replace(step, base=new_base)
        if old == file.path:
            return (_in_place(step, entry, before, ours),)
        if there == old and ours is not None:
            return self._moved(step, old, ours, new_base)
        gone = Step(path=old, action=Action.UNCHANGED, owner=entry.owner, why="already gone")
        return _in_place(step, known, before, ours), gone

    def _moved(self, step: Step, old: str, ours: bytes, base: bytes) -> tuple[Step, ...]:
        """Return the steps that take a scaffold to its new place, whatever becomes of its lines."""
        content = ours if step.content is None else step.content
        conflict = step.action is Action.CONFLICT
        why = f"was {old}; {step.why}" if step.why else f"was {old}"
        new = replace(
            step,
            action=Action.CONFLICT if conflict else Action.RENAME,
            why=why.removesuffix("; left as it was"),
            content=content,
            executable=self._snapshot.executable(old),
            base=step.base or base,
            after=digest(content),
        )
        return new, Step(path=old, action=Action.REMOVE, owner=step.owner, why=f"now {step.path}")


def _in_place(step: Step, known: Entry, before: bytes | None, ours: bytes | None) -> Step:
    """Return a step about a file that keeps its place, in which names may be spelt anew."""
    if step.content is not None or ours == before:
        return step
    if step.action is Action.CONFLICT:
        return replace(step, entry=known, base=None, after=digest(before or b""))
    why = "the new names of models"
    return replace(step, action=Action.MERGE, why=why, content=ours, after=digest(ours or b""))
