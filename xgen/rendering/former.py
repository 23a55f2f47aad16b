"""Names that targets of the first tools had: which target of today means the same.

A name whose output only its own users could use (a client library of the time, tests for it)
leads to no other target: it gets a sentence about what to use. Whoever has the old template goes
on using it, by its path.
"""

from __future__ import annotations

from typing import Final

SAME: Final = {
    "django-security": "security",
    "dot": "graph",
    "link-graph": "graph",
    "model-deps-graphviz": "graph",
    "swagger": "openapi",
    "tosca_keys": "tosca",
}
"""Old names with the target that gives the same thing, in a form of today."""

_TEMPLATE: Final = "a template of that name is used by its path: `--target ./{name}.xtarget`"
_MODELS: Final = "`models` writes the Django models of a package, `django` such as need no runtime"
_CLIENT: Final = "`protoapi` describes the service; `protoc` makes servers and clients of it"
_TESTS: Final = "`tests` writes a test for each step of a package"
_ROBOT: Final = "`openapi` describes the API to tools that test it"

INSTEAD: Final = {
    "chameleon_list_test": _ROBOT,
    "django-split": _MODELS,
    "grpc_api": _CLIENT,
    "grpc_list_test": _CLIENT,
    "grpctest": _CLIENT,
    "init": _MODELS,
    "mock_classes": "`xgen.runtime.testing` runs steps against real objects in memory",
    "plurals": "`modeldefs` lists the plural of each model",
    "service": _MODELS,
    "service_extender": _MODELS,
    "xosapitests": _ROBOT,
    "xoslibrary": _ROBOT,
    "xosserviceapitests": _ROBOT,
    "xosserviceupgradetest": _TESTS,
    "xosstaticlibrary": _ROBOT,
}
"""Old names that mean nothing today, with what comes nearest."""


def instead_of(name: str) -> str | None:
    """Return what to say to somebody who asks for an old target, None for any other name."""
    nearest = INSTEAD.get(name)
    return None if nearest is None else f"{nearest}; {_TEMPLATE.format(name=name)}"
