from __future__ import annotations

import pytest

from .service import Service
from .users import Users


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def users() -> Users:
    return Users()
