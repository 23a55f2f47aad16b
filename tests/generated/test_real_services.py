"""Packages generated from the models of real services: installed, migrated, started.

A file that names models of files that are not there cannot become a package; those are listed
with the first thing that is missing, so that no other error hides among them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.real import needs_real_models, real_models

if TYPE_CHECKING:
    from pathlib import Path

INCOMPLETE = {
    "charge": "link peer `Account` is not defined",
    "dashboardview": "link peer `Controller` is not defined",
    "reservedresource": "link peer `ServiceResource` is not defined",
    "serviceresource": "link peer `ServiceClass` is not defined",
    "tenantprivilege": "link peer `TenantRole` is not defined",
    "tenantrootprivilege": "link peer `TenantRootRole` is not defined",
    "vrouterport": "link peer `VRouterDevice` is not defined",
    "loadablemodule": "link peer `XOS` is not defined",
    "xoscomponentlink": "link peer `XOSComponent` is not defined",
    "xosvolume": "link peer `XOS` is not defined",
    "cord-4.0__xos_core_models_core": "number 16 is already that of `policy_status`",
}
"""By the end of the file's name."""


def run(*words: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path or "")}
    return subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@needs_real_models
@pytest.mark.parametrize("model", real_models(), ids=lambda path: path.stem)
def test_a_real_model_becomes_a_package_that_runs(model: Path, tmp_path: Path) -> None:
    generated = run(
        sys.executable, "-m", "xgen", "--target", "synchronizer.xtarget", str(model), cwd=tmp_path
    )
    missing = next((what for end, what in INCOMPLETE.items() if model.stem.endswith(end)), None)
    if missing is not None:
        assert generated.returncode == 3
        assert missing in generated.stderr
        assert list(tmp_path.iterdir()) == []
        return
    assert generated.returncode == 0, generated.stderr

    (package,) = {path.parent.name for path in tmp_path.glob("*/_generated")}
    site = tmp_path / "site"
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-compile")
    installed = run(sys.executable, *pip, "--target", str(site), str(tmp_path), cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr

    folder = tmp_path / "operator"
    folder.mkdir()
    service = (sys.executable, "-m", package)
    started = run(*service, "run", "--once", cwd=folder, path=site)  # which migrates first
    assert started.returncode == 0, started.stderr
    assert f"{package}.0001_initial" in started.stderr
    assert "everything is in sync" in started.stderr
