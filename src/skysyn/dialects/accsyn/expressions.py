"""Which kind of expression each kind of attribute is in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import (
    DateExpr,
    DictExpr,
    Expr,
    Field,
    ListExpr,
    NumExpr,
    Path,
    RefExpr,
    TextExpr,
)

if TYPE_CHECKING:
    from skysyn.models import Spec

_KINDS: dict[str, type[Expr[Any]]] = {
    "str": TextExpr,
    "int": NumExpr,
    "float": NumExpr,
    "datetime": DateExpr,
    "ref": RefExpr,
}


def make(path: Path, field: Field[Any]) -> Expr[Any]:
    """Return the expression that *field* is in queries."""
    return _kind(field.spec)(path, _open(field.spec))


def _open(spec: Spec) -> Spec:
    """Let a reference to any job or share be compared with each kind of them."""
    if spec.kind == "ref" and spec.target().__subclasses__():
        return attrs.evolve(spec, kind="id", resolve=None)
    return spec


def _kind(spec: Spec) -> type[Expr[Any]]:
    if spec.kind != "json":
        return _KINDS.get(spec.kind, Expr)
    shape = getattr(spec.python, "__origin__", spec.python)
    if shape is list:
        return ListExpr
    return DictExpr if shape is dict else Expr
