"""The memory of earlier runs: which files are ours, whose they are, what we last rendered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xgen.dataclass import dataclass, field
from xgen.rendered import ModelMark, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER = ".xgen"
PATH = ".xgen/manifest.json"
BASE = ".xgen/base/"
_FORMAT = 1


class ManifestError(Exception):
    """The manifest cannot be understood; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file that a run rendered. ``digest`` is that of what was last rendered.

    ``app`` and ``target`` say which run it belongs to: only the same app and target may remove
    the file when they no longer render it.
    """

    owner: Owner
    digest: str
    app: str
    target: str
    orphan: bool = False
    """True for a file that is there because it was edited, and is rendered no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the files of one app came from: input files with their hashes, and the models."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    models: tuple[ModelMark, ...] = ()

    @property
    def signatures(self) -> dict[str, str]:
        """Return the signatures of the models by name: all that is remembered of them."""
        return {mark.name: mark.signature for mark in self.models}

    def same_as(self, other: Record | None) -> bool:
        """Say whether the other record remembers the same."""
        if other is None:
            return False
        return (self.inputs, self.signatures) == (other.inputs, other.signatures)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All entries by path, and what is known about each app."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    apps: Mapping[str, Record] = field(default_factory=dict)

    def same_as(self, other: Manifest) -> bool:
        """Say whether the other manifest remembers the same."""
        return (self.files, self.apps.keys()) == (other.files, other.apps.keys()) and all(
            record.same_as(other.apps[name]) for name, record in self.apps.items()
        )

    def to_text(self, tool: str) -> str:
        """Return the manifest as JSON, one line a file, so that version control merges it well."""
        files = _lines(
            ((path, _to_json(entry)) for path, entry in sorted(self.files.items())), "  "
        )
        apps = ",\n".join(
            f'  {json.dumps(name)}: {{\n   "inputs": {_lines(sorted(record.inputs.items()), "    ")},'
            f'\n   "models": {_lines(sorted(record.signatures.items()), "    ")}\n  }}'
            for name, record in sorted(self.apps.items())
        )
        parts = [f'"format": {_FORMAT}', f'"tool": {json.dumps(tool)}', f'"files": {files}']
        if apps:
            parts.append(f'"apps": {{\n{apps}\n }}')
        return "{\n " + ",\n ".join(parts) + "\n}\n"

    @classmethod
    def from_text(cls, text: str) -> Manifest:
        """Read what :meth:`to_text` wrote; ManifestError when it is something else."""
        try:
            data = json.loads(text)
            if not isinstance(data, dict) or not isinstance(data.get("format"), int):
                raise ManifestError("it is not a manifest")
            if data["format"] > _FORMAT:
                raise ManifestError("a newer xgen wrote it")
            return cls(
                {path: _from_json(entry) for path, entry in data["files"].items()},
                {name: _record(found) for name, found in data.get("apps", {}).items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestError(f"it is damaged ({error})") from None


def _lines(items: Iterable[tuple[str, object]], indent: str) -> str:
    """Return a JSON object with one line for each item."""
    lines = [f"{indent}{json.dumps(k)}: {json.dumps(v, sort_keys=True)}" for k, v in items]
    return "{\n" + ",\n".join(lines) + f"\n{indent[1:]}}}" if lines else "{}"


def _record(data: dict[str, Any]) -> Record:
    models = data["models"].items()
    return Record(
        inputs={str(path): str(known) for path, known in data["inputs"].items()},
        models=tuple(ModelMark(str(name), str(signature)) for name, signature in models),
    )


def _to_json(entry: Entry) -> dict[str, object]:
    return {
        "owner": entry.owner.value,
        "digest": entry.digest,
        "app": entry.app,
        "target": entry.target,
        **({"orphan": True} if entry.orphan else {}),
    }


def _from_json(data: dict[str, Any]) -> Entry:
    return Entry(
        owner=Owner(data["owner"]),
        digest=str(data["digest"]),
        app=str(data["app"]),
        target=str(data["target"]),
        orphan=bool(data.get("orphan", False)),
    )
