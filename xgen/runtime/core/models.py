"""The core models: generated from ``core.xproto``, and those that are written by hand."""

from __future__ import annotations

from xgen.runtime.core._generated.models import *  # noqa: F403 - whatever core.xproto defines
from xgen.runtime.core.engine import KeptEdge as KeptEdge  # noqa: PLC0414 - exported from here
from xgen.runtime.core.engine import OpenBreaker as OpenBreaker  # noqa: PLC0414 - likewise
from xgen.runtime.core.intake import BusEvent as BusEvent  # noqa: PLC0414 - likewise
from xgen.runtime.core.intake import IntakeState as IntakeState  # noqa: PLC0414 - likewise
from xgen.runtime.core.operation import HistoryEntry as HistoryEntry  # noqa: PLC0414 - likewise
from xgen.runtime.core.operation import Pause as Pause  # noqa: PLC0414 - likewise
from xgen.runtime.core.operation import Running as Running  # noqa: PLC0414 - likewise
from xgen.runtime.core.users import User as User  # noqa: PLC0414 - likewise
