"""Which kind of expression each kind of field is in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import (
    AreaExpr,
    DateExpr,
    DictExpr,
    Expr,
    Field,
    GeoExpr,
    IdExpr,
    ListExpr,
    Model,
    NumExpr,
    Path,
    RefExpr,
    StrExpr,
    UserExpr,
)

if TYPE_CHECKING:
    from skysyn.models import Spec

_KINDS: dict[str, type[Expr[Any]]] = {
    "str": StrExpr,
    "int": NumExpr,
    "float": NumExpr,
    "sequence": NumExpr,
    "datetime": DateExpr,
    "id": IdExpr,
    "user": UserExpr,
    "ref": RefExpr,
    "location": GeoExpr,
    "geojson": AreaExpr,
}


def make(path: Path, field: Field[Any], model: type[Model]) -> Expr[Any]:
    """Return the expression that *field* of *model* is in queries."""
    spec: Spec = field.spec
    if spec.kind == "id":
        spec = attrs.evolve(spec, resolve=lambda: model)
    return _kind(spec)(path, spec)


def _kind(spec: Spec) -> type[Expr[Any]]:
    if spec.kind != "json":
        return _KINDS.get(spec.kind, Expr)
    shape = getattr(spec.python, "__origin__", spec.python)
    if shape is list:
        return ListExpr
    return DictExpr if shape is dict else Expr
