"""Run a target over an app and collect what it places."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xgen import cache
from xgen.dataclass import dataclass, field
from xgen.diagnostics import Diagnostic
from xgen.fingerprint import Footprint
from xgen.history import History
from xgen.rendering.environment import TargetLoader, knows_old_names, make_environment
from xgen.rendering.failure import explain, line_span
from xgen.rendering.verify import Passed, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import jinja2

    from xgen.compat.environment import Names
    from xgen.diagnostics import Report
    from xgen.ir.app import App
    from xgen.legacy import Input
    from xgen.rendered import RenderedFile
    from xgen.rendering.target import Target
    from xgen.source import Source, Span


@dataclass(slots=True)
class Rendering:
    """What a target gave: files, or, when it has no file tag, one text."""

    files: tuple[RenderedFile, ...] = ()
    text: str | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    """The templates that findings point into."""


@dataclass(frozen=True, slots=True)
class TargetView:
    """What a template sees as ``target``. ``history`` are files of earlier runs that stay."""

    name: str
    options: Mapping[str, object]
    history: History
    _report: Report

    def report(self, findings: Iterable[Diagnostic]) -> str:
        """Add findings about the models to those of the run; to the text this adds nothing."""
        self._report.extend(findings)
        return ""


def render(
    app: App,
    target: Target,
    *,
    report: Report,
    options: Mapping[str, object] | None = None,
    history: History | None = None,
    footprint: Footprint | None = None,
    progress: Callable[[str], None] | None = None,
    old: Input | None = None,
) -> Rendering:
    """Render ``target`` for ``app`` and look at the result; findings go to ``report``.

    ``old`` is what templates of xosgenx see in place of ``app``.
    """
    footprint = footprint or Footprint()
    names = None if old is None else _once(old, footprint)
    if target.legacy and old is not None:
        from xgen.rendering.legacy import render_legacy

        return render_legacy(target, old.options, names, report=report, footprint=footprint)
    view = TargetView(target.name, options or {}, history or History(), report)
    files: list[RenderedFile] = []

    def collect(file: RenderedFile) -> None:
        files.append(file)
        if progress is not None:
            progress(file.path)

    environment = make_environment(target, footprint, collect)
    knows_old_names(environment, names)
    loader = environment.loader
    assert isinstance(loader, TargetLoader)  # noqa: S101  for the type checker
    result = Rendering()
    try:
        template = environment.get_template(target.template)
        text = template.render(app=app, target=view)
    except RecursionError as error:
        report.add(explain(error.with_traceback(None), loader, result.sources, None))
        return result
    except Exception as error:  # noqa: BLE001  whatever a template raises is the template's error
        open_file = getattr(environment, "open_file", None)
        report.add(explain(error, loader, result.sources, open_file))
        return result
    if not files and not _places_files(environment, loader):
        result.text = text
    else:
        if text.strip():
            report.add(_text_outside(text, target))
        passed = None if cache.cache_dir() is None else Passed(target.path, app.name)
        place = partial(_file_tag, loader, result.sources)
        result.files = tuple(verify(files, report, place, passed))
        if passed is not None:
            passed.keep()
    if old is not None and old.options.mode is not None:
        from xgen.rendering.legacy import as_asked

        as_asked(result, target, old.options, report)
    return result


def _once(old: Input, footprint: Footprint) -> Callable[[], Names]:
    """Return what makes the old names' meanings, the first time it is called."""

    @lru_cache(1)
    def names() -> Names:
        from xgen.compat.environment import Names

        return Names(old, footprint)

    return names


def _file_tag(loader: TargetLoader, sources: dict[str, Source], file: RenderedFile) -> Span:
    return line_span(file.template, file.line, loader, sources)


def _places_files(environment: jinja2.Environment, loader: TargetLoader) -> bool:
    """Say whether the target has a file tag at all: with no models it may have placed nothing."""
    for text in loader.texts.values():
        before = ""
        for _, kind, value in environment.lex(text):
            if before == "block_begin" and value == "file":
                return True
            before = before if kind == "whitespace" else kind
    return False


def _text_outside(text: str, target: Target) -> Diagnostic:
    first = next(line.strip() for line in text.splitlines() if line.strip())
    return Diagnostic(
        code="text-outside-file",
        message=f"target `{target.name}` has text outside its file blocks: {first[:60]!r}",
        path=target.path,
        help="put it between {% file ... %} and {% endfile %}, or into a comment",
    )
