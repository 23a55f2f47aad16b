"""Text from a model as code: literals, comments and docstrings that hold exactly that text.

These are the only ways by which free text may enter a generated file. They are the filters
``literal``, ``yaml_literal``, ``comment`` and ``docstring`` of templates.
"""

from __future__ import annotations

import re
from functools import cache
from math import isfinite

from xgen.views.layout import WIDTH

_PLAIN_YAML = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\Z")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNSAFE_COMMENT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")


def literal(value: object) -> str:
    """Return Python source for a value, strings in the quotes that black prefers."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bytes):
        return "b" + _requoted(repr(value)[1:], value.count(b"'"), value.count(b'"'))
    if isinstance(value, list | tuple | dict):
        return _display(value)
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _display(value: list[object] | tuple[object, ...] | dict[object, object]) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join([f"{literal(k)}: {literal(v)}" for k, v in value.items()]) + "}"
    inner = ", ".join([literal(item) for item in value])
    if isinstance(value, list):
        return f"[{inner}]"
    return f"({inner},)" if len(value) == 1 else f"({inner})"


def _string(text: str) -> str:
    return _requoted(repr(text), text.count("'"), text.count('"'))


def _requoted(quoted: str, singles: int, doubles: int) -> str:
    """Turn what ``repr`` gave into double quotes, unless that takes more backslashes."""
    if quoted[0] == '"' or doubles > singles:
        return quoted
    body = quoted[1:-1]
    if singles or doubles:
        body = body.replace("\\'", "'").replace('"', '\\"')
    return f'"{body}"'


def yaml_literal(value: object) -> str:
    """Return a YAML scalar or flow collection for a value, on one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        if _PLAIN_YAML.match(value) and value.lower() not in _YAML_WORDS:
            return value
        return _yaml_string(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join([yaml_literal(item) for item in value]) + "]"
    if isinstance(value, dict):
        pairs = [f"{yaml_literal(k)}: {yaml_literal(v)}" for k, v in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return repr(value)


def _yaml_string(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    body = body.replace("\n", "\\n").replace("\t", "\\t")
    return f'"{body}"' if body.isprintable() else '"' + _unsafe_yaml().sub(_yaml_escape, body) + '"'


@cache
def _unsafe_yaml() -> re.Pattern[str]:
    """Return the pattern of what YAML does not print; compiled on demand, for it takes 5 ms."""
    return re.compile(
        "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    )


def _yaml_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}"


def comment(text: str, mark: str = "#") -> str:
    """Return every line of ``text`` behind a comment mark, characters that end lines escaped."""
    clean = _UNSAFE_COMMENT.sub(_python_escape, text.strip("\n"))
    return "\n".join([f"{mark} {line}".rstrip() for line in clean.split("\n")])


def _python_escape(found: re.Match[str]) -> str:
    return (
        found[0].encode("unicode_escape").decode("ascii")
        if found[0] < "\ud800"
        else ascii(found[0])[1:-1]
    )


def wrapped_comment(text: str, indent: int) -> str:
    """Return ``text``, one line, as a comment at ``indent``, wrapped at blanks where it is long."""
    clean = _UNSAFE_COMMENT.sub(_python_escape, text)
    mark = " " * indent + "# "
    room = WIDTH - len(mark)
    lines: list[str] = []
    while len(clean) > room:
        cut = clean.rfind(" ", 0, room + 1)
        if cut < 0:
            cut = clean.find(" ")
        if cut < 0:
            break
        lines.append(clean[:cut])
        clean = clean[cut + 1 :]
    return "\n".join([f"{mark}{line}".rstrip() for line in [*lines, clean]])


def docstring(text: str, indent: int = 0) -> str:
    """Return ``text`` as a docstring whose first line starts at ``indent``.

    The continuation lines are indented too; ``inspect.cleandoc`` of the value gives the text.
    """
    margin = " " * indent
    lines = [_docstring_line(line.rstrip()) for line in _dedented(text.strip().split("\n"))]
    if lines[0].startswith('"'):
        lines[0] = "\\" + lines[0]
    if len(lines) == 1 and lines[0].endswith('"'):
        lines[0] += " "
    body = "\n".join([lines[0], *[margin + line if line else "" for line in lines[1:]]])
    if len(lines) > 1:
        body += f"\n{margin}"
    return f'{margin}"""{body}"""'


def _dedented(lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return lines
    rest = [line.expandtabs() if line[:1].isspace() else line for line in lines[1:]]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return [lines[0], *[line[margin:] for line in rest]]


def _docstring_line(line: str) -> str:
    line = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return _UNSAFE_COMMENT.sub(_python_escape, line)


def indented(text: str, width: int = 4) -> str:
    """Return ``text`` with ``width`` blanks in front of every line but the first and empty ones."""
    margin = "\n" + " " * width
    return re.sub(r"\n(?=[^\n])", margin, text)
