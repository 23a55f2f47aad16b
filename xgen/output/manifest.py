"""The memory of earlier runs: which files are ours, whose they are, what we last rendered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xgen.dataclass import dataclass, field
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

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


@dataclass(frozen=True, slots=True)
class Manifest:
    """All entries by path."""

    files: Mapping[str, Entry] = field(default_factory=dict)

    def to_text(self, tool: str) -> str:
        """Return the manifest as JSON, one line a file, so that version control merges it well."""
        lines = [
            f"  {json.dumps(path)}: {json.dumps(_to_json(entry), sort_keys=True)}"
            for path, entry in sorted(self.files.items())
        ]
        body = "{\n" + ",\n".join(lines) + "\n }" if lines else "{}"
        return f'{{\n "format": {_FORMAT},\n "tool": {json.dumps(tool)},\n "files": {body}\n}}\n'

    @classmethod
    def from_text(cls, text: str) -> Manifest:
        """Read what :meth:`to_text` wrote; ManifestError when it is something else."""
        try:
            data = json.loads(text)
            if not isinstance(data, dict) or not isinstance(data.get("format"), int):
                raise ManifestError("it is not a manifest")
            if data["format"] > _FORMAT:
                raise ManifestError("a newer xgen wrote it")
            return cls({path: _from_json(entry) for path, entry in data["files"].items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestError(f"it is damaged ({error})") from None


def _to_json(entry: Entry) -> dict[str, str]:
    return {
        "owner": entry.owner.value,
        "digest": entry.digest,
        "app": entry.app,
        "target": entry.target,
    }


def _from_json(data: dict[str, Any]) -> Entry:
    return Entry(
        owner=Owner(data["owner"]),
        digest=str(data["digest"]),
        app=str(data["app"]),
        target=str(data["target"]),
    )
