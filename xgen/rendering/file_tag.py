"""The tag ``{% file "path", owner="scaffold" %} ... {% endfile %}``: one block, one output file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.exceptions import TemplateRuntimeError
from jinja2.ext import Extension

from xgen.rendered import Owner, RenderedFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.parser import Parser

_ARGUMENTS = ("owner", "executable", "instead")


class FileTag(Extension):
    """Collects the rendered blocks in ``environment.sink``; in the text they leave nothing."""

    tags = {"file"}  # noqa: RUF012  declared by Jinja2

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the path, the named arguments and the block."""
        line = next(parser.stream).lineno
        path = parser.parse_expression()
        arguments = []
        while parser.stream.skip_if("comma"):
            name = parser.stream.expect("name")
            if name.value not in _ARGUMENTS:
                known = ", ".join(_ARGUMENTS)
                parser.fail(f"unknown argument {name.value!r} of the file tag ({known})", line)
            parser.stream.expect("assign")
            arguments.append(nodes.Keyword(name.value, parser.parse_expression(), lineno=line))
        body = parser.parse_statements(("name:endfile",), drop_needle=True)
        place: list[nodes.Expr] = [path, nodes.Const(parser.filename), nodes.Const(line)]
        call = self.call_method("_emit", place, arguments, lineno=line)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _emit(
        self,
        path: object,
        template: str,
        line: int,
        *,
        caller: Callable[[], str],
        owner: object = "machine",
        executable: object = False,
        instead: object = None,
    ) -> str:
        environment: Any = self.environment
        if environment.open_file is not None:
            raise TemplateRuntimeError(
                f"file blocks do not nest: {environment.open_file!r} is still open"
            )
        if not isinstance(path, str):
            raise TemplateRuntimeError(f"a file's path is text, not {type(path).__name__}")
        try:
            kind = Owner(owner)
        except ValueError:
            known = ", ".join(o.value for o in Owner)
            raise TemplateRuntimeError(f"unknown owner {owner!r} ({known})") from None
        environment.open_file = path
        text = str(caller())
        environment.open_file = None
        environment.sink(
            RenderedFile(
                path=str(path),
                text=text,
                owner=kind,
                executable=bool(executable),
                instead=None if instead is None else str(instead),
                target=environment.target_name,
                template=template,
                line=line,
            )
        )
        return ""
