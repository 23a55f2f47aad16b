"""An explanation as text for people, and as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.dataclass import dataclass
from xgen.ir.expr import Binary, Call, Compare, Literal, Quantifier
from xgen.logic.text import formula_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.logic.evaluate import Step
    from xgen.logic.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All there is to say about a policy; the last three only when there is an object."""

    policy: str
    place: str
    doc: str
    expression: str
    simplified: str
    always: bool | None
    """What the policy always is; None when that depends."""
    function: str
    filter: str
    unfiltered: str
    used_by: tuple[str, ...]
    about: str = ""
    steps: Step | None = None
    world: World | None = None


def as_text(e: Explanation) -> str:
    """Return the whole explanation for a terminal."""
    parts = [f"policy {e.policy} ({e.place})"]
    if e.doc:
        parts.append(_indented(e.doc.strip()))
    if e.used_by:
        parts.append(_indented(f"used by {', '.join(e.used_by)}"))
    parts += ["", "expression", _indented(e.expression)]
    if e.simplified != e.expression:
        parts += ["", "simplified", _indented(e.simplified)]
    if e.always is not None:
        parts.append(_indented(f"always {e.always}, whatever the object"))
    parts += ["", "function", _indented(e.function), "", "filter"]
    if e.filter:
        parts.append(_indented(e.filter))
    else:
        parts.append(_indented(f"none: {e.unfiltered}; lists are looked through row by row"))
    if e.steps is not None and e.world is not None:
        parts += ["", f"{_word(e.steps.value)} for {e.about}"]
        parts += [_indented(line) for line in _lines(e.steps, e.world, 0)]
    return "\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def _word(value: object) -> str:
    return str(bool(value))


def _lines(step: Step, world: World, depth: int) -> Iterator[str]:
    margin = "  " * depth
    yield f"{_word(step.value):<5} {margin}{formula_text(step.node)}{_detail(step, world)}"
    for part in _parts(step):
        if isinstance(step.node, Quantifier):
            yield f"{'':<5} {margin}  for {world.shown(part.element)}:"
            yield from _lines(part, world, depth + 2)
        else:
            yield from _lines(part, world, depth + 1)


def _parts(step: Step) -> Iterator[Step]:
    """Yield what a verdict rests on; operands of one operator stand side by side."""
    if isinstance(step.node, Compare):
        return
    for part in step.parts:
        if _operator(part) == _operator(step) != "->":
            yield from _parts(part)
        else:
            yield part


def _operator(step: Step) -> str:
    return step.node.operator if isinstance(step.node, Binary) else "->"


def _detail(step: Step, world: World) -> str:
    if step.note:
        return f"   ({step.note})"
    if isinstance(step.node, Compare):
        left, right = (world.shown(part.value) for part in step.parts)
        return f"   ({left} {step.node.operator} {right})"
    if step.parts or isinstance(step.node, Literal | Call) or isinstance(step.term, bool):
        return ""
    return f"   ({world.shown(step.term)})"


def as_data(e: Explanation) -> dict[str, Any]:
    """Return the whole explanation as plain data."""
    data: dict[str, Any] = {
        "policy": e.policy,
        "place": e.place,
        "doc": e.doc,
        "expression": e.expression,
        "simplified": e.simplified,
        "always": e.always,
        "function": e.function,
        "filter": e.filter or None,
        "unfiltered": e.unfiltered or None,
        "used_by": list(e.used_by),
    }
    if e.steps is not None and e.world is not None:
        data["object"] = e.about
        data["verdict"] = bool(e.steps.value)
        data["why"] = _tree(e.steps, e.world)
    return data


def _tree(step: Step, world: World) -> dict[str, Any]:
    found: dict[str, Any] = {"formula": formula_text(step.node), "value": bool(step.value)}
    if step.element is not None:
        found["element"] = world.shown(step.element)
    if step.note:
        found["note"] = step.note
    if isinstance(step.node, Compare):
        found["left"], found["right"] = (world.shown(part.value) for part in step.parts)
    elif step.parts:
        found["parts"] = [_tree(part, world) for part in _parts(step)]
    elif not isinstance(step.node, Literal | Quantifier | Call):
        found["term"] = world.shown(step.term)
    return found
