"""Which models have a new name: one rule for scaffolds, for tables and for comparisons.

Scaffolds know the models of the last run from the manifest, tables from the migrations, comparisons
from the earlier version itself. What they make of it is decided here, so that a model's files,
its rows and what is said about it go the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.fingerprint import digest
from xgen.rendered import ModelMark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from xgen.ir.app import Model

_OPTION = "renamed_from"
_SHORT = 16
"""Letters of a signature: enough to tell the models of one package apart."""


def signature(fields: Iterable[tuple[int, str]]) -> str:
    """Return what stands for the numbers and names of fields, "" without any."""
    text = " ".join(f"{number}:{name}" for number, name in sorted(fields))
    return digest(text.encode())[:_SHORT] if text else ""


def former_name(model: Model) -> str | None:
    """Return what a model says it was called, "" when it says that it is new, else None."""
    option = model.options.get(_OPTION)
    if option is None or option.inherited or option.value is None:
        return None
    return str(option.value)


def mark(model: Model) -> ModelMark:
    """Return what a model is recognised by when it has another name."""
    fields = ((member.number, member.name) for member in model.members)
    return ModelMark(model.name, signature(fields), former_name(model))


def renamed(
    before: Mapping[str, str], now: Iterable[ModelMark], lost: Collection[str] = ()
) -> dict[str, str]:
    """Return new names of models by the old ones; ``before`` has the signatures of the old models.

    A model has been renamed when only the case of its name is another, when it says so, or when it
    is the only new one whose fields have the numbers and names of just one that is gone. The last
    is not assumed of models that are ``lost``, nor of those that say that they are new.
    """
    marks = tuple(now)
    names = {mark.name for mark in marks}
    gone = {name: fields for name, fields in before.items() if name not in names}
    came = [mark for mark in marks if mark.name not in before]
    found = _by_word(gone, came)
    heirs: dict[str, list[str]] = {}
    for new in came:
        if new.signature and new.renamed_from is None and new.name not in found.values():
            heirs.setdefault(new.signature, []).append(new.name)
    rest = {n: fields for n, fields in gone.items() if n not in found}
    for name, fields in rest.items():
        candidates = heirs.get(fields, [])
        alone = sum(other == fields for other in rest.values()) == 1
        if alone and len(candidates) == 1 and name not in lost:
            found[name] = candidates[0]
    return found


def _by_word(gone: Mapping[str, str], came: list[ModelMark]) -> dict[str, str]:
    """Return what is only spelt in another case, and what the models say themselves."""
    names = {name.lower(): name for name in gone}
    bare = {name.rpartition(".")[2]: full for name, full in names.items()}
    found: dict[str, str] = {}
    for new in came:
        said = (new.renamed_from or "").lower()
        old = names.get(new.name.lower()) or names.get(said) or bare.get(said.rpartition(".")[2])
        if old is not None:
            found.setdefault(old, new.name)
    return found
