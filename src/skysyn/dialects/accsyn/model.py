"""Entity: the base of accsyn models, and the attributes all of them have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from typing_extensions import dataclass_transform

from skysyn.errors import ConversionError, DeclarationError
from skysyn.models import (
    AnyExpr,
    Codec,
    Field,
    Matching,
    Model,
    Path,
    ReadOnly,
    Spec,
    field,
    readonly,
)

from . import expressions, rows, values, words
from .query import EntityQuery

if TYPE_CHECKING:
    from skysyn.models import Backend

_KINDS = {"str", "int", "float", "bool", "datetime", "ref", "enum", "json"}


@dataclass_transform(kw_only_default=True, field_specifiers=(field, readonly))
class Entity(Model, Matching, abstract=True):
    """An entity of accsyn's; `class Transfer(Entity)` has the type `transfer`.

    `class Job(Entity, type="transfer")` names another type. What the service sends
    beyond the declared attributes is kept in `extra`.
    """

    __family__: ClassVar[str] = "accsyn"
    __denied__: ClassVar[dict[str, str]] = {}
    """Which of create, update and delete the service does not do, and what to do."""
    id: ReadOnly[str] = readonly()
    """24 hex digits; a uuid for tasks and files. The service gives it."""

    @classmethod
    def query(cls, backend: Backend | None = None) -> EntityQuery[Self]:
        """Return the query for all entities of this type.

        It is asked through *backend* if given, else through the session that is
        current now, else through the one current when it runs.
        """
        return EntityQuery(cls, backend=cls.__backend_here__(backend))

    @classmethod
    def __collection_name__(cls, given: str | None) -> str:
        try:
            return values.check_type(cls.__name__ if given is None else given)
        except ConversionError as error:
            msg = f"{cls.__name__}: {error}"
            raise DeclarationError(msg) from error

    @classmethod
    def __check_field__(cls, where: str, wire: str, spec: Spec) -> None:
        if spec.kind not in _KINDS:
            msg = f"{where}: accsyn has no values of type {spec}"
            raise DeclarationError(msg)
        if not words.is_name(wire):
            msg = f"{where}: accsyn has no attribute named {wire!r}; use field(wire=…)"
            raise DeclarationError(msg)

    @classmethod
    def __codec__(cls) -> Codec:
        if cls.__made_codec__ is None:
            cls.__made_codec__ = rows.RowCodec(cls)
        return cls.__made_codec__

    @classmethod
    def __expression__(cls, descriptor: Field[Any]) -> AnyExpr:
        return expressions.make(Path((descriptor.wire,), cls.__name__), descriptor)

    def _new_key(self) -> str:
        # one step, since two threads may ask at once
        made: str = self.__dict__.setdefault("__sky_key__", f"{values.NEW}{uuid4()}")
        return made

    def _set_key(self, key: str) -> None:  # noqa: ARG002  # the service gives another
        self.__dict__.pop("__sky_key__", None)
