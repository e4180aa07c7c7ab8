"""Ids and users that differ from run to run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from skysyn import Skygear
from skysyn.models import Call

from .playing import play, refused
from .service import record, request

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.transport import Request


def test_new_ids_of_the_client_are_those_of_this_run(path: Path) -> None:
    def asked(key: str) -> list[Request]:
        save = {"_id": f"note/{key}", "title": "a"}
        return [
            request("record:save", records=[save]),
            request("record:fetch", ids=[f"note/{key}"]),
        ]

    record(path, *asked(str(uuid4())))
    key = str(uuid4())

    played = play(path, *asked(key))

    assert all(key in one.body.decode() for one in played)


def test_an_id_stays_the_same_once_it_is_known(path: Path) -> None:
    first, second = str(uuid4()), str(uuid4())
    save = {"_id": f"note/{first}", "title": "a"}
    fetch = request("record:fetch", ids=[f"note/{first}"])
    record(path, request("record:save", records=[save]), fetch)

    wrong = request("record:fetch", ids=[f"note/{second}"])

    assert "nothing like this" in refused(
        path, request("record:save", records=[save]), wrong
    )


def test_ids_that_were_there_before_are_matched_as_they_are(path: Path) -> None:
    key = "0f9d1c52-4a55-4f0b-9a4e-6a8b0a2c1d11"
    record(path, request("record:fetch", ids=[f"note/{key}"]))

    assert key in path.read_text()
    assert "nothing like this" in refused(
        path, request("record:fetch", ids=[f"note/{uuid4()}"])
    )


def test_another_user_is_another_question(path: Path) -> None:
    def ask(token: str) -> Request:
        client = Skygear("https://a.example", api_key="k" * 9, access_token=token)
        return client.encode(Call("me"))

    record(path, ask("token-of-ada"), ask("token-of-bob"), ask("token-of-ada"))

    same = [ask("other-ada"), ask("other-bob"), ask("other-ada")]
    swapped = [ask("other-ada"), ask("other-bob"), ask("other-bob")]

    assert len(play(path, *same)) == 3
    assert "(1 times, interaction 2)" in refused(path, *swapped)


def test_that_somebody_else_asks_is_told(path: Path) -> None:
    def ask(token: str) -> Request:
        client = Skygear("https://a.example", api_key="k" * 9, access_token=token)
        return client.encode(Call("me"))

    record(path, ask("token-of-ada"), ask("token-of-ada"))

    assert "who asks" in refused(path, ask("other-ada"), ask("other-bob"))
