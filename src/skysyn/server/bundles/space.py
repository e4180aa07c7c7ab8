"""Space: a full disk is said to be one, by whoever notices it first."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from skysyn.errors import BundleError, DiskFull
from skysyn.server.store.database import first_line

if TYPE_CHECKING:
    from collections.abc import Generator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def explained() -> Generator[None]:
    """Say what to do when there is no room left, or what the database says.

    Raises:
        DiskFull: the disk, the quota or the database is full.
        BundleError: the database refuses something, or does not answer.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full(str(error)) from error
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == "53100" or "disk is full" in str(error.orig):
            raise _full(str(error.orig)) from error
        msg = f"the database refuses this: {first_line(error)}"
        raise BundleError(msg) from error


def _full(said: str) -> DiskFull:
    msg = f"there is no room left ({said}): make some and run the same again, "
    return DiskFull(msg + "which goes on where it stopped")
