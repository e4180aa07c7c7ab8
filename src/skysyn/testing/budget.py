"""Budget: how many requests a test may make, and who made them."""

from __future__ import annotations

import inspect
import linecache
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

from skysyn.errors import BudgetExceeded
from skysyn.transport import Request, Response, WrappingTransport

from .tracebacks import is_ours

if TYPE_CHECKING:
    from skysyn.transport import Transport


@attrs.frozen(order=True)
class Site:
    """A line of code that made a request."""

    file: str
    line: int
    action: str

    def __str__(self) -> str:
        source = linecache.getline(self.file, self.line).strip()
        shown = _relative(self.file)
        return f"{shown}:{self.line}  {source:.80}  ({self.action})"


@attrs.define
class Budget:
    """Counts requests; call it with the most that may be made from now on.

    *limit* None means that any number may.
    """

    limit: int | None = None
    sites: list[Site] = attrs.field(factory=list[Site])
    failure: BudgetExceeded | None = None
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def __call__(self, limit: int) -> Budget:
        """Allow *limit* requests from now on."""
        self.limit = limit
        self.sites.clear()
        return self

    @property
    def spent(self) -> int:
        """How many requests were made."""
        return len(self.sites)

    def spend(self, action: str) -> None:
        """Count a request.

        Raises:
            BudgetExceeded: it is one too many; the text names the lines that ask.
        """
        with self._lock:
            self.sites.append(_site(action))
            if self.limit is not None and len(self.sites) > self.limit:
                self.failure = BudgetExceeded(self.report())
                raise self.failure

    def report(self) -> str:
        """Return how many requests each line of code made."""
        found = Counter(self.sites).most_common()
        lines = [f"    {count} from {site}" for site, count in found]
        head = f"{self.spent} requests are made, and {self.limit} allowed:"
        return "\n".join([head, *lines])


class BudgetTransport(WrappingTransport):
    """Counts what passes in *budget*."""

    def __init__(self, inner: Transport, budget: Budget) -> None:
        super().__init__(inner)
        self._budget = budget

    @override
    def send(self, request: Request) -> Response:
        path = request.safe_url.split("/", 3)[-1]
        self._budget.spend(f"{request.method} /{path}")
        return self.inner.send(request)


def _site(action: str) -> Site:
    """Return the innermost line that is not of this library."""
    frame = inspect.currentframe()
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return Site("?", 0, action)
    return Site(frame.f_code.co_filename, frame.f_lineno, action)


def _relative(file: str) -> str:
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return file
