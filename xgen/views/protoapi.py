"""What the ``.proto`` file of a gRPC service says: messages, and five methods for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.views.english import plural_of
from xgen.views.memo import last
from xgen.views.proto import Protobuf, ProtoFile
from xgen.views.wire import has_objects

if TYPE_CHECKING:
    from xgen.ir.app import App, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """The remote procedures of one model, and the messages that only they need."""

    message: str
    plural: str
    """How many of its objects are called, in words."""
    page: str
    """The message that holds some of its objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoApi:
    """The whole file. The three messages serve the methods of all models."""

    file: ProtoFile
    service: str
    object_id: str
    page_request: str
    deleted: str
    methods: tuple[Methods, ...]


@last
def protoapi(app: App) -> ProtoApi:
    """Return the service with the messages of its objects, reverse accessors included."""
    drawn = Protobuf(app, api=True)
    object_id, page_request, deleted = map(drawn.take, ("ObjectId", "PageRequest", "Deleted"))
    methods = [_methods(m, drawn) for m in app.models if has_objects(m)]
    words = "".join(part[:1].upper() + part[1:] for part in app.name.split("_"))
    return ProtoApi(
        file=drawn.file(),
        service=drawn.take(f"{words}Api"),
        object_id=object_id,
        page_request=page_request,
        deleted=deleted,
        methods=tuple(methods),
    )


def _methods(model: Model, drawn: Protobuf) -> Methods:
    message = drawn.names[model.ref]
    return Methods(
        message=message,
        plural=" ".join(plural_of(model).split()),
        page=drawn.take(f"{message}Page"),
    )
