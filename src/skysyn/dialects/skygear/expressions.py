"""Which kind of expression each kind of field is in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import (
    AnyExpr,
    AreaExpr,
    Field,
    GeoExpr,
    IdExpr,
    Model,
    NumExpr,
    Path,
    StrExpr,
    UserExpr,
    expression_class,
)

if TYPE_CHECKING:
    from skysyn.models import Spec

_KINDS: dict[str, type[AnyExpr]] = {
    "str": StrExpr,
    "sequence": NumExpr,
    "id": IdExpr,
    "user": UserExpr,
    "location": GeoExpr,
    "geojson": AreaExpr,
}


def make(path: Path, field: Field[Any], model: type[Model]) -> AnyExpr:
    """Return the expression that *field* of *model* is in queries."""
    spec: Spec = field.spec
    if spec.kind == "id":
        spec = attrs.evolve(spec, resolve=lambda: model)
    return expression_class(spec, _KINDS)(path, spec)
