"""Sessions are kept the same way wherever they are kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import attrs
import jwt
import pytest

from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server
from skysyn.server.services import open_services

from .asking import KEY, Asker, settings
from .redis_server import RedisServer, find_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from skysyn.server import Settings

    Made = Callable[..., Asker]

NOW = time.time() + 86_400
"""When tokens are made that are as new as their users."""
SECRET = "0123456789abcdef0123456789abcdef"


def kept(request: pytest.FixtureRequest, where: str) -> Settings:
    """Return settings whose sessions are kept *where*."""
    if where == "redis":
        running: RedisServer = request.getfixturevalue("redis_server")
        running.client.flushall()
        where = running.url
    return settings(token_store=where, token_secret=SECRET)


@pytest.fixture(params=["database", "jwt", "redis"])
def store(request: pytest.FixtureRequest) -> Settings:
    """Settings with each kind of store."""
    return kept(request, request.param)


@pytest.fixture
def ada(store: Settings) -> Iterator[Asker]:
    """A user of a server with each kind of store."""
    with Server(store) as server:
        yield Asker(server).signup("ada")


def login(asker: Asker, password: str = "secret") -> Asker:
    """Return another session of Ada's."""
    data = {"username": "ada"}
    made = asker.result("auth:login", auth_data=data, password=password)
    return attrs.evolve(asker, token=made["access_token"])


def test_a_token_is_its_users_until_logout_which_leaves_other_sessions(
    ada: Asker,
) -> None:
    other = login(ada)

    before = (ada.result("me")["user_id"], other.result("me")["user_id"])
    other.result("auth:logout")
    twice = other.code("auth:logout")

    assert before == (ada.user_id, ada.user_id)
    assert (other.code("me"), twice) == ((401, 104), (401, 104))
    assert ada.result("me")["user_id"] == ada.user_id


def test_a_changed_password_ends_every_session_but_the_new_one(ada: Asker) -> None:
    other = login(ada)

    made = ada.result("auth:password", old_password="secret", password="new")

    new = attrs.evolve(ada, token=made["access_token"])
    assert (ada.code("me"), other.code("me")) == ((401, 104), (401, 104))
    assert new.result("me")["user_id"] == ada.user_id
    assert login(ada, "new").result("me")["user_id"] == ada.user_id


def test_a_reset_password_ends_every_session(ada: Asker) -> None:
    reset = {"auth_id": ada.user_id, "password": "new"}
    ada.as_master().result("auth:reset_password", **reset)

    assert ada.code("me") == (401, 104)


def test_a_disabled_user_is_refused_and_let_in_again_later(ada: Asker) -> None:
    master = ada.as_master()

    master.result("auth:disable:set", auth_id=ada.user_id, disabled=True)
    refused = ada.code("me")
    master.result("auth:disable:set", auth_id=ada.user_id, disabled=False)

    assert refused == (403, 127)
    assert ada.result("me")["user_id"] == ada.user_id


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800", "x" * 5000, "é"])
def test_what_is_no_token_is_refused(ada: Asker, token: str) -> None:
    wanted = (401, 101) if not token else (401, 104)

    body = {"access_token": token, "api_key": KEY if token else ""}
    assert attrs.evolve(ada, key="", token=None).code("me", **body) == wanted


def test_sessions_end_in_time(store: Settings) -> None:
    with Server(attrs.evolve(store, token_seconds=3)) as server:
        ada = Asker(server).signup("ada")
        first = "error" not in ada.ask("me")
        last = time.monotonic() + 60
        while "error" not in ada.ask("me") and time.monotonic() < last:
            time.sleep(0.1)

        assert (first, ada.code("me")) == (True, (401, 104))


def test_sessions_outlive_the_server(store: Settings, tmp_path: Any) -> None:
    there = attrs.evolve(store, database=str(tmp_path / "db"))
    with Server(there) as server:
        ada = Asker(server).signup("ada")
        gone = login(ada)
        gone.result("auth:logout")

    with Server(there) as server:
        again = attrs.evolve(ada, server=server)
        assert again.result("me")["user_id"] == ada.user_id
        assert attrs.evolve(gone, server=server).code("me") == (401, 104)


def test_a_signed_token_claims_what_the_original_claimed(
    request: pytest.FixtureRequest,
) -> None:
    with Server(attrs.evolve(kept(request, "jwt"), token_seconds=60)) as server:
        ada = Asker(server).signup("ada")

    assert ada.token is not None
    said = jwt.decode(ada.token, SECRET, algorithms=["HS256"], issuer="myapp")
    assert (said["sub"], sorted(said)) == (
        ada.user_id,
        ["exp", "iat", "iss", "jti", "sub"],
    )
    assert 60 <= said["exp"] - said["iat"] <= 61


@pytest.mark.parametrize(
    ("changes", "secret"),
    [
        ({"iss": "other"}, SECRET),
        ({"exp": 1}, SECRET),
        ({"sub": None}, SECRET),
        ({"jti": None}, SECRET),
        ({"iat": "now"}, SECRET),
        ({}, SECRET[::-1]),
    ],
)
def test_a_token_that_we_did_not_sign_so_is_refused(
    request: pytest.FixtureRequest, changes: dict[str, Any], secret: str
) -> None:
    with Server(kept(request, "jwt")) as server:
        ada = Asker(server).signup("ada")
        said = {"jti": "1", "iat": NOW, "iss": "myapp", "sub": ada.user_id}
        claims = {k: v for k, v in {**said, **changes}.items() if v is not None}

        codes = [
            attrs.evolve(ada, token=jwt.encode(made, key, "HS256")).ask("me")
            for made, key in [(claims, secret), (said, SECRET)]
        ]

    assert [code.get("error", {}).get("code") for code in codes] == [104, None]


def test_a_token_of_another_algorithm_is_refused(
    request: pytest.FixtureRequest,
) -> None:
    secret = SECRET * 2
    with Server(attrs.evolve(kept(request, "jwt"), token_secret=secret)) as server:
        ada = Asker(server).signup("ada")
        said = {"jti": "1", "iat": NOW, "iss": "myapp", "sub": ada.user_id}
        made = [jwt.encode(said, secret, name) for name in ("HS512", "HS256")]
        unsigned = jwt.encode(said, "", "none")

        found = [attrs.evolve(ada, token=t).ask("me") for t in (*made, unsigned)]

    assert ["error" in body for body in found] == [True, False, True]


def test_a_secret_that_can_be_guessed_signs_nothing() -> None:
    with pytest.raises(DeclarationError, match="32 bytes or more"):
        Server(settings(token_store="jwt"))


def test_a_store_that_is_none_is_refused() -> None:
    with pytest.raises(DeclarationError, match="no token store 'mysql'") as caught:
        Server(settings(token_store="mysql://me:secret@localhost"))

    assert "secret" not in str(caught.value)


def test_keys_in_redis_tell_no_token(redis_server: RedisServer) -> None:
    with redis_server.client as client:
        client.flushall()
        there = settings(token_store=redis_server.url, token_prefix="mine")
        with Server(attrs.evolve(there, token_seconds=60)) as server:
            ada = Asker(server).signup("ada")
        keys = client.keys("*")
        left = [client.ttl(key) for key in keys]

    assert {key[:17] for key in keys} == {b"mine:myapp:token:"}
    assert [str(ada.token).encode() in key for key in keys] == [False, False]
    assert all(0 < seconds <= 60 for seconds in left)


def test_without_redis_who_has_a_token_is_asked_to_wait() -> None:
    program = find_program()
    if program is None:
        pytest.skip("Redis is not installed: no redis-server was found")
    with (
        RedisServer(program) as fleeting,
        Server(settings(token_store=fleeting.url)) as server,
    ):
        ada = Asker(server).signup("ada")
        fleeting.stop()

        refused = ada.code("me")
        known = Asker(server).result("_status:healthz")

    assert (refused, known) == ((503, 10002), {"status": "OK"})


def test_a_server_without_the_redis_of_its_sessions_does_not_start() -> None:
    with pytest.raises(StateError, match="running"):
        Server(settings(token_store="redis://127.0.0.1:1"))


def test_what_is_no_token_ends_nothing(store: Settings) -> None:
    with open_services(store) as services, services.store.write() as work:
        mine = services.tokens.issue(work, "somebody")
        services.tokens.forget(work, "nothing")
        found = services.tokens.find(work, mine)

    assert found is not None
    assert found.user_id == "somebody"
