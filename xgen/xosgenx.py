"""The command `xosgenx` of old scripts: its words are turned into those of `xgen`, no more.

What is printed and written is as it was. Exit codes are, too: 0, 1 for an error, 2 for wrong
usage, 255 when models fail a strict validation.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import nullcontext, redirect_stdout

from xgen import __version__, exit_codes
from xgen.legacy import MODES, PRINT, Legacy

_INVALID = 255


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Do what the words of xosgenx ask for; return the exit code that it would have given."""
    from xgen.cli import run as run_xgen

    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
        wrong = Legacy(asked.write_to_file, asked.dest_file, asked.dest_extension).mistake()
        if wrong is not None and asked.target and (asked.dest_file or asked.dest_extension):
            parser.error(wrong)
    except SystemExit as end:  # help, version, or wrong usage, which has been said
        return int(end.code or 0)
    if wrong is not None and asked.target:
        print(f"xosgenx: error: {wrong}", file=sys.stderr)  # noqa: T201  as a parser does
        return 1
    # With a place to write to and no word on how, nothing was ever printed or written.
    silent = asked.target and asked.output and not asked.write_to_file
    with redirect_stdout(io.StringIO()) if silent else nullcontext():
        code = run_xgen(translated(asked))
    if code == exit_codes.FINDINGS:
        return 1 if asked.checkers else 0
    if code == exit_codes.ERROR:
        return _INVALID if asked.strict_validation else 1
    return code


def translated(asked: argparse.Namespace) -> list[str]:
    """Return the words for `xgen`."""
    common = ["--strict"] if asked.strict_validation else []
    common += ["-v"] if asked.verbosity else []
    if asked.lint:
        return ["lint", *common, "--", *asked.files]
    if asked.checkers:
        return ["lint", "--checkers", asked.checkers, *common, "--", *asked.files]
    words = ["generate", "--quiet", "--target", _target(asked.target), *common]
    words += ["--write-to-file", asked.write_to_file or PRINT]
    single = {
        "--output": asked.output if asked.write_to_file else None,
        "--attic": asked.attic,
        "--kvpairs": asked.kvpairs,
        "--dest-file": asked.dest_file,
        "--dest-extension": asked.dest_extension,
    }
    words += [word for pair in single.items() if pair[1] is not None for word in pair]
    several = {"--include-models": asked.include_models, "--include-apps": asked.include_apps}
    words += [word for name, values in several.items() for v in values for word in (name, v)]
    return [*words, *(["--rev"] if asked.rev else []), "--", *asked.files]


def _target(name: str) -> str:
    """Return a target; a name without a folder means one that comes with the tool, if it does."""
    from xgen.resources import bundled

    if os.sep in name:
        return name
    own = os.path.join(bundled("targets"), name)
    return own if os.path.isfile(own) else name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xosgenx", description="The options of xosgenx, done by xgen."
    )
    add = parser.add_argument
    add("--rev", action="store_true", help="the models are plain protobuf")
    add("--output", metavar="DIR", help="destination folder")
    add("--attic", metavar="DIR", help="where templates find files to include")
    add("--kvpairs", metavar="K:V,K:V", help="what templates see as `context`")
    add("--write-to-file", choices=[mode for mode in MODES if mode != PRINT])
    add("--version", action="version", version=f"xosgenx, done by xgen {__version__}")
    add("-v", "--verbosity", action="count", default=0, help="say more")
    add("--include-models", action="append", default=[], metavar="MODEL")
    add("--include-apps", action="append", default=[], metavar="APP")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--dest-file", metavar="NAME", help="the file of mode single")
    where.add_argument("--dest-extension", metavar="EXT", help="that of the files of mode model")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--target", help="a template: a path, or the name of a bundled one")
    what.add_argument("--checkers", metavar="C,...", help="checkers, with commas between them")
    what.add_argument("--lint", action="store_true", help="only look at the models")
    add("--strict-validation", action="store_true", help="stop when a model is not valid")
    add("files", nargs="+", metavar="<input file>", help="models")
    return parser


if __name__ == "__main__":
    main()
