"""Jinja2, set up for targets: strict, unescaped, with our tag, filters, views and caches."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.loaders import split_template_path
from jinja2.utils import missing

from xgen import cache, legacy, views
from xgen.diagnostics import did_you_mean
from xgen.fingerprint import digest, file_digest
from xgen.rendering import file_tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.compat.environment import Names
    from xgen.fingerprint import Footprint
    from xgen.rendered import RenderedFile
    from xgen.rendering.target import Target


class TargetLoader(jinja2.BaseLoader):
    """Looks a template up in several folders, first hit wins, and notes what it read and missed.

    So a folder of one's own may hold a single fragment and inherit all others.
    """

    def __init__(self, roots: tuple[str, ...], footprint: Footprint) -> None:
        self._roots = roots
        self._footprint = footprint
        self.texts: dict[str, str] = {}
        """The text of every template read, by file name: messages show lines of it."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return text, file name and an up-to-date check, as Jinja2 wants them."""
        del environment
        pieces = split_template_path(template)
        for root in self._roots:
            path = os.path.join(root, *pieces)
            try:
                with open(path, "rb") as file:
                    content = file.read()
            except OSError:
                self._footprint.saw(path)
                continue
            self._footprint.saw(path, digest(content))
            try:
                text = content.decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                message = f"the template is not UTF-8 (byte {error.start})"
                raise jinja2.TemplateSyntaxError(message, 1, template, path) from None
            self.texts[path] = text
            return text, path, lambda: True
        raise jinja2.TemplateNotFound(template)


class _Undefined(jinja2.StrictUndefined):
    """Fails on any use, and says which name was probably meant."""

    @property
    def _undefined_message(self) -> str:
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint or owner is jinja2.utils.missing or not isinstance(name, str):
            return super()._undefined_message
        message = f"{type(owner).__name__} has no attribute `{name}`"
        known = list(owner) if isinstance(owner, dict) else dir(owner)
        guess = did_you_mean(name, (n for n in known if isinstance(n, str) and n[:1] != "_"))
        return f"{message}; {guess}" if guess else message


class _Proto:
    """The view ``proto(app)``, and in one what templates of xosgenx see under that name."""

    def __init__(self, view: Callable[..., object], names: Callable[[], Names]) -> None:
        self._view = view
        self._names = names

    def __call__(self, *arguments: object, **options: object) -> object:
        return self._view(*arguments, **options)

    def __getattr__(self, name: str) -> object:
        return getattr(self._names().get("proto"), name)


class _Context(jinja2.runtime.Context):
    """Knows the names of xosgenx's templates, too; what they mean is imported when one is used."""

    def resolve_or_missing(self, key: str) -> Any:
        value = super().resolve_or_missing(key)
        environment: Any = self.environment
        if not legacy.is_known(key) or environment.old_names is None:
            return value
        if value is missing:
            return environment.old_names().get(key)
        return (
            _Proto(views.GLOBALS["proto"], environment.old_names)
            if value is views.GLOBALS["proto"]
            else value
        )


class _Bytecode(jinja2.BytecodeCache):
    """Compiled templates in our cache folder. Jinja2 compares the hash of the text itself."""

    def __init__(self, flavour: str) -> None:
        self._flavour = flavour

    def load_bytecode(self, bucket: Any) -> None:
        content = cache.load("templates", self._flavour + bucket.key + bucket.checksum)
        if content is not None:
            bucket.load_bytecode(BytesIO(content))

    def dump_bytecode(self, bucket: Any) -> None:
        content = bucket.bytecode_to_string()
        cache.store("templates", self._flavour + bucket.key + bucket.checksum, content)


def kind_for(target: Target) -> type[jinja2.Environment]:
    """Return the class of a target's environment."""
    if target.sandboxed:
        from jinja2.sandbox import SandboxedEnvironment

        return SandboxedEnvironment
    return jinja2.Environment


def bytecode(kind: type[jinja2.Environment], flavour: str) -> jinja2.BytecodeCache | None:
    """Return where compiled templates are kept; ``flavour`` tells differing environments apart."""
    return (
        _Bytecode(f"{jinja2.__version__}:{flavour}:{kind.__name__}:") if cache.cache_dir() else None
    )


def knows_old_names(environment: Any, names: Callable[[], Names] | None) -> None:
    """Let templates see what those of xosgenx see; ``names`` is called when one does."""
    environment.context_class = _Context
    environment.old_names = names


def make_environment(
    target: Target, footprint: Footprint, sink: Callable[[RenderedFile], None]
) -> jinja2.Environment:
    """Return the environment for one rendering of ``target``; its files go to ``sink``."""
    kind = kind_for(target)
    environment: Any = kind(
        loader=TargetLoader(target.roots, footprint),
        undefined=_Undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        extensions=[file_tag.FileTag],
        # Compiled templates name the tag's class, wherever it lives.
        bytecode_cache=bytecode(
            kind, f"{file_tag.FileTag.identifier}:{file_digest(file_tag.__file__)}"
        ),
        auto_reload=False,
    )
    environment.sink = sink
    environment.open_file = None
    environment.target_name = target.name
    environment.filters.update({name: _defined(f) for name, f in views.FILTERS.items()})
    environment.globals.update(views.GLOBALS)
    return environment  # type: ignore[no-any-return]


def _defined(filter_: Callable[..., object]) -> Callable[..., object]:
    """Let an undefined value fail with its name; a literal of it would be wrong code."""

    def guarded(value: object, *arguments: object, **options: object) -> object:
        if isinstance(value, jinja2.Undefined):
            str(value)
        return filter_(value, *arguments, **options)

    return guarded
