"""`get` and `describe`: what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli.session import (
    acting_for,
    as_option,
    echo,
    echo_data,
    open_store,
    output_option,
    width,
)

if TYPE_CHECKING:
    from xgen.runtime.answers import Why
    from xgen.runtime.cli.group import Options
    from xgen.runtime.config import Config
    from xgen.runtime.registry import Registry


@click.command()
@click.argument("model", required=False)
@click.argument("key", required=False)
@as_option
@output_option
@click.pass_context
def get(
    ctx: click.Context, model: str | None, key: str | None, output: str, user: str | None
) -> None:
    """List the objects of a model, one object, or the models when none is named."""
    options: Options = ctx.obj
    open_store(options)
    with acting_for(user) as actor:
        _get(options, model, key, output, actor)


def _get(options: Options, model: str | None, key: str | None, output: str, actor: Any) -> None:
    from xgen.runtime import objects, present

    if model is None:
        _models(options.package, output)
        return
    found = objects.find_model(model, options.package)
    service = loaded_service(options.package)
    if key is not None:
        one = _readable(found, key, actor)
        if output == "table":
            echo(present.listing([one], width=width(), service=service))
        else:
            echo_data(present.as_data(one, service=service), output)
        return
    links = [
        field.name
        for field in objects.meta(found).concrete_fields
        if field.many_to_one and not getattr(field.remote_field, "parent_link", False)
    ]
    query = objects.manager(found, deleted=True).select_related(*links).order_by("pk")
    rows = list(query)
    if output != "table":
        echo_data([present.as_data(obj, service=service) for obj in rows], output)
    elif rows:
        echo(present.listing(rows, width=width(), service=service))
    else:
        click.echo(f"there are no objects of {found.__name__}", err=True)


def _readable(model: type[Any], key: str, actor: Any) -> Any:
    """The object with this key; a user is told which one it is that may not be read."""
    from xgen.runtime import objects
    from xgen.runtime.access import guard

    one = objects.find_even_hidden(model, key)
    if actor is not None:
        guard.require_read(one, actor)
    return one


@click.command()
@click.argument("model")
@click.argument("key")
@as_option
@output_option
@click.pass_context
def describe(ctx: click.Context, model: str, key: str, output: str, user: str | None) -> None:
    """Show all that is known about an object."""
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime import objects
    from xgen.runtime.kinds import is_object

    found = objects.find_model(model, options.package)
    with acting_for(user) as actor:
        obj = _readable(found, key, actor)
    why = explained(options.package, config, obj) if is_object(type(obj)) else None
    with acting_for(user):
        _describe(obj, why, output)


def _describe(obj: Any, why: Why | None, output: str) -> None:
    from xgen.runtime import objects, present
    from xgen.runtime.kinds import is_object

    if output == "table":
        echo(present.page(obj, why))
        return
    data: dict[str, Any] = {"model": type(obj).__name__, "id": obj.pk, "key": objects.key_text(obj)}
    if is_object(type(obj)):
        state = present.state_of(obj) if why is None else why.state
        data |= {"state": state, "message": present.trouble_of(obj)}
    echo_data(data | present.sections(obj), output)


def explained(package: str, config: Config, obj: Any) -> Why | None:
    """What the engine knows about an object; None if the package cannot be loaded just now."""
    from xgen.runtime.errors import ConfigError
    from xgen.runtime.synchronizer import Synchronizer

    try:
        return Synchronizer(package, config).why(obj)
    except ConfigError:
        return None  # a broken step file must not hide what is in the database


def loaded_service(package: str) -> Registry | None:
    """The steps and policies of a package; None if it cannot be loaded just now."""
    from xgen.runtime import registry
    from xgen.runtime.errors import ConfigError

    try:
        return registry.load(package)
    except ConfigError:
        return None  # likewise


def _models(package: str, output: str) -> None:
    from xgen.runtime import objects, tables

    rows = [
        {
            "model": model.__name__,
            "app": objects.meta(model).app_label,
            "key": list(objects.natural_key(model)),
            "objects": objects.manager(model).count(),
        }
        for model in objects.models(package)
    ]
    if output != "table":
        echo_data(rows, output)
        return
    body = [[row["model"], row["app"], ",".join(row["key"]), row["objects"]] for row in rows]
    echo(tables.table(("model", "app", "key", "objects"), body, width=width()))
