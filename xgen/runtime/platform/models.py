"""The platform's models, generated from ``platform.xproto``."""

from __future__ import annotations

from xgen.runtime.platform._generated.models import *  # noqa: F403 - whatever platform.xproto defines
