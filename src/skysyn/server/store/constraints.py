"""Constraints: what a database says when one is broken, as an error of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear.refusals import refuse, unexpected

if TYPE_CHECKING:
    from sqlalchemy.exc import IntegrityError

    from skysyn.errors import RemoteError
    from skysyn.models import RecordID


def is_unique(error: IntegrityError) -> bool:
    """Whether something is there that may be there once only."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


def saving(error: IntegrityError) -> RemoteError:
    """Return the refusal of a record that breaks a constraint."""
    if is_unique(error):
        return refuse(109, "violate unique constraint")
    return unexpected("a reference of the record leads to nothing that exists")


def deleting(record: RecordID) -> RemoteError:
    """Return the refusal to delete a record that others refer to."""
    msg = f"delete {record}: failed to delete record because other records have "
    return refuse(113, msg + "reference to it")
