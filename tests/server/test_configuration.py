"""What cloud code is told of the settings when it starts."""

from __future__ import annotations

import pytest

from skysyn.server.cloud.events import configuration

from .asking import settings


@pytest.mark.parametrize(
    ("url", "implementation"),
    [
        ("postgresql://localhost/app", "pq"),
        ("postgres://localhost/app", "pq"),
        ("sqlite:///app", "sqlite"),
        ("postgresql.db", "sqlite"),
    ],
)
def test_cloud_code_is_told_the_kind_of_the_database(
    url: str, implementation: str
) -> None:
    told = configuration(settings(database=url))["database"]

    assert told == {"implementation": implementation, "option": url}
