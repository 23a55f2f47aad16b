"""The linker's passes, in the order in which they run."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Severity
from xgen.ir.app import App, Rpc, RpcService
from xgen.ir.types import Origin
from xgen.linker import findings
from xgen.linker.accessors import check_accessors
from xgen.linker.context import Context
from xgen.linker.imports import Unit, application, collect, file_option, file_option_text
from xgen.linker.inherit import CORE_BASE, check_redefined, cut_cycles, resolve_bases
from xgen.linker.library import Library
from xgen.linker.models import ModelLowering, name_classes
from xgen.linker.naming import module_name
from xgen.linker.options import message_options, statement_options
from xgen.linker.owners import with_owners
from xgen.linker.policies import Policies
from xgen.linker.resolve import Resolver
from xgen.linker.symbols import Tier, extend, gather
from xgen.models import CORE, PLATFORM, parsed
from xgen.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xgen.diagnostics import Report
    from xgen.ir.app import Enumeration
    from xgen.ir.names import ModuleName
    from xgen.ir.options import Option, Options
    from xgen.linker.symbols import Declared

_BUNDLED = {Origin.CORE: ("xgen_core", CORE), Origin.PLATFORM: ("xgen_platform", PLATFORM)}


def link(
    files: Sequence[tree.File],
    load: Callable[[str, str], tree.File | None],
    report: Report,
    *,
    strict: bool,
    name: str | None = None,
    bundled: Callable[[str], tree.File] = parsed,
) -> App:
    """Return what the files mean together.

    ``load`` returns an imported file's tree from its path as written and the path of the file
    that imports it. With ``strict`` the ancestor's silent mistakes are errors, else warnings.
    ``bundled`` returns the tree of a bundled file.
    """
    context = Context(report, strict)
    app_name = _app_name(files, name, context)
    units = collect(files, app_name, load, context)
    resolver = _resolver(units, bundled, context)
    own = resolver.tier(Origin.INPUT) or Tier()
    _merge_extends(own, resolver, context)
    _merge_imported_extends(resolver, context)

    messages = list(own.messages.values())
    name_classes(messages, context)
    for declared in messages:
        resolve_bases(declared, resolver, context)
    library = Library(resolver, context)
    library.reach(base for declared in messages for _, base in declared.bases)
    cut_cycles(messages, context)

    policies = Policies(resolver, context)
    for policy in own.policies.values():
        policies.use(policy)
    lower = ModelLowering(resolver, policies, context)
    models = tuple(lower.model(declared) for declared in messages)
    library.reach_links(models)
    library.reach(policies.domains)
    core_base = resolver.tier(Origin.CORE)
    if core_base is not None and CORE_BASE in core_base.messages:
        library.reach([core_base.messages[CORE_BASE]])
    reached = library.in_order()

    app = App(
        name=app_name,
        title=_title(files, app_name),
        sources=tuple(file.path for file in files),
        models=models,
        library=tuple(lower.model(declared) for declared in reached),
        enums=_enums(resolver, lower),
        policies=policies.done(own.policies),
        services=_services(own),
        options=_final_options(files, context),
        doc="\n\n".join(said for file in files if (said := file.comments.introduction)),
        written={declared.ref: _hash(declared) for declared in messages if not declared.extended},
    )
    declared_by_ref = {declared.ref: declared for declared in (*messages, *reached)}
    app = with_owners(app, declared_by_ref, resolver, context)
    check_redefined(app, context)
    check_accessors(app, declared_by_ref, resolver, context)
    return app


def _hash(declared: Declared) -> bytes:
    """Return the hash of a message as it is written."""
    span = declared.node.span
    text = declared.unit.file.comments.text[span.start : span.end]
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _app_name(files: Sequence[tree.File], name: str | None, context: Context) -> ModuleName:
    """Return the package: as asked for, else as the first file says."""
    text = name or (application(files[0]) if files else "service")
    module = module_name(text)
    if module.endswith("_service") and not text.lower().endswith("service"):
        value = next((v for n in ("name", "app_label") if (v := file_option(files[0], n))), None)
        context.add(
            Diagnostic(
                code="renamed-app",
                message=f"application `{text}` becomes the package `{module}`",
                span=None if value is None else value.span,
                path=files[0].path,
                severity=Severity.WARNING,
                notes=("a package of that name would hide one of Python, Django or a tool",),
                help=f'write `option name = "{module}";` to silence this',
            )
        )
    return module


def _resolver(units: list[Unit], bundled: Callable[[str], tree.File], context: Context) -> Resolver:
    """Return a resolver over the input and its imports; bundled files are gathered on demand.

    A bundled file that is itself the input, or imported, is not loaded a second time.
    """
    tiers = {
        origin: gather((u for u in units if u.origin is origin), context)
        for origin in {Origin.INPUT, *(u.origin for u in units)}
    }
    present = {unit.app for unit in units}

    def load(origin: Origin) -> Tier | None:
        if origin not in _BUNDLED or _BUNDLED[origin][0] in present:
            return None
        label, file_name = _BUNDLED[origin]
        return gather([Unit(bundled(file_name), origin, module_name(label))], context)

    return Resolver(tiers, load, context)


def _merge_extends(own: Tier, resolver: Resolver, context: Context) -> None:
    """Merge each ``extend`` of the input into the message it names."""
    for node, package, _ in list(own.extends):
        found = resolver.find("messages", node.target, package, None, Origin.INPUT)
        if found is not None and found.origin is Origin.INPUT:
            extend(found, node, own, context)
        elif found is not None:
            where = f"it is defined in {found.unit.file.path}"
            context.add(findings.extend_outside(node.target, where))
        else:
            context.add(findings.extend_unknown(node.target, resolver.names(Origin.INPUT)))


def _merge_imported_extends(resolver: Resolver, context: Context) -> None:
    """Report an ``extend`` inside an imported file of what that file does not define."""
    tier = resolver.tier(Origin.IMPORTED)
    for node, package, _ in list(tier.extends) if tier is not None else ():
        found = resolver.find("messages", node.target, package, None, Origin.IMPORTED)
        if tier is not None and found is not None and found.origin is Origin.IMPORTED:
            extend(found, node, tier, context)
        else:
            context.add(findings.extend_outside(node.target, "no imported file defines it"))


def _title(files: Sequence[tree.File], app_name: ModuleName) -> str:
    """Return the name of the service for people."""
    if not files:
        return app_name
    return file_option_text(files[0], "verbose_name") or application(files[0])


def _enums(resolver: Resolver, lower: ModelLowering) -> tuple[Enumeration, ...]:
    """Return the enums of the input and of imported files."""
    tiers = (resolver.tier(origin) for origin in (Origin.INPUT, Origin.IMPORTED))
    return tuple(
        lower.enumeration(declared)
        for tier in tiers
        if tier is not None
        for declared in tier.enums.values()
    )


def _services(own: Tier) -> tuple[RpcService, ...]:
    return tuple(
        RpcService(
            name=node.name.text,
            rpcs=tuple(
                Rpc(name=r.name.text, request=r.request.text, response=r.response.text)
                for r in node.rpcs
            ),
            doc=node.doc,
        )
        for node in own.services
    )


def _final_options(files: Sequence[tree.File], context: Context) -> Options:
    """Return the file options of the whole input; of several files the last one counts."""
    merged: dict[str, Option] = {}
    for file in files:
        statements = (s for s in file.statements if isinstance(s, tree.OptionStatement))
        merged.update(statement_options(statements, context))
    return message_options(merged, ())
