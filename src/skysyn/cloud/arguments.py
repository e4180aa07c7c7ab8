"""Arguments: what clients call a function with, as the types that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.dialects.skygear.refusals import refuse
from skysyn.dialects.skygear.wording import name_of
from skysyn.errors import ConversionError, DeclarationError

from . import kinds, values
from .annotations import read_annotations

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Parameter

    from skysyn.models import JSON


@attrs.frozen
class Argument:
    """What one parameter of the function *of* takes; *may_be_null* by its default."""

    of: str
    name: str
    wanted: Any = Any
    may_be_null: bool = False

    @classmethod
    def declare(cls, of: str, parameter: Parameter, wanted: Any) -> Argument:
        """Return what *parameter* takes, which is a *wanted*.

        Raises:
            DeclarationError: nothing that travels can be read as one.
        """
        try:
            kinds.reader().check(wanted)
        except DeclarationError as error:
            msg = (
                f"{of} cannot take {name_of(wanted)} for {parameter.name!r}: declare a "
                "Record, a class of attrs, dataclasses or msgspec, a type of JSON, or "
                "`object`, which is anything"
            )
            raise DeclarationError(msg) from error
        return cls(of, parameter.name, wanted, parameter.default is None)

    def load(self, value: JSON, path: str = "") -> object:
        """Return *value*, which came at *path*, as this argument.

        Raises:
            InvalidRequest: it is something else; the client is told what.
        """
        if kinds.is_open(self.wanted):
            return values.load(value)
        if value is None and self.may_be_null:
            return None
        name = path or self.name
        try:
            return kinds.reader().read(value, self.wanted, name)
        except ConversionError as error:
            msg = f"the argument {name!r} of {self.of}: {error}"
            raise refuse(108, msg, arguments=[name]) from error


class Arguments:
    """Everything that the *function*, which clients call by *name*, takes."""

    def __init__(self, name: str, function: Callable[..., object]) -> None:
        self._placed: list[Argument] = []
        self._named: dict[str, Argument] = {}
        self._rest = self._others = Argument(name, "")
        for parameter, wanted in read_annotations(function):
            self._add(parameter, Argument.declare(name, parameter, wanted))

    def _add(self, parameter: Parameter, argument: Argument) -> None:
        match parameter.kind:
            case parameter.VAR_POSITIONAL:
                self._rest = argument
            case parameter.VAR_KEYWORD:
                self._others = argument
            case parameter.POSITIONAL_ONLY:
                self._placed.append(argument)
            case parameter.KEYWORD_ONLY:
                self._named[argument.name] = argument
            case _:
                self._placed.append(argument)
                self._named[argument.name] = argument

    def load_list(self, args: list[JSON]) -> list[object]:
        """Return *args*, which are given by position.

        Raises:
            InvalidRequest: one of them is no such argument.
        """
        count = len(self._placed)
        rest = enumerate(args[count:])
        return [
            *(one.load(value) for one, value in zip(self._placed, args, strict=False)),
            *(self._rest.load(value, f"{self._rest.name}[{n}]") for n, value in rest),
        ]

    def load_object(self, args: dict[str, JSON]) -> dict[str, object]:
        """Return *args*, which are given by name.

        Raises:
            InvalidRequest: one of them is no such argument.
        """
        return {
            name: self._named.get(name, self._others).load(value, name)
            for name, value in args.items()
        }
