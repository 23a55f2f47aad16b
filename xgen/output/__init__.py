"""Output: what is on disk, what was rendered, and how the one becomes the other.

`manifest` remembers what was written, `snapshot` is the tree as it is, `choices` what a run was
told; `decide` and `plan` say what is to be done (`steps`; a function of these values), `merge` joins
an author's edits with a new rendering, `write` does it, all or nothing, `diff` shows it.
"""

from xgen.output.choices import Choices, OnConflict
from xgen.output.history import history
from xgen.output.manifest import Manifest, ManifestError, Record
from xgen.output.moves import HalfMovedError
from xgen.output.plan import after, plan, plan_files, plan_text
from xgen.output.snapshot import Disk, Snapshot
from xgen.output.steps import Action, Plan, Step
from xgen.output.write import OutputLocked, locked, unfinished, write, write_text

__all__ = [
    "Action",
    "Choices",
    "Disk",
    "HalfMovedError",
    "Manifest",
    "ManifestError",
    "OnConflict",
    "OutputLocked",
    "Plan",
    "Record",
    "Snapshot",
    "Step",
    "after",
    "history",
    "locked",
    "plan",
    "plan_files",
    "plan_text",
    "unfinished",
    "write",
    "write_text",
]
