"""What the server makes of replies that no cloud code should give."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import Request
from skysyn.errors import DeclarationError, RemoteError
from skysyn.server import Server, WSGITransport
from skysyn.server.cloud.limits import Limits
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from skysyn.models import JSON

OFFERS: dict[str, Any] = {
    "op": [{"name": "op"}],
    "handler": [{"name": "page", "methods": ["GET"]}],
    "hook": [{"type": "note", "trigger": "beforeSave", "name": "hook"}],
    "provider": [{"type": "auth", "id": "p"}],
}


@attrs.frozen
class Code:
    """Cloud code that gives one reply to everything but its start."""

    reply: Mapping[str, Any]
    offers: JSON = attrs.field(factory=lambda: OFFERS)

    def use(self, opens: object, /) -> None:
        """Open nothing."""

    def close(self) -> None:
        """Have nothing to close."""

    def answer(
        self, message: Mapping[str, JSON], connection: object = None, /
    ) -> Mapping[str, JSON]:
        """Return the reply."""
        is_start = message["name"] == "init"
        return {"result": self.offers} if is_start else self.reply


@pytest.mark.parametrize(
    ("reply", "code", "name"),
    [
        ({"error": {"code": 0, "message": ""}}, 10000, "ErrorCode(0)"),
        ({"error": {}}, 10000, "ErrorCode(0)"),
        ({"error": "no"}, 10000, "UnexpectedError"),
        ({"error": {"code": 20001, "message": "x"}}, 20001, "ErrorCode(20001)"),
        ({"error": {"code": 110, "message": "x"}}, 110, "ResourceNotFound"),
    ],
)
def test_errors_are_told_by_their_code(
    tmp_path: Path, reply: Mapping[str, Any], code: int, name: str
) -> None:
    with Server(settings(database=str(tmp_path / "db")), Code(reply)) as server:
        error = Asker(server).ask("op")["error"]

    assert (error["code"], error["name"]) == (code, name)
    assert error["message"]


@pytest.mark.parametrize(
    "result",
    [
        None,
        "text",
        {"status": 99},
        {"status": 200, "body": "?"},
        {"header": {"A b": ["1"]}},
        {"header": {"A": ["1\r\nB: 2"]}},
        {"header": {"A": ["\u20ac"]}},
    ],
)
def test_a_response_that_cannot_be_sent_is_an_error(
    tmp_path: Path, result: object
) -> None:
    code = Code({"result": result})
    with Server(settings(database=str(tmp_path / "db")), code) as server:
        request = Request("GET", "http://localhost/page")
        response = WSGITransport(server).send(request)

    assert response.status == 500


@pytest.mark.parametrize(
    "result", [None, [], {}, {"_id": "note/2"}, {"_id": "note/1", "_access": "x"}]
)
def test_a_hook_that_gives_another_record_fails(tmp_path: Path, result: object) -> None:
    code = Code({"result": result})
    with Server(settings(database=str(tmp_path / "db")), code) as server:
        ada = Asker(server).signup("ada")
        [entry] = ada.save({"_id": "note/1", "n": 1})

        assert (entry["code"], ada.keys("note")) == (10000, [])


@pytest.mark.parametrize(
    "result", [None, {}, {"principal_id": ""}, {"principal_id": 1}]
)
def test_a_provider_that_names_nobody_refuses(tmp_path: Path, result: object) -> None:
    code = Code({"result": result})
    with Server(settings(database=str(tmp_path / "db")), code) as server:
        assert Asker(server).code("auth:login", provider="p") == (401, 105)


NO_OFFERS: list[JSON] = [
    "text",
    {"op": 1},
    {"op": [{}]},
    {"timer": [{"name": "t", "spec": "soon"}]},
]


@pytest.mark.parametrize("offers", NO_OFFERS)
def test_code_that_does_not_say_what_it_offers_is_not_run(
    tmp_path: Path, offers: JSON
) -> None:
    with (
        pytest.raises(DeclarationError),
        Server(settings(database=str(tmp_path / "db")), Code({}, offers)),
    ):
        pass


def test_more_calls_than_may_run_at_once_are_refused() -> None:
    limits, leave, running = (
        Limits(1, patience=0.05),
        threading.Event(),
        threading.Event(),
    )

    def hold() -> bool:
        running.set()
        return leave.wait(60)

    holding = threading.Thread(target=lambda: limits.run(None, hold, "hold"))
    holding.start()
    running.wait(60)
    with pytest.raises(RemoteError, match="time out"):
        limits.run(None, lambda: None, "more")
    leave.set()
    holding.join()

    assert limits.run(None, lambda: "again", "again") == "again"


def test_records_of_a_server_with_code_and_no_file_are_deleted_at_the_end() -> None:
    with Server(settings(), Code({"result": None})) as server:
        database = server.settings.database
        Asker(server).signup("ada")
    with pytest.raises(FileNotFoundError), open(database):  # noqa: PTH123  # a text
        pass
