"""Which kind of expression a field is on its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .expr import AnyExpr, DateExpr, DictExpr, Expr, ListExpr, NumExpr
from .ref_expr import RefExpr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .spec import Spec

COMMON: Mapping[str, type[AnyExpr]] = {
    "int": NumExpr,
    "float": NumExpr,
    "datetime": DateExpr,
    "ref": RefExpr,
}
"""The kinds that every service has."""


def expression_class(spec: Spec, own: Mapping[str, type[AnyExpr]]) -> type[AnyExpr]:
    """Return the class of the expression; *own* are the service's kinds by name."""
    if spec.kind != "json":
        return own.get(spec.kind) or COMMON.get(spec.kind, Expr)
    shape = getattr(spec.python, "__origin__", spec.python)
    if shape is list:
        return ListExpr
    return DictExpr if shape is dict else Expr
