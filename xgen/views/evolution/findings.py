"""What there is to say about migrations and about the rows that they meet, one maker each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from xgen.source import Span
    from xgen.views.evolution.reading import UnreadableError


def unreadable(path: str, error: UnreadableError) -> Diagnostic:
    """Return the finding about a migration file that cannot be understood."""
    where = f", line {error.line}" if error.line else ""
    return Diagnostic(
        code="unreadable-migration",
        message=f"the migration cannot be read{where}: {error}",
        path=path,
        help="mend it, then run again: the next migration starts from what this one leads to",
    )


def clash(folder: str, leaves: list[str], label: str, number: int) -> Diagnostic:
    """Return the finding about two branches that both added migrations."""
    needs = ", ".join(f'("{label}", "{name}")' for name in leaves)
    delete = (
        "if no database has one of them yet, delete that file and run again: "
        "what it did is then done after the other"
    )
    merge = (
        f"otherwise write `{number:04}_merge.py` with `dependencies = [{needs}]` and "
        "`operations = []`, then run again"
    )
    return Diagnostic(
        code="clashing-migrations",
        message=f"two branches met: {_listed([f'{name}.py' for name in leaves])} both come last",
        path=folder,
        notes=(delete, merge),
        help="migrations of one package follow each other; say which comes first",
    )


def circle(folder: str, names: list[str]) -> Diagnostic:
    """Return the finding about migrations that wait for each other."""
    return Diagnostic(
        code="clashing-migrations",
        message=f"{_listed([f'{name}.py' for name in names])} depend on each other",
        path=folder,
        help="mend their `dependencies`",
    )


def doubt(path: str, what: str) -> Diagnostic:
    """Return the finding about an operation whose effect on the tables is not known."""
    return Diagnostic(
        code="unknown-operation",
        severity=Severity.WARNING,
        message=f"what `{what}` does to the tables is not known, so it is taken to do nothing",
        path=path,
        help="if it changes them, say how: "
        "SeparateDatabaseAndState(database_operations=[...], state_operations=[...])",
    )


def lost_model(name: str, path: str, guess: str | None) -> Diagnostic:
    """Return the finding about a model that is gone."""
    renamed = (
        f'if it is now `{guess}`, say so there: option renamed_from = "{name}"; '
        if guess
        else (f'if it was renamed, say so in the new one: option renamed_from = "{name}"; ')
    )
    return Diagnostic(
        code="data-loss",
        message=f"`{name}` is no longer among the models, and all its rows would be lost",
        path=path,
        help=f"{renamed}if they may go, add --allow-data-loss {name}",
    )


def model_renamed(old: str, new: str, span: Span) -> Diagnostic:
    """Return the finding about a model that only its fields tell to be one under another name."""
    return Diagnostic(
        code="model-renamed",
        severity=Severity.WARNING,
        message=f"`{new}` has the fields of `{old}`, which is gone, and gets its rows",
        span=span,
        help=f'if it is `{old}`, nothing is to be done (or say so: option renamed_from = "{old}"); '
        'if it is another model, say that: option renamed_from = ""',
    )


def lost_field(name: str, span: Span | None, number: str | None, taken: str | None) -> Diagnostic:
    """Return the finding about a field that is gone."""
    known = f" (number {number})" if number else ""
    notes = (
        (f"its number {number} is now that of `{taken}`, which gets other values",) if taken else ()
    )
    renamed = f"if it was renamed, keep its number {number}; " if number and not taken else ""
    return Diagnostic(
        code="data-loss",
        message=f"`{name}`{known} is no longer in the models, and its values would be lost",
        span=span,
        notes=notes,
        help=f"{renamed}if they may go, add --allow-data-loss {name}",
    )


def lost_values(name: str, why: str, span: Span | None) -> Diagnostic:
    """Return the finding about a field whose values do not survive its new type."""
    return Diagnostic(
        code="data-loss",
        message=f"the values of `{name}` would be lost: {why}",
        span=span,
        help="give the new kind of field a number and a name of its own and copy what is wanted; "
        f"if the values may go, add --allow-data-loss {name}",
    )


def base_changed(name: str, old: str | None, new: str | None, span: Span) -> Diagnostic:
    """Return the finding about a model whose rows would have to move to another table."""
    return Diagnostic(
        code="base-changed",
        message=f"`{name}` {_extends(old, 'had', 'extended')} "
        f"and now {_extends(new, 'has', 'extends')}: "
        "its rows cannot be moved automatically, because their keys change",
        span=span,
        help="keep the old base; or give the model another name, so that both tables exist, move the "
        "rows in a migration of your own, and then take the old model out",
    )


def _extends(label: str | None, has: str, extends: str) -> str:
    return f"{has} a table of its own" if label is None else f"{extends} `{label}`"


def may_fail(name: str, why: str, span: Span | None) -> Diagnostic:
    """Return the finding about rows at which the migration can stop."""
    return Diagnostic(
        code="migration-may-stop",
        severity=Severity.WARNING,
        message=f"`{name}`: {why}",
        span=span,
        help="nothing is lost when it stops; mend the rows and migrate again, or fill them in with a "
        "RunPython in the new file, which is yours",
    )


def filled(name: str, value: str, span: Span | None) -> Diagnostic:
    """Return the finding about what existing rows get."""
    return Diagnostic(
        code="rows-filled",
        severity=Severity.NOTE,
        message=f"rows that exist get {value} in `{name}`, which is required and has no default",
        span=span,
        help="change it in the new migration, or give the field a `default`, or make it `optional`",
    )


def taken_over(name: str, other: str, number: object, span: Span | None) -> Diagnostic:
    """Return the finding about a field that has the number of one whose name still exists."""
    return Diagnostic(
        code="number-moved",
        severity=Severity.WARNING,
        message=f"`{name}` has the number {number} that `{other}` had, and gets its values",
        span=span,
        help="a field is its number; give it a new one if that is not what you mean",
    )


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
