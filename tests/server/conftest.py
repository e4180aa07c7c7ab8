"""A server for each test, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def anyone() -> Iterator[Asker]:
    """Somebody without an account."""
    with Server(settings()) as server:
        yield Asker(server)


@pytest.fixture
def ada(anyone: Asker) -> Asker:
    """A user."""
    return anyone.signup("ada")


@pytest.fixture
def bob(anyone: Asker) -> Asker:
    """Another user of the same server."""
    return anyone.signup("bob")


@pytest.fixture
def master(anyone: Asker) -> Asker:
    """Who has the master key of the same server."""
    return anyone.as_master()
