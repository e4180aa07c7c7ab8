"""Logins: each way that clients of each version prove who they are."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from skysyn import Accsyn, Request, connect
from skysyn import accsyn as a
from skysyn.errors import AuthenticationError, DeclarationError, Unavailable
from skysyn.server import WSGITransport
from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings, Space
from skysyn.server.accsyn.limiter import Limiter
from skysyn.server.accsyn.tables import USERS, session, visit

from .world import ADMIN, STANDARD, World, read, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGISTRY = "http://10.0.0.5:8181/api/v3/J3PKTtDvolDMBtTy6AFGA"
LOGIN = "http://localhost/api/v3/api/login"
OLD = "http://localhost/api/v1.0"
KIM = Account(ADMIN, "admin", "key-of-kim", password='a "word" of kim')


@pytest.fixture
def old(tmp_path: Path) -> Iterator[World]:
    """A world whose administrator has a password."""
    space = Space("acmefilm", (KIM,))
    made = World.make(AccsynSettings(spaces=(space,)))
    with made.server:
        yield made


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def basic(key: str = "key-of-kim", workspace: str = "acmefilm") -> dict[str, str]:
    words = f"basic {b64(ADMIN)}:{b64(key)}"
    return {"Authorization": words, "X-Accsyn-Workspace": workspace}


def test_a_login_says_who_is_logged_in(world: World) -> None:
    body = read(world.send(Request("PUT", LOGIN, basic(), b"{}")))

    [me] = world.ask("GET", "user/find", query=f"code={ADMIN}")["result"]
    session_id = body["result"].pop("session_id")
    assert body == {"result": {"id": me["id"], "role": "admin"}}
    assert len(session_id) == 32


def test_the_usual_form_of_basic_authorization_is_read_too(world: World) -> None:
    headers = {**basic(), "Authorization": f"Basic {b64(f'{ADMIN}:key-of-kim')}"}

    assert world.send(Request("PUT", LOGIN, headers, b"{}")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic("wrong"),
        basic(""),
        basic(workspace="other"),
        {"X-Accsyn-Workspace": "acmefilm"},
        {**basic(), "Authorization": "basic !!!:???"},
        {**basic(), "Authorization": "bearer abc"},
        {**basic(), "Authorization": f"ASCredentials {b64('no json')}"},
        {**basic(), "Authorization": f"ASSession {b64('{}')}"},
    ],
)
def test_nobody_else_is_let_in(world: World, headers: dict[str, str]) -> None:
    response = world.send(Request("PUT", LOGIN, headers, b"{}"))

    assert response.status == 401
    assert list(read(response)) == ["message"]


@pytest.mark.parametrize("change", ["disabled", "deactivated", "deleted"])
def test_who_may_no_longer_come_in_is_kept_out(world: World, change: str) -> None:
    with world.session() as kim:
        stan = kim.query(a.User).filter(a.User.code == STANDARD).one()
        if change == "disabled":
            stan.status = a.Availability.DISABLED
            stan.save()
        elif change == "deactivated":
            kim.deactivate(stan)
        else:
            stan.delete()

    with world.session(STANDARD) as other, pytest.raises(AuthenticationError):
        other.log_in()


def test_the_registry_says_where_the_client_has_come_to(world: World) -> None:
    url = f"{REGISTRY}?%7B%22ident%22%3A%20%22AcmeFilm%22%7D"

    body = read(world.send(Request("GET", url)))

    assert body == {"result": {"hostname": "10.0.0.5", "port": 8181}}


def test_older_registries_answer_as_they_did(world: World) -> None:
    three = Request(
        "PUT",
        "http://h:81/api/v3/workspace/J3PKTtDvolDMBtTy6AFGA",
        body=b'{"ident": "acmefilm"}',
    )
    one = Request(
        "PUT",
        f"{OLD}/registry/organization/domain",
        body=b'{"organization": "acmefilm"}',
    )

    assert read(world.send(three)) == {"hostname": "h", "port": 81}
    assert read(world.send(one)) == {"domain": "acmefilm"}


def test_the_registry_knows_no_other_workspace(world: World) -> None:
    response = world.send(Request("GET", f"{REGISTRY}?%7B%22ident%22:%22x%22%7D"))

    assert response.status == 401
    assert "unknown workspace 'x'" in read(response)["message"]


def old_client(world: World, **means: Any) -> Accsyn:
    return Accsyn(
        "acmefilm",
        username=ADMIN,
        version="v1",
        hostname="localhost",
        scheme="http",
        **means,
    )


def test_older_clients_log_in_by_each_means(old: World) -> None:
    transport = WSGITransport(old.server)
    keys: list[str | None] = []
    for means in ({"api_key": "key-of-kim"}, {"password": KIM.password or ""}):
        with connect(old_client(old, **means), transport=transport) as kim:
            keys.append(kim.session_key)
            assert [user.code for user in a.User.query().all()] == [ADMIN]
    with connect(old_client(old, session_key=keys[0]), transport=transport) as kim:
        assert kim.session_key == keys[0]


def test_a_wrong_password_is_refused(old: World) -> None:
    dialect = old_client(old, password="word of nobody")
    session = connect(dialect, transport=WSGITransport(old.server))
    with session as kim, pytest.raises(AuthenticationError, match="invalid"):
        kim.log_in()


def test_a_session_by_password_ends_after_ten_hours(old: World) -> None:
    dialect = old_client(old, password=KIM.password)
    with connect(dialect, transport=WSGITransport(old.server)) as kim:
        key = kim.session_key or ""
    old.pass_time(10 * 3600 - 1)
    assert "result" in by_session(old, key)
    old.pass_time(2)

    assert by_session(old, key)["session_expired"] is True


def by_session(world: World, key: str) -> Any:
    who = {"domain": "acmefilm", "username": ADMIN, "session_key": key}
    headers = {"Authorization": f"ASSession {b64(json.dumps(who))}"}
    event = "%7B%22uri%22:%22user/find%22,%22domain%22:%22acmefilm%22%7D"
    return read(world.send(Request("GET", f"{OLD}/event?{event}", headers)))


def test_a_session_key_lives_as_long_as_was_asked_for(old: World) -> None:
    dialect = old_client(old, api_key="key-of-kim")
    with connect(dialect, transport=WSGITransport(old.server)) as kim:
        key = kim.generate_session_key(60)

    assert "result" in by_session(old, key)
    old.pass_time(61)
    assert by_session(old, key)["session_expired"] is True


DAY = 24 * 3600


def log_in_old(world: World) -> str:
    dialect = old_client(world, api_key="key-of-kim")
    with connect(dialect, transport=WSGITransport(world.server)) as kim:
        kim.log_in()
        return kim.session_key or ""


def kept_sessions(world: World) -> int:
    with world.server.store.read("acmefilm", world.server.now()) as work:
        return len(work.rows(session)) + len(work.rows(visit))


def test_a_session_without_an_end_stays_while_it_is_used(old: World) -> None:
    key = log_in_old(old)
    for _ in range(4):
        old.pass_time(89 * DAY)
        assert "result" in by_session(old, key)
    log_in_old(old)

    assert "result" in by_session(old, key)
    assert kept_sessions(old) == 4


def test_a_session_that_nobody_uses_for_90_days_ends_and_goes(old: World) -> None:
    key = log_in_old(old)
    old.pass_time(91 * DAY)
    before = by_session(old, key)
    log_in_old(old)

    assert before["session_expired"] is True
    assert by_session(old, key)["session_expired"] is True
    assert kept_sessions(old) == 2


def test_logins_that_nobody_asks_for_again_leave_nothing(world: World) -> None:
    for _ in range(3):
        with world.session() as kim:
            kim.log_in()

    assert kept_sessions(world) == 0


def test_sessions_end_if_they_are_said_to(tmp_path: Path) -> None:
    world = World.make(settings(tmp_path, session_seconds=60))
    with world.server, world.session() as kim:
        kim.log_in()
        first = kim.dialect.identity
        world.pass_time(61)

        assert [user.code for user in kim.query(a.User).limit(1).all()] == [ADMIN]
        assert kim.dialect.identity != first
        assert world.ask("GET", "user/find")["session_expired"] is True


def test_api_keys_are_read_only_where_that_is_allowed(tmp_path: Path) -> None:
    shut = World.make(settings(tmp_path))
    open_ = World.make(settings(tmp_path, shows_api_keys=True))
    with shut.server, open_.server:
        assert "permission denied" in shut.ask("GET", "user/api_key")["message"]
        assert open_.ask("GET", "user/api_key") == {"api_key": "key-of-kim"}


def test_no_secret_is_kept(old: World) -> None:
    dialect = old_client(old, password=KIM.password)
    with connect(dialect, transport=WSGITransport(old.server)) as kim:
        key = kim.session_key or ""
    with old.server.store.read("acmefilm", old.server.now()) as work:
        kept = [
            str(row)
            for table in (USERS.table, session)
            for row in work.connection.execute(select(table))
        ]

    secrets = ("key-of-kim", KIM.password or "", key)
    assert not any(secret in row for row in kept for secret in secrets)


def test_no_secret_is_shown() -> None:
    shown = repr(AccsynSettings(spaces=(Space("acmefilm", (KIM,)),)))

    assert "key-of-kim" not in shown
    assert "word" not in shown.replace("password", "")


def test_an_address_is_let_through_thirty_times_a_second(tmp_path: Path) -> None:
    now = [0.0]
    limiter = Limiter(read=lambda: now[0])

    burst = [limiter.takes("a") for _ in range(61)]
    others = limiter.takes("b")
    now[0] = 1.0
    later = [limiter.takes("a") for _ in range(31)]

    assert (sum(burst), others, sum(later)) == (60, True, 30)


def test_one_request_too_many_is_told_so(tmp_path: Path) -> None:
    world = World.make(settings(tmp_path, rate_limit=True))
    world.server.limiter = Limiter(read=lambda: 0.0)
    with world.server, world.session() as kim:
        for _ in range(59):
            kim.query(a.Queue).exists()
        with pytest.raises(Unavailable) as caught:
            kim.query(a.Queue).exists()

    assert caught.value.status == 429


@pytest.mark.parametrize(
    "make",
    [
        lambda: Space("no code"),
        lambda: Account(""),
        lambda: Account("a@b", "boss"),
        lambda: Account("a@b", "admin", ""),
        lambda: AccsynSettings(spaces=()),
        lambda: AccsynSettings(spaces=(Space("a"), Space("A"))),
    ],
)
def test_settings_that_cannot_be_are_refused(make: Any) -> None:
    with pytest.raises(DeclarationError):
        make()


def test_a_restart_keeps_what_is_stored(tmp_path: Path) -> None:
    chosen = settings(tmp_path, database=str(tmp_path / "db"))
    with AccsynServer(chosen) as first:
        connect(first.client(), transport=WSGITransport(first)).save(
            a.Queue(name="Rush")
        )
    with AccsynServer(chosen) as second:
        kim = connect(second.client(), transport=WSGITransport(second))
        assert [q.name for q in kim.query(a.Queue).all()][-1] == "Rush"
