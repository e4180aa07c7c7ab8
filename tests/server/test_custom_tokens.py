"""Tokens of another service: whom they log in, and which are refused."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from skysyn.server import Server

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = int(time.time())
DAY = 86_400
SECRET = "short"


@pytest.fixture
def anyone() -> Iterator[Asker]:
    """Somebody at a server that knows the other service's secret."""
    with Server(settings(custom_token_secret=SECRET)) as server:
        yield Asker(server)


def made(algorithm: str = "HS256", **changes: Any) -> str:
    """Return a token as the other service makes it, with *changes*."""
    claims = {"sub": "somebody", "iat": NOW, "exp": NOW + DAY, **changes}
    said = {name: value for name, value in claims.items() if value is not None}
    with warnings.catch_warnings(action="ignore"):  # the secret is short on purpose
        return jwt.encode(said, SECRET, algorithm)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_who_has_a_token_is_the_same_user_each_time(
    anyone: Asker, algorithm: str
) -> None:
    first, again = (
        anyone.result(
            "sso:custom_token:login", token=made(algorithm, skyprofile={"n": n})
        )
        for n in (1, 2)
    )

    assert again["user_id"] == first["user_id"]
    assert (first["profile"]["n"], again["profile"]["n"]) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"sub": None}, (401, 105)),
        # the original could not tell empty claims from missing ones
        ({"sub": ""}, (401, 105)),
        ({"iat": None}, (401, 105)),
        ({"iat": 0}, (401, 105)),
        ({"exp": None}, (401, 105)),
        ({"exp": 1}, (400, 107)),
        ({"sub": 1}, (400, 107)),
        ({"iat": NOW + DAY}, (400, 107)),
        ({"skyprofile": []}, (400, 107)),
    ],
)
def test_a_token_that_lacks_something_is_refused(
    anyone: Asker, changes: dict[str, Any], refused: tuple[int, int]
) -> None:
    token = made(**changes)

    assert anyone.code("sso:custom_token:login", token=token) == refused


def test_what_others_signed_is_refused(anyone: Asker) -> None:
    claims = {"sub": "somebody", "iat": NOW, "exp": NOW + DAY}
    tokens = [jwt.encode(claims, "x" * 32, "HS256"), jwt.encode(claims, "", "none")]

    found = [anyone.code("sso:custom_token:login", token=t) for t in (*tokens, "a.b.c")]

    assert found == [(400, 107)] * 3
