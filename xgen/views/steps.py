"""What ``_generated/steps.py`` and the step scaffolds say: which fields a step works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, Modifier, Origin, StateKind
from xgen.views.fields import enum_of
from xgen.views.layout import (
    Named,
    call,
    class_header,
    function_header,
    import_from,
    mapping,
    opening,
    statement,
    tuple_of,
)
from xgen.views.memo import last
from xgen.views.pieces import each
from xgen.views.schema import RUNTIME_MODULES, Lookups, Table, is_many, schema
from xgen.views.text import literal, wrapped_comment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App, Member, Model

_BY_PLAYBOOK = ("ServiceInstance", "Tenant", "TenantWithContainer")
_TYPES = {
    FieldType.BOOL: "bool",
    FieldType.BYTES: "bytes",
    FieldType.DOUBLE: "float",
    FieldType.FLOAT: "float",
    FieldType.STRING: "str",
}
# A field of one of these names would hide the type from the annotations below it.
_TYPE_NAMES = frozenset(("Any", "bool", "bytes", "datetime", "dict", "float", "int", "list"))
_TYPE_NAMES |= {"core", "models", "platform", "str"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One value that a step gets."""

    name: str
    type: str
    source: str
    """The expression that reads it from the object ``o``."""
    text: str
    """What the model says about it, on one line."""
    path: str = ""
    """What to load together with the object, for a link."""

    @property
    def variable(self) -> str:
        """What a playbook calls it, where ``state`` says what the playbook is to do."""
        return "wanted_state" if self.name == "state" else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its generated base class and what its scaffold needs to know."""

    model: str
    name: str
    """The author's class, ``SyncColor``."""
    module: str
    title: str
    playbook: str
    """The playbook's file name, empty for a step in plain Python."""
    header: str
    inputs_class: str
    inputs: tuple[Input, ...]
    definition: str
    """The typed dictionary of inputs, as source."""
    select_related: str
    inputs_header: str
    inputs_value: str
    """The ``return`` statement that builds the dictionary."""
    model_import: str
    base_import: str
    scaffold_header: str
    sync_header: str
    delete_header: str
    variables_header: str
    test_header: str
    test_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """All steps of the package, and what their module imports."""

    imports: tuple[str, ...]
    steps: tuple[Step, ...]


@last
def steps(app: App) -> Steps:
    """Return the steps of the package, one for each concrete model that is to be synced."""
    tables = schema(app)
    wanted = [table for table in tables.concrete() if not table.model.no_sync]
    found = tuple(each("steps", tables, wanted, _step))
    return Steps(imports=_imports(app, found), steps=found)


def _imports(app: App, found: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the lines of the import section of the module of steps."""
    if not found:
        return ()
    types = " ".join(i.type for step in found for i in step.inputs)
    typing = "Any, TypedDict" if "Any" in types else "TypedDict"
    bases = sorted({"AnsibleStep" if step.playbook else "SyncStep" for step in found})
    return (
        *(["from datetime import datetime"] if "datetime" in types else []),
        f"from typing import {typing}",
        "",
        import_from("xgen.runtime", bases),
        *(
            f"from {module} import models as {module.rpartition('.')[2]}"
            for module in RUNTIME_MODULES.values()
            if f"{module.rpartition('.')[2]}." in types
        ),
        "",
        import_from(f"{app.name}._generated", ["models"]),
    )


def _step(table: Table, tables: Lookups) -> Step:
    name = table.class_name
    lines = (table.model, *tables.ancestors(table.model.ref))
    by_playbook = any(model.name in _BY_PLAYBOOK for model in lines)
    base = "AnsibleStep" if by_playbook else "SyncStep"
    inputs = tuple(_inputs(table, tables))
    paths = [literal(i.path) for i in inputs if i.path]
    return Step(
        model=name,
        name=f"Sync{name}",
        module=f"sync_{name.lower()}",
        title=" ".join(table.model.verbose_name.split()) or name,
        playbook=f"sync_{name.lower()}.yaml" if by_playbook else "",
        header=class_header(f"Sync{name}Base", [f"{base}[models.{name}]"]),
        inputs_class=f"{name}Inputs",
        inputs=inputs,
        definition=_definition(name, inputs),
        select_related=statement("select_related = ", tuple_of(paths), 4) if paths else "",
        inputs_header=function_header("inputs", ["self", f"o: models.{name}"], f"{name}Inputs", 4),
        inputs_value=statement(
            "return ", mapping(Named(f"{literal(i.name)}: ", i.source) for i in inputs), 8
        ),
        model_import=import_from(f"{tables.name}._generated.models", [name]),
        base_import=import_from(f"{tables.name}._generated.steps", [f"Sync{name}Base"]),
        scaffold_header=class_header(f"Sync{name}", [f"Sync{name}Base"]),
        sync_header=function_header("sync_record", ["self", f"o: {name}"], "None", 4),
        delete_header=function_header("delete_record", ["self", f"o: {name}"], "None", 4),
        test_header=function_header(f"test_{name.lower()}_comes_and_goes", [], "None", 0),
        test_with=opening(call("with harness", literal(tables.name)), " as service:", 4),
        variables_header=function_header(
            "variables", ["self", f"o: {name}"], "dict[str, object]", 4
        ),
    )


def _inputs(table: Table, tables: Lookups) -> Iterator[Input]:
    """Yield what a step needs: inherited values that matter, then the model's own."""
    seen: set[str] = set()
    chain = [table]
    while chain[0].parent is not None and (above := tables.table(chain[0].parent.ref)) is not None:
        chain.insert(0, above)
    for level in chain:
        for member in level.columns:
            if member.attribute in seen or not _matters(member, level, tables):
                continue
            seen.add(member.attribute)
            if isinstance(member, Field):
                yield _plain(member, tables)
            else:
                yield _linked(member, table.model, tables)


def _matters(member: Member, table: Table, tables: Lookups) -> bool:
    """Say whether a field describes the wanted state.

    Of bundled bases only the visible links and the name do.
    """
    if tables.is_everyones(member) or member.state is not StateKind.DECLARATIVE:
        return False
    if table.model.origin in (Origin.CORE, Origin.PLATFORM):
        visible = not member.options.flag("gui_hidden")
        return visible and (isinstance(member, Link) or member.attribute == "name")
    return True


def _plain(member: Field, tables: Lookups) -> Input:
    kind = _TYPES.get(member.type, "int")
    if member.type is FieldType.NAMED and enum_of(member, tables) is None:
        kind = "Any"
    if member.content is ContentType.DATE:
        kind = "datetime"
    optional = not member.required
    if member.type is FieldType.BOOL:
        optional = optional and member.has_default and member.default is None
    if member.modifier is Modifier.REPEATED:
        kind, optional = f"list[{kind}]", False
    source = f"o.{member.attribute}"
    if kind == "bytes":  # some databases give a memoryview
        source = (
            f"None if {source} is None else bytes({source})" if optional else f"bytes({source})"
        )
    return Input(
        name=str(member.attribute),
        type=f"{kind} | None" if optional and kind != "Any" else kind,
        source=source,
        text=_text(member),
    )


def _linked(link: Link, model: Model, tables: Lookups) -> Input:
    attribute = str(link.attribute)
    if is_many(link):
        return Input(
            name=attribute,
            type=f"list[{_type_of(link.peer, tables)}]",
            source=f"list(o.{attribute}.all())",
            text=_text(link),
        )
    source, path, peer = f"o.{attribute}", attribute, link.peer
    owner = model.owner_class
    if attribute == "owner" and owner is not None and tables.table(owner) is not None:
        steps_down = _down(owner, link.peer, tables)
        if steps_down:
            peer = owner
            source = ".".join([source, *steps_down])
            path = "__".join([path, *steps_down])
    kind = _type_of(peer, tables)
    return Input(
        name=attribute,
        type=kind if link.required else f"{kind} | None",
        source=source,
        text=_text(link),
        path=path,
    )


def _down(ref: str, ancestor: str, tables: Lookups) -> list[str]:
    """Return the accessors that lead from a row of ``ancestor`` to its row of the model ``ref``."""
    names: list[str] = []
    while ref != ancestor:
        table = tables.table(ref)
        if table is None or table.parent is None:
            return []
        names.insert(0, table.class_name.lower())
        ref = table.parent.ref
    return names


def _type_of(ref: str, tables: Lookups) -> str:
    """Return the class of a link's peer as the module of steps can name it."""
    label, _, name = tables.label(ref).rpartition(".")
    if label == tables.name:
        return f"models.{name}"
    if label in RUNTIME_MODULES:
        return f"{RUNTIME_MODULES[label].rpartition('.')[2]}.{name}"
    return "Any"


def _text(member: Member) -> str:
    return " ".join((member.help_text or member.doc).split())


def _definition(name: str, inputs: tuple[Input, ...]) -> str:
    """Return the class of inputs; as a call when a field's name would hide a type's."""
    doc = f'    """What a step knows about one {name}."""'
    if not _TYPE_NAMES.isdisjoint(i.name for i in inputs):
        lines = [f"# What a step knows about one {name}.", f"{name}Inputs = TypedDict("]
        lines += [f'    "{name}Inputs",', "    {"]
        for value in inputs:
            lines += [wrapped_comment(value.text, 8)] if value.text else []
            lines.append(f'        "{value.name}": {value.type},')
        return "\n".join([*lines, "    },", ")"])
    lines = [f"class {name}Inputs(TypedDict):", doc]
    for at, value in enumerate(inputs):
        if at == 0:
            lines.append("")
        lines += [wrapped_comment(value.text, 4)] if value.text else []
        lines.append(f"    {value.name}: {value.type}")
    return "\n".join(lines)
