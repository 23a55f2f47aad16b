"""Runs one step or policy on one object and says how that ended; authors' exceptions stop here.

The same wherever it runs: in a thread of this process, or elsewhere.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from xgen.runtime import changes, secrets, values
from xgen.runtime.ended import Ended
from xgen.runtime.errors import ForbiddenWrite
from xgen.runtime.kinds import shape_of
from xgen.runtime.outcome import DONE, Deferred, Done, Failed, Outcome, outcome_of
from xgen.runtime.reconcile import Action
from xgen.runtime.writer import Writer, Writing, writing_as

if TYPE_CHECKING:
    from xgen.runtime.models import Object
    from xgen.runtime.registry import Registry, Work
    from xgen.runtime.results import Results
    from xgen.runtime.unrest import Cause, Run

_LOGGER = "xgen.runtime"


@dataclass(slots=True, eq=False)
class Job:
    """A claimed object, and what to do for it."""

    key: int
    action: Action
    obj: Object
    work: Work
    timeout: float | None
    token: int
    generation: int
    revision: int
    """The counters as loaded: a save within the run moves those on the instance."""
    abandoned: bool = False
    """Its time was up; whatever it returns comes too late."""
    cause: Cause | None = None
    """What set it off, if that was another run."""
    run: Run | None = None
    """What others know of it, once it set something off."""

    @property
    def name(self) -> str:
        """Return what people call it: ``SyncColor on Color 7``."""
        fields = self.log_fields
        return f"{fields['step']} on {fields['model']} {fields['id']}"

    @property
    def log_fields(self) -> dict[str, Any]:
        """Return what every line of the log about this job has."""
        kind = self.work.policy if self.action is Action.POLICY else self.work.step
        return {
            "model": type(self.obj).__name__,
            "id": self.obj.pk,
            "step": kind.__name__ if kind else None,
            "generation": self.generation,
        }

    def ended(self, outcome: Outcome) -> Ended:
        """Return how this job ended, with the counters that it was loaded with."""
        return Ended(
            key=self.key,
            action=self.action,
            obj=self.obj,
            token=self.token,
            generation=self.generation,
            revision=self.revision,
            outcome=outcome,
        )


class ClaimLostError(Exception):
    """Somebody else works on the object by now; what was done here must not be kept."""


class Runner:
    """Runs jobs of one package."""

    def __init__(self, registry: Registry, results: Results) -> None:
        self.registry = registry
        self.results = results
        self.folder = registry.folder

    def run(self, job: Job) -> Ended:
        """Run a job to its end; whatever the author's code does, an outcome comes back."""
        try:
            if not shape_of(type(job.obj)).secrets:
                return self._run(job)
            with secrets.hiding(secrets.values_of(job.obj)):
                return self._run(job)
        finally:
            self._drop_broken_connection()

    def _drop_broken_connection(self) -> None:
        """Close a connection that failed and does not work any more; the next job opens another."""
        connection = connections[self.results.store.using]
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()

    def _run(self, job: Job) -> Ended:
        if job.action is Action.POLICY:
            return self._run_policy(job)
        return self._run_step(job)

    def _run_step(self, job: Job) -> Ended:
        if job.work.step is None or job.action is Action.REAP:
            return job.ended(DONE)
        o = job.obj
        step = job.work.step(self.registry.context)
        step.log = log = self._logger(job)
        run = step.delete_record if job.action is Action.DELETE else step.sync_record
        outcome: Outcome = DONE
        try:
            with writing_as(Writer.STEP, o):
                run(o)
        except Exception as error:  # noqa: BLE001 - all that an author's step may raise
            outcome = self._outcome(log, error)
        except BaseException as error:  # noqa: BLE001 - SystemExit in a step must not end a worker
            outcome = Failed(f"{type(error).__name__} raised by the step")
        changed = changes.changed_columns(o)
        ended = job.ended(outcome)
        if changed:
            self._check_feedback(ended, changed, log)
        if isinstance(ended.outcome, Done):
            self._log_success(log, job)
        return ended

    def _check_feedback(self, ended: Ended, changed: list[Any], log: Any) -> None:
        """Look at what the step left unsaved: feedback is kept, all else is a mistake."""
        o = ended.obj
        try:
            changes.guard(type(o), changed, Writing(Writer.STEP, o))
            values.clean(o, changed)
            ended.unsaved = True
        except (ForbiddenWrite, ValidationError) as error:
            if isinstance(ended.outcome, Done):
                ended.outcome = self._outcome(log, error)

    def _run_policy(self, job: Job) -> Ended:
        o = job.obj
        assert job.work.policy is not None  # noqa: S101 - the scheduler made this job for it
        policy = job.work.policy(self.registry.context)
        policy.log = log = self._logger(job)
        ended = job.ended(DONE)
        try:
            with writing_as(Writer.POLICY, o), transaction.atomic():
                try:
                    self._handler(policy, o)(o)
                    if changes.changed_columns(o):
                        o.save()
                except Exception as error:
                    ended.outcome = outcome_of(error)
                    if not isinstance(ended.outcome, Done):
                        raise  # all that it wrote is taken back
                self._finish(ended)
        except ClaimLostError:
            log.warning("the claim was lost, so the policy's writes were taken back")
        except Exception as error:  # noqa: BLE001 - all that an author's policy may raise
            ended.outcome = self._outcome(log, error)
        else:
            self._log_success(log, job)
        return ended

    def _finish(self, ended: Ended) -> None:
        if not self.results.finish_policy(ended):
            raise ClaimLostError

    def _handler(self, policy: Any, o: Any) -> Any:
        if o.deleted:
            return policy.handle_delete
        return policy.handle_update if o.policed_revision else policy.handle_create

    def _logger(self, job: Job) -> Any:
        return LazyLogger(synchronizer=self.registry.context.synchronizer, **job.log_fields)

    def _log_success(self, log: Any, job: Job) -> None:
        if logging.getLogger(_LOGGER).isEnabledFor(logging.INFO):
            log.info(_SUCCESS[job.action])

    def _outcome(self, log: Any, error: BaseException) -> Outcome:
        outcome = outcome_of(error, self.folder)
        outcome = replace(outcome, message=secrets.redact_text(outcome.message))
        if isinstance(outcome, Failed):
            known = isinstance(error, (IntegrityError, ForbiddenWrite, ValidationError))
            log.error(
                "failed",
                error=outcome.message,
                error_type=type(error).__name__,
                permanent=outcome.permanent,
                **(getattr(error, "log_fields", None) or {}),
            )
            if not outcome.permanent and not known:
                log.debug("traceback", exc_info=error)
        elif isinstance(outcome, Done):
            log.warning("done, with a remark", remark=outcome.message)
        elif isinstance(outcome, Deferred):
            log.info("deferred", why=outcome.message, after=outcome.after)
        return outcome


_SUCCESS = {
    Action.POLICY: "policy done",
    Action.SYNC: "synced",
    Action.DELETE: "deleted from the back-end",
    Action.REAP: "removed",
}


class LazyLogger:
    """A logger that is bound when the first line is written: most objects log nothing."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        self._bound: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._bound is None:
            self._bound = structlog.stdlib.get_logger(_LOGGER).bind(**self._fields)
        return getattr(self._bound, name)
