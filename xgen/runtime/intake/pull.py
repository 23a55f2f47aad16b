"""The base class of pull steps: what a back-end has, asked for now and then."""

from __future__ import annotations

from typing import ClassVar

from xgen.runtime.errors import StepNotImplemented
from xgen.runtime.intake.base import Intake

__all__ = ["PullStep"]


class PullStep(Intake):
    """Asks the back-end what it has, every ``interval`` seconds.

        class PullOnus(PullStep):
            interval = 30

            def pull_records(self) -> None:
                for onu in requests.get(self.config["url"], timeout=10).json():
                    with self.record(onu):
                        self.upsert(ONU, serial=onu["serial"], state=onu["state"])
                self.delete_missing(ONU)

    Each pull step has a schedule of its own: one that is slow or fails holds no other. All that it
    writes counts as what the back-end has already, so nothing of it is pushed back.
    """

    interval: ClassVar[float] = 60.0
    """Seconds from the start of a run to the start of the next."""

    def pull_records(self) -> None:
        """Ask the back-end and take in what it says."""
        kind = type(self)
        place = f"{kind.__module__.replace('.', '/')}.py"
        raise StepNotImplemented(f"{kind.__name__}.pull_records in {place}")
