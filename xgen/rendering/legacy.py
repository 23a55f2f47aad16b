"""A template of xosgenx, rendered: a text or files, as the options of the run say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.compat import modes
from xgen.compat.environment import make_environment
from xgen.compat.recognise import splits
from xgen.diagnostics import Diagnostic, Report, Severity, softened
from xgen.legacy import MODEL, PRINT, SINGLE, TARGET
from xgen.rendering.environment import TargetLoader, bytecode, kind_for, knows_old_names
from xgen.rendering.failure import explain, line_span
from xgen.rendering.render import Rendering
from xgen.rendering.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    import jinja2

    from xgen.compat.environment import Names
    from xgen.fingerprint import Footprint
    from xgen.legacy import Legacy
    from xgen.rendered import RenderedFile
    from xgen.rendering.target import Target
    from xgen.source import Span

_SWALLOWED = re.compile(r"-[%}#]\}\s*\Z")
"""The end of a template of which a `-` takes the white space."""


def render_legacy(
    target: Target,
    legacy: Legacy,
    names: Callable[[], Names] | None,
    *,
    report: Report,
    footprint: Footprint,
) -> Rendering:
    """Render ``target``; findings go to ``report``."""
    loader = TargetLoader(target.roots, footprint)
    kind = kind_for(target)
    environment = make_environment(kind, loader=loader, bytecode_cache=bytecode(kind, "xosgenx"))
    knows_old_names(environment, names)
    result = Rendering()
    try:
        template = environment.get_template(target.template)
        assert names is not None  # noqa: S101  who asks for it has the models
        text = loader.texts[str(template.filename)]
        _Renderer(target, legacy, names(), report, result).run(template, text)
    except RecursionError as error:
        report.add(explain(error.with_traceback(None), loader, result.sources, None))
    except Exception as error:  # noqa: BLE001  whatever a template raises is the template's error
        report.add(explain(error, loader, result.sources, None))
    result.files = _verified(result, loader, report)
    return result


class _Renderer:
    """One rendering, in the mode that was asked for."""

    def __init__(
        self, target: Target, legacy: Legacy, names: Names, report: Report, result: Rendering
    ) -> None:
        self._target = target
        self._legacy = legacy
        self._names = names
        self._report = report
        self._result = result

    def run(self, template: jinja2.Template, text: str) -> None:
        """Fill the result."""
        mode = self._legacy.mode
        if mode in (PRINT, SINGLE, MODEL) and splits(text):
            self._report.add(_names_files(self._target))
        elif mode == MODEL:
            self._each_model(template)
        elif mode == TARGET or (mode is None and splits(text)):
            files = modes.files_of_text(template.render(), self._target, self._report)
            self._result.files = tuple(files)
        elif mode == SINGLE:
            file = modes.one_file(template.render(), self._legacy, self._target)
            self._result.files = (file,)
        else:
            # What xosgenx printed ended with a newline of its own, in place of the template's.
            ends = mode == PRINT or (text.endswith("\n") and not _SWALLOWED.search(text))
            self._result.text = template.render() + ("\n" if ends else "")

    def _each_model(self, template: jinja2.Template) -> None:
        found = []
        each = modes.files_of_models(template.render, self._names, self._legacy, self._target)
        for name, file in each:
            if file.text:
                found.append(file)
            else:
                self._report.add(_empty(name, self._target))
        self._result.files = tuple(found)


def as_asked(result: Rendering, target: Target, legacy: Legacy, report: Report) -> None:
    """Give the result of a target of ours the form that the options of xosgenx ask for.

    Old scripts take the text of a target from the output, or say what its file is called.
    """
    if legacy.mode == TARGET:
        return
    # A package's `__init__` only says that it is one.
    files = [file for file in result.files if not file.path.endswith("__init__.py")]
    text = result.text if result.text is not None else "".join(file.text for file in files[:1])
    if legacy.mode == MODEL or len(files) > 1:
        report.add(_names_files(target))
    elif legacy.mode == PRINT:
        result.files, result.text = (), text
    else:
        result.files, result.text = (modes.one_file(text, legacy, target),), None


def _names_files(target: Target) -> Diagnostic:
    return Diagnostic(
        code="wrong-mode",
        message=f"target `{target.name}` chooses the names of the files that it generates",
        path=target.path,
        help="use --write-to-file target",
    )


def _empty(name: str, target: Target) -> Diagnostic:
    return Diagnostic(
        code="empty-output",
        message=f"Not saving model {name} as it is empty",
        path=target.path,
        severity=Severity.NOTE,
    )


def _verified(result: Rendering, loader: TargetLoader, report: Report) -> tuple[RenderedFile, ...]:
    """Look at the files as at those of other targets; but what they hold is only warned about."""
    found = Report()

    def place(file: RenderedFile) -> Span:
        return line_span(file.template, file.line, loader, result.sources)

    files = tuple(verify(result.files, found, place))
    for finding in found:
        report.add(softened(finding) if finding.code == "bad-output" else finding)
    return files
