"""The rules for a service's own code: their ids, and what each is about.

Stands low, because comments that allow one may stand in models, too, and other readers of such
comments have to know the name.
"""

from __future__ import annotations

from typing import Final

RULES: Final = {
    "missing-step": "a model that is to be synced has no sync step",
    "duplicate-step": "two steps, or two policies, are for one model",
    "step-for-other-model": "a step or policy observes or handles another model than its file says",
    "step-not-implemented": "a step is still as it was generated, and fails",
    "policy-not-implemented": "a model policy does nothing",
    "unknown-attribute": "a step or policy asks an object for what it does not have",
    "unused-field": "a step does not look at a field that operators set",
    "service-options": "a file option that people or older tools look for is missing",
    "one-service": "not exactly one model derives from Service",
    "no-parent": "a message derives from nothing",
    "python-syntax": "a file of the package is no Python",
}
