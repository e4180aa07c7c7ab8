"""Decorators: how cloud code registers with the app that loads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from skysyn import cloud
from skysyn.cloud.hooks import check_plain
from skysyn.cloud.names import free_name, name_of
from skysyn.cloud.registry import Hook, Op, Provider
from skysyn.cloud.usage import check_name, check_prefix, check_record_type
from skysyn.errors import DeclarationError
from skysyn.models import is_list, is_object

from .encoding import (
    deserialize_or_none,
    deserialize_record,
    deserialize_value,
    serialize_record,
    serialize_value,
)
from .restful import register
from .utils.assets import publish
from .utils.db import as_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from sqlalchemy import Connection

    from skysyn.cloud.registry import HookRun, OpRun, Trigger

    from .models import Record
    from .providers import BaseAuthProvider
    from .utils.assets import StaticAssetsLoader

# cloud code of the original is not typed, so neither is what it is given
F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)
P = TypeVar("P", bound="BaseAuthProvider")
Decorator = Callable[[F], F]
Wire = dict[str, Any]

_TRIGGERS: dict[str, Trigger] = {
    "beforeSave": "beforeSave",
    "afterSave": "afterSave",
    "beforeDelete": "beforeDelete",
    "afterDelete": "afterDelete",
}


def op(
    name: str,
    *,
    key_required: bool = False,
    user_required: bool = False,
    auth_required: bool = False,
) -> Callable[[F], F]:
    """Let clients call the function by *name*."""
    check_name(name, "op")

    def decorate(func: F) -> F:
        check_plain(func)
        needs_key = key_required or auth_required
        made = Op(name, _run_op(func), needs_key, user_required)
        cloud.current_app().registry.ops[name] = made
        return func

    return decorate


def handler(
    name: str,
    *,
    method: str | Iterable[str] = ("GET", "POST", "PUT"),
    key_required: bool = False,
    user_required: bool = False,
) -> Callable[[F], F]:
    """Let the function answer HTTP requests to the path *name*."""
    made = cloud.handler(
        name, method=method, key_required=key_required, user_required=user_required
    )

    def decorate(func: F) -> F:
        made(func)
        return func

    return decorate


def hook(
    trigger: str,
    *,
    type: str,  # noqa: A002  # the original's name
    name: str | None = None,
    async_: bool | None = None,
    **kwargs: Any,
) -> Callable[[F], F]:
    """Let the function run at *trigger*, with the record, the stored one and `db`."""
    if trigger not in _TRIGGERS:
        msg = f"{trigger!r} is no trigger: there are {', '.join(_TRIGGERS)}"
        raise DeclarationError(msg)
    check_record_type(type, "hook", f'"{trigger}", type="note"')

    def decorate(func: F) -> F:
        check_plain(func)
        known = cloud.current_app().registry.hooks
        known_as = name or free_name(name_of(func), known)
        # `async` is a word of Python now, and can only be given as **{"async": True}
        extra = dict(kwargs)
        is_async = extra.pop("async", async_)
        run = _run_hook(func)
        made = Hook(known_as, _TRIGGERS[trigger], type, run, is_async, extra)
        known[known_as] = made
        return func

    return decorate


def before_save(type_: str, **kwargs: Any) -> Callable[[F], F]:
    """Let the function change or refuse records before they are saved."""
    check_record_type(type_, "before_save")
    return hook("beforeSave", type=type_, **kwargs)


def after_save(type_: str, **kwargs: Any) -> Callable[[F], F]:
    """Let the function know of records that are saved."""
    check_record_type(type_, "after_save")
    return hook("afterSave", type=type_, **kwargs)


def before_delete(type_: str, **kwargs: Any) -> Callable[[F], F]:
    """Let the function refuse that records are deleted."""
    check_record_type(type_, "before_delete")
    return _delete_hook("beforeDelete", type_, kwargs)


def after_delete(type_: str, **kwargs: Any) -> Callable[[F], F]:
    """Let the function know of records that are deleted."""
    check_record_type(type_, "after_delete")
    return _delete_hook("afterDelete", type_, kwargs)


def every(interval: str | int | timedelta, name: str | None = None) -> Callable[[F], F]:
    """Run the function again and again: *interval* is seconds or a schedule."""
    made = cloud.every(interval, name=name)

    def decorate(func: F) -> F:
        made(func)
        return func

    return decorate


def event(name: str) -> Callable[[F], F]:
    """Call the function with what the event *name* says, by keywords."""
    made = cloud.event(name)

    def decorate(func: F) -> F:
        made(func)
        return func

    return decorate


def provides(provider_type: str, provider_id: str) -> Callable[[type[P]], type[P]]:
    """Let the class decide who somebody is that logs in by *provider_id*."""
    if provider_type != "auth":
        msg = f"{provider_type!r} is nothing to provide: there is `auth`"
        raise DeclarationError(msg)

    def decorate(klass: type[P]) -> type[P]:
        made = klass()

        def login(auth_data: Mapping[str, Any]) -> Any:
            return made.login(dict(auth_data))

        known = cloud.current_app().registry.providers
        known[provider_id] = Provider(provider_id, login)
        return klass

    return decorate


def rest(name: str, **kwargs: Any) -> Callable[[C], C]:
    """Let the class answer requests to *name* and to what is below it."""
    check_name(name, "rest")

    def decorate(klass: C) -> C:
        register(name, klass, kwargs)
        return klass

    return decorate


def static_assets(
    prefix: str,
) -> Callable[
    [Callable[[], StaticAssetsLoader | str | None]],
    Callable[[], StaticAssetsLoader | str | None],
]:
    """Publish the files that the function returns, under `/static/` *prefix*."""
    check_prefix(prefix)

    def decorate(
        func: Callable[[], StaticAssetsLoader | str | None],
    ) -> Callable[[], StaticAssetsLoader | str | None]:
        publish(prefix, func)
        return func

    return decorate


def exception_handler(klass: type[BaseException]) -> Callable[[F], F]:
    """Let the function say what a server is told of an exception of *klass*."""
    made = cloud.exception_handler(klass)

    def decorate(func: F) -> F:
        made(func)
        return func

    return decorate


def _delete_hook(trigger: str, type_: str, kwargs: Wire) -> Callable[[F], F]:
    def decorate(func: F) -> F:
        check_plain(func)

        @wraps(func)  # its name
        def without_original(record: Record, _: object, db: Connection) -> Any:
            return func(record, db)

        hook(trigger, type=type_, **kwargs)(without_original)
        return func

    return decorate


def _run_op(func: Callable[..., Any]) -> OpRun:
    def run(args: Any) -> Any:
        if is_list(args):
            found = func(*[deserialize_value(item) for item in args])
        elif is_object(args):
            named = {str(key): deserialize_value(args[key]) for key in args}
            found = func(**named)
        else:
            msg = f"Unsupported args type '{type(args)}'"
            raise ValueError(msg)
        # what cannot travel fails here, and not in the server
        return json.loads(json.dumps(serialize_value(found)))

    return run


def _run_hook(
    call: Callable[[Record, Record | None, Connection], object],
) -> HookRun:
    def run(
        record: Wire, original: Wire | None, connect: Callable[[], Connection]
    ) -> Wire:
        loaded = deserialize_record(record)
        call(loaded, deserialize_or_none(original), as_before(connect()))
        return serialize_record(loaded)

    return run
