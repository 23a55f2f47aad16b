"""What the exit codes mean, everywhere."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
"""Something was found that the command was asked to look for: a warning, or drift."""
USAGE = 2
ERROR = 3
"""A model, a template or the output folder is wrong."""
CONFLICT = 4
"""Something was left to a person."""
BUG = 5
INTERRUPTED = 130

HELP = (
    "Exit codes: 0 clean, 1 findings or drift, 2 usage, 3 error in a model or template, "
    "4 conflicts left for a person, 5 a bug of xgen."
)
