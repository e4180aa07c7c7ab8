"""Every recorded call of the official accsyn client 3.4.0, asked by us."""

from __future__ import annotations

import json
import socket
import warnings
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.errors import NotFound, SkysynError
from skysyn.models import Compare, Path
from tests.accsyn.stub import ENTITY, Sent, Stub, read

from .accsyn_call import MANY
from .accsyn_calls import CALLS
from .accsyn_refused import REFUSED
from .recordings import VARIABLE, folder

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = folder().parent / "accsyn" / "official_client_requests.json"

pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"no recordings in {FILE}; {VARIABLE} names others"
)

ELSEWHERE = {
    'Session(workspace="acmefilm", username="john@user.com", api_key=...)  [AS_DEV=1]',
    "ls of 60k path list (GET, uncompressed 60k+ URL)",
    "update_one (deprecated alias)",
    "offline_one('User', UID)  (deprecated alias)",
    "deassign('Volume','client',{...})",
    "get_last_message()",
    "Session.get_hostname()",
    "Session.dump({'d': datetime})",
}
"""Calls that `tests/accsyn` shows instead; so it does all that open with `server:`."""


def calls() -> dict[str, list[Sent]]:
    if not FILE.is_file():
        return {}
    recorded = json.loads(FILE.read_text())["calls"]
    return {
        call["call"]: [
            read(request["method"], request["path"], request["json"])
            for request in call["requests"]
            if "uri" in request["json"]
        ]
        for call in recorded
    }


RECORDED = calls()


def expected(call: str, api: str) -> list[Sent]:
    """Return what was recorded, with the differences of docs/accsyn-differences.md."""
    change = DIFFERENCES.get((call, api)) or DIFFERENCES.get((call, "both"))
    sent = RECORDED[call]
    return sent if change is None else change(sent)


def with_data(**data: Any) -> Callable[[list[Sent]], list[Sent]]:
    return lambda sent: [
        *sent[:-1],
        attrs.evolve(sent[-1], data={**(sent[-1].data or {}), **data}),
    ]


def with_query(query: object) -> Callable[[list[Sent]], list[Sent]]:
    return lambda sent: [attrs.evolve(sent[0], query=query), *sent[1:]]


QUOTED = (
    "find_one(\"Delivery WHERE name='Project  References'\")  (single quotes, "
    "double space)"
)
SETTING = (
    "get_setting(name, entitytype='Queue', entityid=OID, integration='ftrack', "
    "data={..})"
)
ONE = with_data(limit=1)
DIFFERENCES: dict[tuple[str, str], Callable[[list[Sent]], list[Sent]]] = {
    ("find_one('User')", "both"): ONE,
    ("find_one('Transfer WHERE name=\"x and y.png\"')", "both"): ONE,
    (
        QUOTED,
        "both",
    ): ONE,
    ("find with newline before AND", "both"): with_query(
        (
            "",
            Compare("eq", Path(("status",)), "failed")
            & Compare("gt", Path(("size",)), 10),
        )
    ),
    ("find(... every flag ...)", "typed"): with_data(
        attributes=["id", "source", "destination"]
    ),
    ("grant(code with a quote) - no escaping", "both"): with_query(
        ("", Compare("eq", Path(("code",)), "o'hara@example.com"))
    ),
    (
        SETTING,
        "both",
    ): with_data(entitytype="queue"),
    ("create with >100k payload (gz_data)", "both"): with_data(tasks=MANY),
    (
        "ls of >100k path list (GET, gz_data in the query string)",
        "both",
    ): with_data(op="ls", path=MANY, download=True, recursive=False, getsize=False),
}


def unknown(uri: str, data: object) -> dict[str, Any] | None:
    return {"result": []} if uri == "user/find" and data is None else None


def answers(call: str) -> Callable[[str, Any], dict[str, Any] | None] | None:
    return unknown if "unknown user" in call else None


def compare(stub: Stub, call: str, api: str) -> None:
    wanted = expected(call, api)
    if "revoke(user by code" in call:
        # the stub's entry is another user's, which is left alone
        wanted = wanted[:2]
    assert stub.sent == wanted


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "vm")
    for name in ("ACCSYN_API_KEY", "ACCSYN_SESSION_KEY", "ACCSYN_CREDENTIALS_PATH"):
        monkeypatch.delenv(name, raising=False)


def run(call: str, ask: Callable[[], object]) -> None:
    if call == "grant unknown user with invite False":
        with pytest.raises(NotFound):
            ask()
    else:
        ask()


@pytest.mark.parametrize("call", CALLS)
def test_session_sends_what_the_official_client_sends(call: str) -> None:
    stub = Stub(answers(call))
    session = stub.plain()
    ask = CALLS[call][0]
    assert ask is not None

    run(call, lambda: ask(session))

    compare(stub, call, "plain")


@pytest.mark.parametrize("call", [c for c, (_, typed) in CALLS.items() if typed])
def test_typed_methods_send_what_the_official_client_sends(call: str) -> None:
    stub = Stub(answers(call))
    ask = CALLS[call][1]
    assert ask is not None

    run(call, lambda: ask(stub.typed()))

    compare(stub, call, "typed")


@pytest.mark.parametrize("call", REFUSED)
def test_what_the_official_client_refuses_is_refused(call: str) -> None:
    stub = Stub()
    session = stub.plain()

    with pytest.raises(SkysynError) as refused:
        REFUSED[call](session)

    assert stub.sent == RECORDED[call] == []
    assert session.get_last_message() == str(refused.value)


@pytest.mark.parametrize(
    ("call", "older", "newer"),
    [
        (
            "update_one (deprecated alias)",
            "update_one",
            ("Transfer", ENTITY, {"status": "waiting"}),
        ),
        (
            "offline_one('User', UID)  (deprecated alias)",
            "offline_one",
            ("User", "66aa0000000000000000000a"),
        ),
    ],
)
def test_older_names_warn_and_send_the_same(
    call: str, older: str, newer: tuple[Any, ...]
) -> None:
    stub = Stub()
    session = stub.plain()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(session, older)(*newer)

    assert [w.category for w in caught] == [DeprecationWarning]
    assert stub.sent == RECORDED[call]


def test_every_recorded_call_is_asked_by_us() -> None:
    servers = {call for call in RECORDED if call.startswith("server:")}

    assert set(RECORDED) == {*CALLS, *REFUSED, *ELSEWHERE, *servers}
