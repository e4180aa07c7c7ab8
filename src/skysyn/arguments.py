"""Arguments: what callers without a type checker pass, looked at before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError, QueryError

if TYPE_CHECKING:
    from skysyn.errors import SkysynError

__all__ = ["check_argument", "check_number", "check_secret"]


def check_argument(
    value: object,
    kind: type | tuple[type, ...],
    takes: str,
    error: type[SkysynError] = QueryError,
) -> None:
    """Raise *error* unless *value* is a *kind*; *takes* says where, and what is right.

    True and False are no numbers here.
    """
    wanted = kind if isinstance(kind, tuple) else (kind,)
    if type(value) in wanted:
        return
    if isinstance(value, wanted) and not isinstance(value, bool):
        return
    msg = f"{takes}, not {value!r:.80}"
    raise error(msg)


def check_number(
    value: object,
    least: float,
    takes: str,
    *,
    kind: type | tuple[type, ...] = int,
    error: type[SkysynError] = QueryError,
) -> None:
    """Raise *error* unless *value* is a number of *kind* from *least* up."""
    check_argument(value, kind, takes, error)
    if isinstance(value, (int, float)) and not value >= least:
        msg = f"{takes}, not {value}"
        raise error(msg)


def check_secret(value: object, name: str) -> None:
    """Raise DeclarationError, without showing *value*, unless it is text or None."""
    if value is not None and not isinstance(value, str):
        msg = f"{name}= is text, not {type(value).__name__}"
        raise DeclarationError(msg)
