"""The Django app of the core models."""

from __future__ import annotations

from xgen.runtime.apps import SynchronizerConfig


class CoreConfig(SynchronizerConfig):
    """Services, their instances, what links them, and users."""

    name = "xgen.runtime.core"
    label = "xgen_core"
    verbose_name = "Core"
