"""Real models link and check as they always did: warnings where the ancestor was silent.

The table pins what a strict run finds wrong in each file, by id, so that a false error, or one
that is no longer found, shows at once. What is not listed is clean.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.linking import Files, run
from tests.real import needs_real_models, real_models
from xgen.diagnostics import Report, Severity
from xgen.ir.numbering import Numbering
from xgen.ir.types import Origin
from xgen.linker import link

if TYPE_CHECKING:
    from pathlib import Path

    from xgen.ir.app import App

WHY = {
    "string-without-length": "a string of which nobody says how long it may be",
    "modifier-conflict": "`blank` or `null` say another thing than `required` or `optional`",
    "option-not-allowed": "`blank` on a bool, `varchar`, `max_length` on a number, `validators`",
    "quoted-boolean": '`unique = "True"`',
    "unknown-peer": "a file of the cores that had one model a file, linked without the others",
    "unknown-through": "likewise",
    "duplicate-number": "early cores gave a number twice, which nothing then looked at",
}

STRICT: dict[str, dict[str, int]] = {
    "mcord__master__xos_synchronizer_models_mcord": {
        "string-without-length": 2,
    },
    "monitoring__cord-5.0__xos_monitoring": {
        "modifier-conflict": 8,
        "option-not-allowed": 2,
        "string-without-length": 3,
    },
    "open-cloud+xos__2.2.5__xos_core_models_core": {
        "modifier-conflict": 11,
        "option-not-allowed": 43,
        "quoted-boolean": 1,
        "string-without-length": 1,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_charge": {
        "unknown-peer": 3,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_dashboardview": {
        "modifier-conflict": 2,
        "option-not-allowed": 1,
        "unknown-peer": 2,
        "unknown-through": 1,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_reservedresource": {
        "unknown-peer": 2,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_serviceclass": {
        "modifier-conflict": 1,
        "option-not-allowed": 1,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_serviceresource": {
        "option-not-allowed": 1,
        "unknown-peer": 1,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_tenantprivilege": {
        "unknown-peer": 1,
    },
    "open-cloud+xos__cord-3.0__xos_core_models_tenantrootprivilege": {
        "unknown-peer": 1,
    },
    "open-cloud+xos__cord-4.0__lib_xos-genx_tests_xproto_vrouterport": {
        "unknown-peer": 2,
    },
    "open-cloud+xos__cord-4.0__xos_core_models_core": {
        "duplicate-number": 2,
        "modifier-conflict": 25,
        "option-not-allowed": 35,
        "string-without-length": 2,
    },
    "open-cloud+xos__master__lib_xos-genx_xos-genx-tests_xproto_filtertest": {
        "string-without-length": 3,
    },
    "open-cloud+xos__master__testservice_xos_synchronizer_models_testservice": {
        "string-without-length": 10,
    },
    "open-cloud+xos__null__xos_core_models_loadablemodule": {
        "unknown-peer": 1,
    },
    "open-cloud+xos__null__xos_core_models_servicecontroller": {
        "option-not-allowed": 3,
    },
    "open-cloud+xos__null__xos_core_models_xos": {
        "modifier-conflict": 1,
        "option-not-allowed": 3,
    },
    "open-cloud+xos__null__xos_core_models_xoscomponent": {
        "option-not-allowed": 1,
    },
    "open-cloud+xos__null__xos_core_models_xoscomponentlink": {
        "unknown-peer": 1,
    },
    "open-cloud+xos__null__xos_core_models_xosvolume": {
        "option-not-allowed": 1,
        "unknown-peer": 1,
    },
    "progran__master__xos_synchronizer_models_progran": {
        "modifier-conflict": 8,
        "option-not-allowed": 3,
        "string-without-length": 7,
    },
    "vtr__angular-1.8.0__xos_synchronizer_models_vtr": {
        "string-without-length": 1,
    },
}

# What is missing or wrong so that no tables can be made of it; the rest of STRICT is style.
NOT_BUILT = {
    "open-cloud+xos__cord-3.0__xos_core_models_charge": "Account, Invoice and UsableObject",
    "open-cloud+xos__cord-3.0__xos_core_models_dashboardview": "Controller and Deployment",
    "open-cloud+xos__cord-3.0__xos_core_models_reservedresource": "ServiceResource, Reservation",
    "open-cloud+xos__cord-3.0__xos_core_models_serviceresource": "ServiceClass",
    "open-cloud+xos__cord-3.0__xos_core_models_tenantprivilege": "TenantRole",
    "open-cloud+xos__cord-3.0__xos_core_models_tenantrootprivilege": "TenantRootRole",
    "open-cloud+xos__cord-4.0__lib_xos-genx_tests_xproto_vrouterport": "VRouterDevice",
    "open-cloud+xos__cord-4.0__xos_core_models_core": "XOSBase and Tag use a number twice",
    "open-cloud+xos__null__xos_core_models_loadablemodule": "XOS",
    "open-cloud+xos__null__xos_core_models_xoscomponentlink": "XOSComponent",
    "open-cloud+xos__null__xos_core_models_xosvolume": "XOS",
}


def linked(path: Path, *, strict: bool) -> tuple[App, Report]:
    app, report, _ = run({path.name: path.read_text(encoding="utf-8")}, strict=strict)
    return app, report


@needs_real_models
@pytest.mark.parametrize("path", real_models(), ids=lambda path: path.stem)
def test_lenient_run_has_no_errors(path: Path) -> None:
    _, report = linked(path, strict=False)
    assert [d for d in report if d.severity is Severity.ERROR] == []


@needs_real_models
@pytest.mark.parametrize("path", real_models(), ids=lambda path: path.stem)
def test_strict_errors(path: Path) -> None:
    _, report = linked(path, strict=True)
    errors = Counter(d.code for d in report if d.severity is Severity.ERROR)
    assert dict(errors) == STRICT.get(path.stem, {})
    assert set(errors) <= set(WHY)


@needs_real_models
def test_what_cannot_be_built() -> None:
    refused = set()
    for path in real_models():
        report = Report()
        files = Files({path.name: path.read_text(encoding="utf-8")}, report)
        link([files.tree(path.name)], files.load, report, strict=True)
        if report.has_errors:
            refused.add(path.stem)
    assert refused == set(NOT_BUILT)


@needs_real_models
@pytest.mark.parametrize(
    "path", [p for p in real_models() if "xos__master__xos_core" in p.stem], ids=lambda p: p.stem
)
def test_a_core_of_its_own_can_be_numbered(path: Path) -> None:
    app, _ = linked(path, strict=False)
    assert len(app.models) == 35
    numbering = Numbering(app)
    problems = {m.name: numbering.problems(m) for m in app.models}
    assert {name: found for name, found in problems.items() if found} == {}
    assert {m.origin for m in app.library} == {Origin.CORE}
