"""Durations and moments, as operators write them."""

from __future__ import annotations

import datetime as dt
import re

import click

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PART = r"(\d+(?:\.\d+)?)([smhd])"


def duration(text: str) -> float:
    """The seconds of `90s`, `30m`, `2h`, `1d` or `1h30m`."""
    plain = text.replace(" ", "").lower()
    if not re.fullmatch(f"({_PART})+", plain):
        raise click.BadParameter(f"{text!r} is no duration; 90s, 30m, 2h, 1d and 1h30m are")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, plain))


def moment(text: str) -> float:
    """The unix time of `2026-05-01T18:00`, in local time unless it says its zone."""
    try:
        return dt.datetime.fromisoformat(text).astimezone().timestamp()
    except (ValueError, OverflowError, OSError) as error:
        message = f"{text!r} is no time; 2026-05-01T18:00 is one, and 2026-05-01T18:00Z in UTC"
        raise click.BadParameter(message) from error
