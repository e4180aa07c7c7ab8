"""Running tests of users of the plugin, inside of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.server import Server
from skysyn.server.accsyn import AccsynServer
from skysyn.testing import chain, clock, factories

if TYPE_CHECKING:
    import pytest

LOADED = (Server, AccsynServer, chain, clock, factories)
"""Imported once, and not in each inner run."""

QUIET = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:asyncio")


def outcomes(pytester: pytest.Pytester, *options: str) -> dict[str, int]:
    """Return the outcomes of the tests."""
    result = pytester.runpytest_inprocess(*QUIET, *options)
    # other plugins of this environment may warn
    return {k: n for k, n in result.parseoutcomes().items() if k != "warnings"}
