"""Where grammars, targets and models that come with the tool are found."""

from __future__ import annotations

import os


def bundled(name: str) -> str:
    """Return the folder of the bundled resource package ``xgen.<name>``.

    Installed, it is a subpackage; in a bare checkout ``grammars`` and ``targets`` lie beside the
    package. Both are looked for as plain folders first, because asking the import system costs
    more than all else that ``xgen --help`` does.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    for folder in (os.path.join(package, name), os.path.join(os.path.dirname(package), name)):
        if os.path.isfile(os.path.join(folder, "__init__.py")):
            return folder
    import importlib.resources

    try:
        files = importlib.resources.files(f"xgen.{name}")
    except ModuleNotFoundError:
        raise FileNotFoundError(f"no bundled folder {name!r} beside {package}") from None
    return str(files)


def read_bundled(name: str, path: str) -> str:
    """Return the text of the file ``path`` in the bundled folder ``name``."""
    with open(os.path.join(bundled(name), path), encoding="utf-8") as file:
        return file.read()


def installed_targets() -> dict[str, str]:
    """Return target names and folders that other installed packages offer.

    A package offers a target with an entry point of the group ``xgen.targets``: its name is the
    target's, its value the Python package that holds ``NAME.xtarget``.
    """
    from importlib.metadata import entry_points

    found: dict[str, str] = {}
    for entry in entry_points(group="xgen.targets"):
        folder = _package_folder(entry.module)
        if folder is not None and entry.name not in found:
            found[entry.name] = folder
    return found


def _package_folder(package: str) -> str | None:
    """Return the folder of a Python package without running its code."""
    from importlib.util import find_spec

    top, _, rest = package.partition(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    for place in places:
        folder = os.path.join(place, *rest.split(".")) if rest else place
        if os.path.isdir(folder):
            return folder
    return None
