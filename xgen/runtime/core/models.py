"""The core models: generated from ``core.xproto``, and the user model, which is written by hand."""

from __future__ import annotations

from xgen.runtime.core._generated.models import *  # noqa: F403 - whatever core.xproto defines
from xgen.runtime.core.users import User as User  # noqa: PLC0414 - exported from here
