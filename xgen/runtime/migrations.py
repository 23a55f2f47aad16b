"""What generated migrations need besides Django's own operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.ddl_references import Statement
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


class RenameKey(operations.RenameField):
    """Rename the link to the parent's row, which is the key of a table that extends another.

    Where other tables refer to it, SQLite would lose them on Django's own way: making the table
    anew. Both databases rename a column together with what refers to it when they are just told.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Give the column its new name."""
        self._rename(app_label, schema_editor, from_state, to_state, (self.old_name, self.new_name))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Give the column its old name again."""
        self._rename(app_label, schema_editor, from_state, to_state, (self.new_name, self.old_name))

    def _rename(
        self,
        app_label: str,
        editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
        names: tuple[str, str],
    ) -> None:
        before = from_state.apps.get_model(app_label, self.model_name)
        after = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(editor.connection.alias, after):
            return
        table = after._meta.db_table
        old = before._meta.get_field(names[0]).column
        new = after._meta.get_field(names[1]).column
        quote = editor.quote_name
        editor.execute(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
        for statement in editor.deferred_sql:
            if isinstance(statement, Statement):
                statement.rename_column_references(table, old, new)
