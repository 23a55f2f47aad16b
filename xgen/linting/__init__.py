"""Checks of a service as a whole: its models, and the Python that its owner wrote for them.

Nothing is imported or run: the files of `steps/` and `model_policies/` are read as syntax trees.
`code` reads them, `shapes` knows what objects of a model have, `steps` and `fields` hold the rules
about code, `service` those about the models, `allowed` the comments that let something pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.linting.allowed import Allowances
from xgen.linting.code import read_package
from xgen.linting.fields import check_attributes, check_unused
from xgen.linting.service import check_service
from xgen.linting.shapes import Shapes
from xgen.linting.steps import (
    check_bodies,
    check_duplicates,
    check_missing,
    check_models,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xgen.diagnostics import Diagnostic, Report
    from xgen.ir.app import App
    from xgen.linting.code import Package
    from xgen.source import Source

RULES: tuple[Callable[[Package, Shapes], Iterable[Diagnostic]], ...] = (
    check_missing,
    check_duplicates,
    check_models,
    check_bodies,
    check_attributes,
    check_unused,
)
"""Each takes the code of a package and what its models are."""


def lint_service(app: App, folder: str, report: Report, sources: dict[str, Source]) -> None:
    """Check the models of ``app`` as a service, and its package in ``folder`` if there is one.

    ``sources`` has the models' texts and gets those of the Python files.
    """
    shapes = Shapes(app)
    found = list(check_service(app))
    package = read_package(folder, shapes, report, sources)
    if package is not None:
        for rule in RULES:
            found += rule(package, shapes)
    allowances = Allowances(sources.values(), report)
    report.extend(allowances.left_of(found))
    allowances.report_unused(report)
