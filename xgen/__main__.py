"""Where ``xgen`` starts: the fast ways when nothing has changed, the command line otherwise."""

from __future__ import annotations

import gc
import io
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Short runs make little garbage: looking for it costs more than leaving it.
    gc.set_threshold(100_000, 20, 20)
    arguments = sys.argv[1:]
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        # A letter that a terminal does not know is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if _shortcut(arguments):
            return
        from xgen.cli import run

        code = run(arguments)
    except KeyboardInterrupt:  # while modules were loaded; later on the command line sees to it
        from xgen import exit_codes

        sys.stderr.write("interrupted\n")
        code = exit_codes.INTERRUPTED
    gc.freeze()  # the process ends: looking through all that it made would find nothing of use
    sys.exit(code)


def _shortcut(arguments: list[str]) -> bool:
    """Say what is known beforehand, if it is; a broken pipe, say, is the command line's affair."""
    if "--no-cache" in arguments or "--watch" in arguments:
        return False
    _compile_once()
    from xgen import canned

    if canned.is_fixed(arguments):
        text = canned.recall(arguments)
        stream = sys.stdout
    elif any(a == "generate" or a.startswith(("--target", "-t")) for a in arguments):
        from xgen import stamp

        text = stamp.recall(arguments)
        stream = sys.stderr
    else:
        return False
    if text is None:
        return False
    stream.write(text)
    return True


def _compile_once() -> None:
    """Keep compiled modules in our own cache folder where Python may not put them beside ours.

    Containers often set PYTHONDONTWRITEBYTECODE; a checkout would then be compiled in each run.
    """
    if not sys.dont_write_bytecode or sys.pycache_prefix is not None:
        return
    compiled = f"__pycache__/cli.{sys.implementation.cache_tag}.pyc"
    if os.path.exists(os.path.join(os.path.dirname(os.path.abspath(__file__)), compiled)):
        return
    from xgen import cache

    folder = cache.cache_dir()
    if folder is not None:
        sys.pycache_prefix = os.path.join(folder, "compiled")
        sys.dont_write_bytecode = False


if __name__ == "__main__":
    main()
