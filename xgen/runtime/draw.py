"""Draws graphs of who waits for whom: as text, for Graphviz, as Mermaid, as SVG.

Names come from the database, so whatever they hold is shown and never obeyed. A colour is never
the only sign of a state: the word stands beside it.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xgen.runtime.errors import RuntimeUserError
from xgen.runtime.tables import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: State -> (fill, line, colour on a terminal).
COLOURS = {
    "in sync": ("#d9f2d9", "#2e7d32", "green"),
    "due": ("#fff3c4", "#b28704", "yellow"),
    "running": ("#cfe2ff", "#1c5fb8", "blue"),
    "error": ("#f8c9c9", "#b71c1c", "red"),
    "blocked": ("#fbd9b5", "#c25e00", "magenta"),
    "deferred": ("#e5dbff", "#5e35b1", "cyan"),
    "deleting": ("#dddddd", "#555555", "bright_black"),
    "paused": ("#eeeeee", "#777777", "bright_black"),
    "held back": ("#eeeeee", "#777777", "bright_black"),
    "limited": ("#eeeeee", "#777777", "bright_black"),
    "quarantined": ("#f8d0d0", "#aa2222", "red"),
}
_OTHER = ("#ffffff", "#999999", "white")
#: Graphviz may take very long for what nobody could read anyway.
_PATIENCE = 60.0
_MERMAID = {ord(char): f"#{ord(char)};" for char in '"#<>&`\\;%{}|'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A model or an object."""

    id: str
    name: str
    state: str
    told: str = ""
    """More than the word of the state, where there is more to say."""
    data: dict[str, Any] = field(default_factory=dict)
    """What programs want to know beside these."""

    @property
    def note(self) -> str:
        """Return what stands beside the name."""
        return self.told or self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """``source`` waits for ``target``."""

    source: str
    target: str
    label: str
    guessed: bool = False
    """Nobody can tell whether it really does, so it is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn: nodes before those that wait for them, as far as there is such an order."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    left_out: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "nodes": [{"id": n.id, "name": n.name, "state": n.state} | n.data for n in self.nodes],
            "edges": [
                {"from": a.source, "to": a.target, "accessor": a.label, "assumed": a.guessed}
                for a in self.arrows
            ],
            "left_out": list(self.left_out),
        }


def text(picture: Picture, paint: Callable[[str, str], str] = lambda text, _state: text) -> str:
    """Return a graph as lines; ``paint`` colours a text by a state."""
    by_id = {node.id: node for node in picture.nodes}
    leaving: dict[str, list[Arrow]] = {}
    for arrow in picture.arrows:
        leaving.setdefault(arrow.source, []).append(arrow)

    def line(node: Node, note: str) -> str:
        return f"{printable(node.name)} {paint(f'[{printable(note)}]', node.state)}"

    lines = []
    for node in picture.nodes:
        lines.append(line(node, node.note))
        for arrow in leaving.get(node.id, ()):
            peer = by_id[arrow.target]
            sign = "-?>" if arrow.guessed else "->"
            lines.append(f"  {printable(arrow.label)} {sign} {line(peer, peer.state)}")
    return _joined([*(lines or ["there is nothing to show"]), *_left_out(picture)])


def dot(picture: Picture) -> str:
    """Return a graph in the language of Graphviz."""
    names = {node.id: f"n{at}" for at, node in enumerate(picture.nodes, 1)}
    lines = [
        "digraph dependencies {",
        "  rankdir=LR;",
        '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11];',
        '  edge [fontname="Helvetica", fontsize=9, color="#666666"];',
    ]
    if picture.left_out:
        lines.append(f"  label={_quoted(*_left_out(picture))};")
    for node in picture.nodes:
        fill, stroke, _ = COLOURS.get(node.state, _OTHER)
        label = _quoted(node.name, node.note)
        lines.append(f'  {names[node.id]} [label={label}, fillcolor="{fill}", color="{stroke}"];')
    for arrow in picture.arrows:
        style = ", style=dashed" if arrow.guessed else ""
        ends = f"{names[arrow.source]} -> {names[arrow.target]}"
        lines.append(f"  {ends} [label={_quoted(arrow.label)}{style}];")
    return _joined([*lines, "}"])


def mermaid(picture: Picture) -> str:
    """Return a graph as Mermaid reads it."""
    names = {node.id: f"n{at}" for at, node in enumerate(picture.nodes, 1)}
    lines = ["flowchart LR"]
    for node in picture.nodes:
        label = f'"{_entities(node.name)}<br/>{_entities(node.note)}"'
        lines.append(f"  {names[node.id]}[{label}]:::{_css(node.state)}")
    for arrow in picture.arrows:
        line = "-.->" if arrow.guessed else "-->"
        ends = names[arrow.source], names[arrow.target]
        lines.append(f'  {ends[0]} {line}|"{_entities(arrow.label)}"| {ends[1]}')
    if picture.left_out:
        lines.append(f'  rest["{"<br/>".join(map(_entities, _left_out(picture)))}"]')
    lines.extend(_classes(node.state for node in picture.nodes))
    return _joined(lines)


def svg(picture: Picture) -> str:
    """Return a graph as an SVG image, which Graphviz draws.

    Raises:
        RuntimeUserError: Graphviz is not there, or cannot draw it.
    """
    program = shutil.which("dot")
    if program is None:
        raise RuntimeUserError(
            "SVG is drawn by `dot` of Graphviz, which is not on PATH;"
            " install graphviz, or use -o dot or -o mermaid"
        )
    try:
        done = subprocess.run(
            [program, "-Tsvg"],
            input=dot(picture).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"`dot` took longer than {_PATIENCE:.0f} s; draw less with --limit"
        raise RuntimeUserError(message) from None
    except OSError as error:
        raise RuntimeUserError(f"cannot run {program}: {error.strerror}") from error
    if done.returncode:
        said = printable(done.stderr.decode(errors="replace").strip())
        raise RuntimeUserError(f"`dot` failed: {said or f'exit code {done.returncode}'}")
    return done.stdout.decode()


def _left_out(picture: Picture) -> list[str]:
    return [f"left out: {one}" for one in picture.left_out]


def _quoted(*lines: str) -> str:
    """Return a label of Graphviz, which reads escapes and HTML's entities in it."""
    escaped = [
        printable(one).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
        for one in lines
    ]
    return '"' + "\\n".join(escaped) + '"'


def _entities(name: str) -> str:
    """Return text in which nothing means anything to Mermaid or to the page around it."""
    return printable(name).translate(_MERMAID)


def _css(state: str) -> str:
    return f"s_{state.replace(' ', '_')}" if state in COLOURS else "s_other"


def _classes(states: Iterable[str]) -> Iterator[str]:
    for state in dict.fromkeys(state if state in COLOURS else "other" for state in states):
        fill, stroke, _ = COLOURS.get(state, _OTHER)
        yield f"  classDef {_css(state)} fill:{fill},stroke:{stroke},color:#000000"


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
