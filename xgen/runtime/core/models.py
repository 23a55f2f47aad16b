"""The core models: generated from ``core.xproto``, and those that are written by hand."""

from __future__ import annotations

from xgen.runtime.core._generated.models import *  # noqa: F403 - whatever core.xproto defines
from xgen.runtime.core.intake import BusEvent, IntakeState  # noqa: F401 - re-exported
from xgen.runtime.core.users import User  # noqa: F401 - re-exported
