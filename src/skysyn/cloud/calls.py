"""Calls: what a server asks of an app, each by its kind (protocol §20.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.refusals import refuse

from . import messages, values
from .arguments import Arguments
from .checking import check_record

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skysyn.models import JSON

    from .registry import OpRun, Registry

Connect = Callable[[], "Connection"]


def run(
    registry: Registry, kind: str, name: str, param: JSON, connect: Connect
) -> JSON:
    """Return the result of one call.

    Raises:
        NotFound: nothing is registered by this name.
    """
    match kind:
        case "event":
            return _event(registry, name, param)
        case "op" if name in registry.ops:
            return registry.ops[name].run(_object(param).get("args", {}))
        case "hook" if name in registry.hooks:
            return _hook(registry, name, _object(param), connect)
        case "handler":
            return _handler(registry, name, param)
        case "timer" if name in registry.timers:
            registry.timers[name].run()
            return None
        case "provider" if name in registry.providers:
            return _provider(registry, name, _object(param))
        case _:
            raise refuse(117, f"the cloud code has no {kind} {name!r}")


def wrap(name: str, function: Callable[..., object]) -> OpRun:
    """Return what runs *function*, which clients know by *name*, on what they send.

    Raises:
        DeclarationError: it declares arguments that nobody can send.
    """
    taken = Arguments(name, function)

    def run(args: JSON) -> JSON:
        match args:
            case list():
                return values.dump(function(*taken.load_list(args)))
            case dict():
                return values.dump(function(**taken.load_object(args)))
            case _:
                msg = f"Unsupported args type '{type(args)}'"
                raise ValueError(msg)

    return run


def _event(registry: Registry, name: str, param: JSON) -> JSON:
    if name == "init":
        return registry.dump()
    for function in registry.events.get(name, []):
        function(**_object(param))
    return None


def _hook(
    registry: Registry, name: str, param: dict[str, JSON], connect: Connect
) -> JSON:
    record, original = param.get("record"), param.get("original")
    before = original if isinstance(original, dict) else None
    hook = registry.hooks[name]
    result = hook.run(_object(record), before, connect)
    if hook.trigger == "beforeSave":  # of others nothing is taken
        check_record(name, result)
    return result


def _handler(registry: Registry, name: str, param: JSON) -> JSON:
    method = str(_object(param).get("method"))
    handler = registry.handlers.get((name, method))
    if handler is None:
        raise refuse(117, f"the cloud code has no handler {name!r} for {method}")
    return messages.answer(handler.run, param)


def _provider(registry: Registry, name: str, param: dict[str, JSON]) -> JSON:
    if param.get("action") != "login":
        raise refuse(117, "an auth provider does nothing but log in")
    return registry.providers[name].login(_object(param.get("auth_data")))


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}
