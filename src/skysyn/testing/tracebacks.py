"""Tracebacks: the lines of a test, without those of this library."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import skysyn.models
import skysyn.transport
from skysyn.errors import BudgetExceeded, CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = tuple(
    str(Path(str(module.__file__)).parent)
    for module in (skysyn, skysyn.models, skysyn.transport)
)


def is_ours(file: str) -> bool:
    """Return whether *file* is one of this library."""
    return file.startswith(_OURS)


def is_refusal(error: BaseException) -> bool:
    """Return whether a recording or a budget has stopped a test by *error*."""
    return isinstance(error, (BudgetExceeded, CassetteError))


def shorten(error: BaseException) -> None:
    """Let *error* end at the line of the test that asks."""
    # which line of this library says so helps nobody
    kept = [one for one in _lines(error.__traceback__) if not is_ours(_file(one))]
    end: TracebackType | None = None
    for one in reversed(kept):
        end = TracebackType(end, one.tb_frame, one.tb_lasti, one.tb_lineno)
    error.__traceback__ = end


def _lines(found: TracebackType | None) -> Iterator[TracebackType]:
    while found is not None:
        yield found
        found = found.tb_next


def _file(line: TracebackType) -> str:
    return line.tb_frame.f_code.co_filename
