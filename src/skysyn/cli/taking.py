"""Taking: commands with more options than one would write in a signature."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., None]


def taking(**groups: type[Any]) -> Callable[[Command], Command]:
    """Let a command take the fields of attrs classes as options of its own.

    Each class fills the parameter of its name with one object.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(*arguments: object, **given: object) -> None:
            for name, group in groups.items():
                mine = {f.name: given.pop(f.name) for f in attrs.fields(group)}
                given[name] = group(**mine)
            command(*arguments, **given)

        signature = _signature(command, groups)
        # typer reads both
        run.__dict__["__signature__"] = signature
        run.__annotations__ = {
            name: parameter.annotation
            for name, parameter in signature.parameters.items()
        }
        return run

    return decorate


def _signature(command: Command, groups: dict[str, type[Any]]) -> inspect.Signature:
    own = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        parameters += _fields(groups[name]) if name in groups else [parameter]
    return own.replace(parameters=parameters)


def _fields(group: type[Any]) -> list[inspect.Parameter]:
    attrs.resolve_types(group)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=field.type,
        )
        for field in attrs.fields(group)
    ]
