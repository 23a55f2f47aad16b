"""What generated migrations need besides Django's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations import operations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState

_LEAF = "leaf_model_name"


class RenameModel(operations.RenameModel):
    """Rename a model, in the bases of the models that extend it and in its rows as well.

    Django's own operation leaves the bases as they are, and cannot know that every row names its
    model, in the table at the root of its bases.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Rename the model wherever the state speaks of it."""
        # Models that were rendered with their old bases cannot be rendered again one by one.
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        old = f"{app_label}.{self.old_name}".lower()
        new = f"{app_label}.{self.new_name}".lower()
        for model in state.models.values():
            if any(isinstance(base, str) and base.lower() == old for base in model.bases):
                model.bases = tuple(
                    new if isinstance(base, str) and base.lower() == old else base
                    for base in model.bases
                )

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Rename the table, then let the rows say so. Also used backwards, the names exchanged."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        using = schema_editor.connection.alias
        model = to_state.apps.get_model(app_label, self.new_name)
        if not self.allow_migrate_model(using, model):
            return
        while parents := list(model._meta.parents):
            model = parents[0]
        if any(field.name == _LEAF for field in model._meta.fields):
            rows = model._base_manager.using(using)
            old, new = f"{app_label}.{self.old_name}", f"{app_label}.{self.new_name}"
            rows.filter(**{_LEAF: old}).update(**{_LEAF: new})
