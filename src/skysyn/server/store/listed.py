"""Listed: all values of a column in one, as each kind of database says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from .kinds import json_type

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine


class Listed(FunctionElement[list[Any]]):
    """The values of a column as a list; if there are none, no list is None."""

    inherit_cache = True
    type: TypeEngine[list[Any]] = json_type()


@compiles(Listed, "sqlite")
def _as_json(element: Listed, compiler: Any, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(Listed, "postgresql")
def _as_array(element: Listed, compiler: Any, **options: Any) -> str:
    # sooner than as JSON, and of its driver a list all the same
    return f"array_agg({compiler.process(element.clauses, **options)})"
