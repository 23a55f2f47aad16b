"""Targets: what they are called and where they are found.

A target is a template ``NAME.xtarget``. It is looked for as a path, then in the folders of
``--target-path``, then among the bundled ones, then in installed packages.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Severity, did_you_mean
from xgen.rendering import former
from xgen.resources import bundled, installed_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.diagnostics import Report
    from xgen.fingerprint import Footprint

SUFFIX = ".xtarget"
_HEAD = re.compile(r"\s*\{#-?\s*(.*?)\s*-?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target that was found. ``template`` is its name below the first of ``roots`` that has it."""

    name: str
    path: str
    roots: tuple[str, ...]
    template: str
    sandboxed: bool = False
    """True for a template that another package brings: it is not trusted with Python."""
    description: str = ""
    strict: bool = False
    """True when the target cannot use a model in which the ancestor would overlook mistakes."""
    options: tuple[tuple[str, str], ...] = ()
    legacy: bool = False
    """True for a template of xosgenx, which is rendered as it did."""


def target_name(name_or_path: str) -> str:
    """Return the bare name of a target that was given by name or path."""
    return os.path.basename(name_or_path).removesuffix(SUFFIX)


def find_target(
    name: str, path: Sequence[str], report: Report, footprint: Footprint
) -> Target | None:
    """Return the target called ``name``; report an error and return None when there is none.

    A name of the first tools stands for the target that means the same today.
    """
    found = _find(name, tuple(path), footprint)
    today = former.SAME.get(target_name(name))
    if found is None and today is not None and os.sep not in name:
        found = _find(today, tuple(path), footprint)
        if found is not None:
            report.add(_renamed(target_name(name), today))
    if found is None:
        report.add(_unknown(name, tuple(path)))
    return found


def name_today(name_or_path: str) -> str:
    """Return the bare name that a target has, whatever it was asked for by."""
    name = target_name(name_or_path)
    return former.SAME.get(name, name)


def _find(name: str, user: tuple[str, ...], footprint: Footprint) -> Target | None:
    own = bundled("targets")
    file_name = name if name.endswith(SUFFIX) else name + SUFFIX
    if not os.path.isdir(name):
        for candidate in dict.fromkeys((name, file_name)):
            footprint.saw(candidate)
            if os.path.isfile(candidate):
                folder, template = os.path.split(candidate)
                return _read(candidate, (folder or os.curdir, *user, own), template)
    if os.sep in name:
        return None
    for root in (*user, own):
        candidate = os.path.join(root, file_name)
        footprint.saw(candidate)
        if os.path.isfile(candidate):
            return _read(candidate, (*user, own), file_name)
    installed = installed_targets()
    bare = target_name(name)
    if bare in installed:
        candidate = os.path.join(installed[bare], file_name)
        if os.path.isfile(candidate):
            return _read(candidate, (*user, installed[bare], own), file_name, sandboxed=True)
    return None


def all_targets(path: Sequence[str]) -> list[Target]:
    """Return every target that can be used by name, in the order in which they would be found."""
    own = bundled("targets")
    found: dict[str, Target] = {}
    for root in (*path, own):
        for file_name in _names(root):
            target = _read(os.path.join(root, file_name), (*path, own), file_name)
            found.setdefault(target.name, target)
    for name, root in sorted(installed_targets().items()):
        file_name = name + SUFFIX
        candidate = os.path.join(root, file_name)
        if os.path.isfile(candidate):
            target = _read(candidate, (*path, root, own), file_name, sandboxed=True)
            found.setdefault(name, target)
    return list(found.values())


def _names(root: str) -> list[str]:
    try:
        return sorted(n for n in os.listdir(root) if n.endswith(SUFFIX) and n[0] not in "_.")
    except OSError:
        return []


def _read(path: str, roots: tuple[str, ...], template: str, *, sandboxed: bool = False) -> Target:
    """Return the target at ``path``, with what the comments at its top say about it."""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            text = file.read()
    except OSError:
        text = ""  # rendering will say what is wrong with it
    legacy = False
    if os.path.dirname(path) != bundled("targets"):
        from xgen.compat.recognise import is_legacy

        legacy = is_legacy(text)
    comments = []
    found = _HEAD.match(text)
    while found is not None:
        comments.append(" ".join(found[1].split()))
        found = _HEAD.match(text, found.end())
    return Target(
        name=target_name(path),
        path=path,
        roots=roots,
        template=template,
        sandboxed=sandboxed,
        description=next((c for c in comments if c != "strict"), ""),
        strict="strict" in comments,
        legacy=legacy,
    )


def _unknown(name: str, path: tuple[str, ...]) -> Diagnostic:
    known = [target.name for target in all_targets(path)]
    bare = target_name(name)
    if os.sep in name:
        return Diagnostic(
            code="unknown-target",
            message=f"there is no target file `{name}`",
            help="a name without a folder is looked up in --target-path and among the bundled ones",
        )
    instead = former.instead_of(bare)
    return Diagnostic(
        code="unknown-target",
        message=f"there is no target `{name}`",
        notes=() if instead or not known else (f"known targets: {', '.join(known)}",),
        help=instead or did_you_mean(bare, known) or "`xgen targets` lists them with one line each",
    )


def _renamed(name: str, today: str) -> Diagnostic:
    return Diagnostic(
        code="renamed-target",
        message=f"the target `{name}` is called `{today}`",
        severity=Severity.NOTE,
        help=f"write `--target {today}`",
    )
