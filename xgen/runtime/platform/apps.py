"""The Django app of the platform's models."""

from __future__ import annotations

from typing import ClassVar

from xgen.runtime.apps import SynchronizerConfig


class PlatformConfig(SynchronizerConfig):
    """Sites, slices, nodes, networks, and the bases of older services."""

    name = "xgen.runtime.platform"
    label = "xgen_platform"
    verbose_name = "Platform"
    requires: ClassVar[tuple[str, ...]] = ("xgen.runtime.core",)
