"""Which kind of expression each kind of attribute is in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import (
    AnyExpr,
    Field,
    Path,
    TextExpr,
    expression_class,
)

if TYPE_CHECKING:
    from skysyn.models import Spec

_KINDS: dict[str, type[AnyExpr]] = {
    "str": TextExpr,
}


def make(path: Path, field: Field[Any]) -> AnyExpr:
    """Return the expression that *field* is in queries."""
    return expression_class(field.spec, _KINDS)(path, _open(field.spec))


def _open(spec: Spec) -> Spec:
    """Let a reference to any job or share be compared with each kind of them."""
    if spec.kind == "ref" and spec.target().__subclasses__():
        return attrs.evolve(spec, kind="id", resolve=None)
    return spec
