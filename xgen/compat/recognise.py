"""Is a template one of xosgenx, or one of ours?

Its text says so. The names that only xosgenx had (`proto`, the functions `xproto_...`, and so on), or a
line that starts with `+++`, make it an old one; the file tag, `app` or `target` make it a new one.
Where both are used, it counts as new and has the old names besides. Names are looked for
where Jinja2 evaluates something, not in text, not behind a dot, not in strings.
"""

from __future__ import annotations

import re

from xgen.legacy import is_known

_CODE = re.compile(r"\{#[\s\S]*?#\}|\{\{([\s\S]*?)\}\}|\{%([\s\S]*?)%\}")
_STRING = re.compile(r"'(?:[^'\\]|\\[\s\S])*'|\"(?:[^\"\\]|\\[\s\S])*\"")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_SPLIT = re.compile(r"^\+\+\+", re.MULTILINE)
_NEW = frozenset(("app", "target"))
_BOUND = re.compile(r"-?\+?\s*(?:set|for|macro)\s+([\w\s,]+?)\s*(?:=|\bin\b|\()")


def is_legacy(text: str) -> bool:
    """Say whether a template is to be rendered as xosgenx did."""
    old = new = False
    bound: set[str] = set()
    for found in _CODE.finditer(text):
        code = found[1] or found[2]
        if not code:
            continue
        code = _STRING.sub("''", code)
        if found[2] and code.lstrip("-+ \n\t").startswith("file "):
            return False
        if found[2] and (assigned := _BOUND.match(code)) is not None:
            bound.update(_NAME.findall(assigned[1]))
        names = set(_NAME.findall(code)) - bound
        old = old or any(map(is_known, names))
        new = new or not _NEW.isdisjoint(names)
    return not new and (old or splits(text))


def splits(text: str) -> bool:
    """Say whether a template names the files that it gives."""
    return _SPLIT.search(text) is not None
