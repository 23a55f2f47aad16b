"""The Django app of a generated package; ``_generated/apps.py`` only names it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.apps import AppConfig


class SynchronizerConfig(AppConfig):
    """An app whose models are in ``<package>._generated.models``.

    ``requires`` names the packages whose models this one's link to; they are installed too. An
    author's own ``<package>/models.py`` is imported as well, if there is one.
    """

    default_auto_field = "django.db.models.BigAutoField"
    requires: ClassVar[tuple[str, ...]] = ()

    def import_models(self) -> None:
        """Import the models from where generated packages keep them."""
        if self.apps is not None:  # it is, once Django has registered the app
            self.models = self.apps.all_models[self.label]
        self.models_module = import_module(f"{self.name}._generated.models")
        if find_spec(f"{self.name}.models") is not None:
            self.models_module = import_module(f"{self.name}.models")

    def ready(self) -> None:
        """Let links be read and changed as policies and validators want it."""
        from xgen.runtime import accessors  # needs all models

        accessors.install(self.get_models())
