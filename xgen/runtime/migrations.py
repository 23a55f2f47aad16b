"""What generated migrations need besides Django's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class RenameRows(Operation):
    """Let the rows of a model that was renamed say what they are now.

    Every row names its model, ``app_label.Model``, in the table at the root of its bases.
    """

    reversible = True

    def __init__(self, model_name: str, old: str, new: str) -> None:
        self.model_name = model_name
        self.old = old
        self.new = new

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the tables stay as they are."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Write the new name."""
        del from_state
        self._write(app_label, schema_editor, to_state, self.old, self.new)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Write the old name again."""
        del from_state
        self._write(app_label, schema_editor, to_state, self.new, self.old)

    def _write(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
        before: str,
        after: str,
    ) -> None:
        using = schema_editor.connection.alias
        model = state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(using, model):
            return
        while parents := [p for p in model._meta.parents if p is not None]:
            model = parents[0]
        rows = model._base_manager.using(using).filter(leaf_model_name=before)
        rows.update(leaf_model_name=after)

    def describe(self) -> str:
        """Return what the operation does, for the list of a migration's operations."""
        return f"Rename {self.old} to {self.new} in its rows"
