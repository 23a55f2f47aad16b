"""What operators do to objects: pause, resume, retry, resync, release; each is in the history.

Set-wise: the number of statements grows with thousands of objects, not with each. A running
synchronizer, this process's or another's, notices by itself.
"""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, Q

from xgen.runtime import breakers, history, owner, pauses, wakeup
from xgen.runtime.errors import DataError
from xgen.runtime.kinds import shape_of
from xgen.runtime.models import Object
from xgen.runtime.queries import all_rows
from xgen.runtime.reaper import reap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.runtime.pauses import Pause
    from xgen.runtime.queries import ObjectQuerySet
    from xgen.runtime.selection import Selection

_WAITING = Q(sync_attempts__gt=0) | Q(policy_attempts__gt=0)
_WAITING |= Q(sync_retry_at__isnull=False) | Q(policy_retry_at__isnull=False)
_NO_ATTEMPTS: dict[str, Any] = {
    "sync_attempts": 0,
    "sync_retry_at": None,
    "policy_attempts": 0,
    "policy_retry_at": None,
}


class ReleaseError(DataError):
    """An object that cannot be released now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who asks for something, why, and when."""

    who: str
    now: float
    why: str = ""


def operator() -> str:
    """Return who sits at the terminal, as the history has it."""
    name = os.environ.get("XGEN_WHO") or os.environ.get("SUDO_USER")
    if not name:
        with suppress(OSError, KeyError, ImportError):
            name = getuser()
    return name if name and "@" in name else f"{name or 'somebody'}@{socket.gethostname()}"


def pause(synchronizer: str, chosen: Selection | None, by: By, until: float | None) -> int:
    """Pause everything, a model or objects; return how many pauses that are."""
    what = chosen.text if chosen else "everything"
    told = pauses.Pause(what=what, who=by.who, why=by.why, since=by.now, until=until)
    with _transaction():
        if chosen is None or chosen.is_whole_model:
            count = pauses.pause(synchronizer, chosen.model if chosen else None, None, told)
            _note_scope(synchronizer, chosen, history.PAUSE, by, _until_text(told))
            return count
        count = 0
        for some in _batches(chosen.rows()):
            count += pauses.pause(synchronizer, chosen.model, some, told)
            _note(some, history.PAUSE, by, _until_text(told))
        return count


def resume(synchronizer: str, chosen: Selection | None, by: By) -> int:
    """End pauses; return how many there were.

    Without a selection all pauses of the synchronizer end, with a model its own and those of its
    objects.
    """
    with _transaction():
        if chosen is None or chosen.is_whole_model:
            model = chosen.model if chosen else None
            count = pauses.resume(synchronizer, model, None, by.now)
            if count:
                _note_scope(synchronizer, chosen, history.RESUME, by)
            return count
        count = 0
        for some in _batches(chosen.rows()):
            paused = pauses.read(synchronizer).objects
            label = shape_of(chosen.model).root._meta.label
            held = [o for o in some if (label, o.pk) in paused]
            count += pauses.resume(synchronizer, chosen.model, [o.pk for o in held], by.now)
            _note(held, history.RESUME, by)
        return count


def retry(rows: ObjectQuerySet[Object], by: By, *, synchronizer: str = "") -> int:
    """Let those of the objects that wait for a retry be tried at once; return how many.

    The open breakers of a ``synchronizer`` let an object try their back-ends at once, too.
    """
    count = 0
    with _transaction():
        breakers.try_now(synchronizer, by.now)
        for some in _batches(rows.filter(_WAITING)):
            all_rows(rows.model, None).filter(pk__in=[o.pk for o in some]).plain_update(
                _NO_ATTEMPTS
            )
            _note(some, history.RETRY, by)
            count += len(some)
    return count


def resync(rows: ObjectQuerySet[Object], by: By) -> int:
    """Ask for objects to be synced again although nothing was changed; return how many."""
    count = 0
    with _transaction():
        for some in _batches(rows.filter(deleted=False)):
            all_rows(rows.model, None).filter(pk__in=[o.pk for o in some]).resync()
            _note(some, history.RESYNC, by)
            count += len(some)
    return count


def release(o: Object, by: By) -> bool:
    """Give up on the back-end of a deleted object: its row goes without confirmation.

    Returns whether it is gone. If rows of others still need it, it goes when these have gone.

    Raises:
        ReleaseError: it is not being deleted, or somebody works on it at this moment.
    """
    root = shape_of(type(o)).root
    with _transaction():
        row = all_rows(root, None).select_for_update().filter(pk=o.pk)
        held = row.values("deleted", "claim_owner", "claim_expires").first()
        if held is None:
            raise ReleaseError(f"{o} is gone already")
        if not held["deleted"]:
            raise ReleaseError(f"{o} is not being deleted; delete it first")
        claimed = held["claim_owner"]
        if (
            claimed
            and (held["claim_expires"] or 0.0) > by.now
            and not owner.is_surely_dead(claimed)
        ):
            raise ReleaseError(f"{o} is being worked on by {claimed}; try again when it is not")
        moves = {
            **_NO_ATTEMPTS,
            "backend_need_reap": True,
            "backend_need_delete_policy": False,
            "lazy_blocked": False,
            "claim_owner": None,
            "claim_expires": None,
            # Whoever lost the claim cannot write any more.
            "claim_token": F("claim_token") + 1,
        }
        row.plain_update(moves)
        _note([o], history.RELEASE, by)
        if o.pk not in reap(root, [o.pk]):
            return False
        history.write([history.note(o, history.DELETED)], by.now, who=by.who)
        return True


@contextmanager
def _transaction() -> Iterator[None]:
    """Hold a transaction whose commit wakes the synchronizers of this process."""
    with transaction.atomic():
        wakeup.announce(Object, None, DEFAULT_DB_ALIAS)
        yield


def _batches(rows: ObjectQuerySet[Object], size: int = 500) -> Iterator[list[Object]]:
    """Yield objects in parts, each read when the one before has been dealt with."""
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), size):
        yield list(all_rows(rows.model, None).filter(pk__in=ids[at : at + size]).order_by("pk"))


def _note(objects: Iterable[Object], what: str, by: By, more: str = "") -> None:
    text = "; ".join(part for part in (by.why, more) if part)
    history.write((history.note(o, what, text) for o in objects), by.now, who=by.who)


def _note_scope(
    synchronizer: str, chosen: Selection | None, what: str, by: By, more: str = ""
) -> None:
    """Note what happened to a model or to everything."""
    text = "; ".join(part for part in (by.why, more) if part)
    label = chosen.model._meta.label if chosen else ""
    name = chosen.text if chosen else synchronizer
    note = history.Note(root="", pk=0, model=label, name=name, what=what, text=text)
    history.write([note], by.now, who=by.who)


def _until_text(told: Pause) -> str:
    from xgen.runtime.tables import moment

    return f"until {moment(told.until)}" if told.until is not None else ""
