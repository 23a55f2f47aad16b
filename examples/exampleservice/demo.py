"""Show the whole way: model, generated package, database, web pages.

Every step is a command that a user could type; it is printed before it runs. The pages stay
served on 127.0.0.1 until ``python demo.py stop``.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
"""The example: the model, its generated package and what its author wrote."""


def command(*words: str, cwd: Path) -> None:
    """Print a command, run it with this Python's programs first on PATH, stop if it fails."""
    print(f"\n$ {shlex.join(words)}", flush=True)
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((scripts, os.environ.get("PATH", ""))),
        "PYTHONPATH": str(HERE),
    }
    done = subprocess.run(words, cwd=cwd, env=environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def free_port(preferred: int) -> int:
    """Return ``preferred`` if nothing listens there, else any free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(folder: Path) -> None:
    """Stop the web server that an earlier demo left running in ``folder``."""
    pid_file = folder / "web.pid"
    if pid_file.exists():
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
        pid_file.unlink()


def serve(folder: Path) -> str:
    """Start a web server over the published pages and return its address once it answers."""
    port = free_port(8000)
    with (folder / "web.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
            cwd=folder / "www",
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (folder / "web.pid").write_text(str(server.pid))
    address = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            urlopen(address).close()
        except URLError:
            time.sleep(0.05)
        else:
            return address
    sys.exit(f"the web server did not answer; see {folder / 'web.log'}")


def main() -> None:
    """Generate, migrate, apply, run once, show the state and serve the pages."""
    folder = Path(os.environ.get("XGEN_DEMO", HERE / "demo")).absolute()
    stop(folder)
    if sys.argv[1:] == ["stop"]:
        return
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "images", folder / "www" / "images")

    service = ("python", "-m", "exampleservice")
    command("xgen", "--target", "synchronizer.xtarget", "exampleservice.xproto", cwd=HERE)
    command(*service, "migrate", cwd=folder)
    command(*service, "apply", "-f", str(HERE / "objects.yaml"), cwd=folder)
    command(*service, "run", "--once", cwd=folder)
    command(*service, "status", cwd=folder)
    command(*service, "get", "ExampleServiceInstance", cwd=folder)

    address = serve(folder)
    print("\nThe pages, until `make demo-stop`:")
    for page in sorted((folder / "www").glob("*.html")):
        print(f"  {address}{page.name}")


if __name__ == "__main__":
    main()
