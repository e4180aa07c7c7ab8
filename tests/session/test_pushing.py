"""Pushing to users and devices, at a local server that keeps what it would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Skygear, SkygearSession, connect
from skysyn.errors import NotFound, ProtocolError, QueryError
from skysyn.push import FCM, APNs, Notification, PushReport
from skysyn.server import Server, Settings, WSGITransport
from skysyn.server.push import Push
from skysyn.session.pushing import load_report

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWS = Notification(apns=APNs(alert="news"), fcm=FCM(title="news"))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Settings(api_key="key", master_key="master", push=Push(record=True))
    with Server(made) as server:
        yield server


@pytest.fixture
def session(server: Server) -> SkygearSession:
    """Somebody who has a phone of Apple's."""
    dialect = Skygear("http://localhost", api_key="key")
    session = connect(dialect, transport=WSGITransport(server))
    session.signup(username="ada", password="secret")
    return session


def phone(session: SkygearSession, **more: str) -> str:
    told: dict[str, Any] = {"type": "ios", "device_token": "t", **more}
    made = session.call("device:register", told)
    assert isinstance(made, dict)
    return str(made["id"])


def test_a_user_gets_the_form_of_their_device(
    server: Server, session: SkygearSession
) -> None:
    phone(session)
    user = session.me().user_id

    report = session.push_user(user, NEWS)

    assert report == PushReport((user,))
    assert server.settle(60)
    assert [sent.content for sent in server.pushes] == [{"aps": {"alert": "news"}}]


def test_several_users_are_found_with_or_without_devices(
    session: SkygearSession,
) -> None:
    users = [session.me().user_id, "nobody"]

    assert session.push_users(users, {"apns": {"aps": {}}}).found == tuple(users)


def test_unknown_devices_fail_and_those_of_other_topics_are_skipped(
    session: SkygearSession,
) -> None:
    mine, other = phone(session, topic="a"), phone(session, topic="b", device_token="u")

    report = session.push_devices([mine, "none", other], NEWS, topic="a")

    assert (report.found, report.skipped) == ((mine,), (other,))
    assert list(report.failed) == ["none"]
    assert isinstance(report.failed["none"], NotFound)


def test_one_device_is_pushed_to(session: SkygearSession) -> None:
    mine = phone(session)

    assert session.push_device(mine, NEWS) == PushReport((mine,))


def test_one_text_is_no_list(session: SkygearSession) -> None:
    with pytest.raises(QueryError, match=r"write \['u-1'\]"):
        session.push_users("u-1", NEWS)


@pytest.mark.parametrize("users", [[], [""]])
def test_nobody_to_push_to_is_refused(
    session: SkygearSession, users: list[str]
) -> None:
    with pytest.raises(QueryError, match="id of a user"):
        session.push_users(users, NEWS)


def test_an_answer_that_is_no_list_is_told_apart() -> None:
    with pytest.raises(ProtocolError, match="something else than a list"):
        load_report(("u",), {"ok": True})
