"""Checkers: what their output says, and those that came with xosgenx, as functions.

A line of a checker's output that begins with three digits is a verdict: 200 is good, all others are
not. All verdicts count, and no verdict at all means that there is nothing to complain of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from xgen.compat.text import is_true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xgen.compat.environment import Names
    from xgen.compat.records import Record

GOOD = 200
_VERDICT = re.compile(r"\s*(\d{3})(?:\s+(.*\S))?\s*")
_SERVICES = frozenset(("Service",))
_INSTANCES = frozenset(("ServiceInstance", "Tenant", "TenantWithContainer"))
_PARENTS = _SERVICES | _INSTANCES | {"XOSBase"}
_REQUIRED = ("name", "verbose_name", "app_label")


class Verdict(NamedTuple):
    """One line of a checker."""

    code: int
    text: str


class MangledError(ValueError):
    """A checker's output has text, but no verdict."""


def verdicts(output: str) -> list[Verdict]:
    """Return the verdicts in a checker's output."""
    found = [
        Verdict(int(line[1]), line[2] or "")
        for line in map(_VERDICT.fullmatch, output.splitlines())
        if line is not None
    ]
    if not found and output.strip():
        raise MangledError(output.strip().splitlines()[0])
    return found


def service_model_base(names: Names) -> Iterator[Verdict]:
    """Each model has a known parent; there is one service and one kind of instance of it."""
    table = names.view.proto.message_table
    messages = names.view.proto.messages
    roots = {message["fqn"]: _roots(message, table) for message in messages}
    for message in messages:
        if message["name"] not in _PARENTS and roots[message["fqn"]].isdisjoint(_PARENTS):
            yield Verdict(501, f"Model does not have a parent - {message['name']}")
    extended = {str(base) for message in messages for base in message["bases"]}
    leaves = [message for message in messages if message["name"] not in extended]
    for code, what, wanted in ((502, "Service", _SERVICES), (503, "ServiceInstance", _INSTANCES)):
        count = sum(not roots[message["fqn"]].isdisjoint(wanted) for message in leaves)
        if count != 1:
            yield Verdict(code, f"{count} {what} models instead of 1")


def service_options(names: Names) -> Iterator[Verdict]:
    """Name, verbose name and application are given, for the file or for each model."""
    given = names.view.options
    for message in names.view.proto.messages:
        for option in _REQUIRED:
            if not given.get(option) and not message["options"].get(option):
                yield Verdict(
                    504, f"Required option {option} is missing from model {message['name']}"
                )


def syncstep(names: Names) -> Iterator[Verdict]:
    """There is a sync step for each model that is to be synchronized."""
    return _each(names, "no_sync", names.get("xproto_check_synchronizer"))


def model_policy(names: Names) -> Iterator[Verdict]:
    """There is a model policy for each model that is to have one."""
    return _each(names, "no_policy", names.get("xproto_check_policy"))


BUILT_IN: dict[str, Callable[[Names], Iterable[Verdict]]] = {
    "model_policy": model_policy,
    "service_model_base": service_model_base,
    "service_options": service_options,
    "syncstep": syncstep,
}


def _each(names: Names, without: str, check: Callable[[Record], str]) -> Iterator[Verdict]:
    for message in names.view.proto.messages:
        if not is_true(message["options"].get(without)):
            yield from verdicts(check(message))


def _roots(message: Record, table: Record) -> set[str]:
    """Return the names of all bases, through those that are defined here."""
    found: set[str] = set()
    work = [message]
    while work:
        for base in work.pop()["bases"]:
            if str(base) not in found:
                found.add(str(base))
                known = table.get(base.fqn)
                work += [known] if known is not None else []
    return found
