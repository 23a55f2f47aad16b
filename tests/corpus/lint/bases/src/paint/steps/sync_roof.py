"""Syncs each Roof, by a class from a library that nobody sees."""

from elsewhere.steps import Step


class SyncRoof(Step):
    """Says which model it is for."""

    observes = "Roof"
