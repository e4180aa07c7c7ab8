"""Several processes are one server: on one PostgreSQL and Redis, or one file."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from .asking import KEY
from .processes import Peer, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .postgres import Postgres
    from .redis_server import RedisServer

pytestmark = pytest.mark.slow

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def three(
    postgres: Postgres,
    redis_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Peer]]:
    """Clients of three processes, which were started at once on an empty database."""
    folder = tmp_path_factory.mktemp("three")
    with serving(
        3,
        folder,
        *("--database", postgres.new_database(), "--assets", str(folder / "files")),
        *("--token-store", redis_server.url, "--pubsub", redis_server.url),
    ) as peers:
        yield peers


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Peer]]:
    """Clients of two processes, which were started at once on a file of SQLite's."""
    with serving(2, tmp_path_factory.mktemp("two")) as peers:
        yield peers


@pytest.fixture(params=["two", "three"])
def peers(request: pytest.FixtureRequest) -> list[Peer]:
    """Clients of two processes on a file, or of three on a PostgreSQL and a Redis."""
    found: list[Peer] = request.getfixturevalue(request.param)
    return found


def open_at(peer: Peer, path: str) -> ClientConnection:
    url = f"{peer.socket}{path}"
    return connect(url, additional_headers={"X-Skygear-API-Key": KEY})


def listen(connection: ClientConnection, channel: str) -> None:
    """Subscribe, and return when the server has done so."""
    for action in ("sub", "dance"):
        connection.send(json.dumps({"action": action, "channel": channel}))
    assert connection.recv(timeout=60) == "Unknow action"


def test_a_session_is_everywhere_and_ends_everywhere(peers: list[Peer]) -> None:
    token = peers[0].signup("ada")

    used = [peer.by(token).result("me")["user_id"] for peer in peers]
    peers[-1].by(token).result("auth:logout")
    codes = [peer.by(token).ask("me")["error"]["code"] for peer in peers]

    assert (len(set(used)), set(codes)) == (1, {104})


def test_signed_tokens_end_everywhere_too(postgres: Postgres, tmp_path: Path) -> None:
    options = ("--token-store", "jwt", "--database", postgres.new_database())
    with serving(2, tmp_path, *options, TOKEN_STORE_SECRET=SECRET) as (one, other):
        token = one.signup("ada")
        used = other.by(token).ask("me")
        other.by(token).result("auth:logout")

        assert ("error" in used, one.by(token).ask("me")["error"]["code"]) == (
            False,
            104,
        )


def test_a_changed_schema_is_known_everywhere(peers: list[Peer]) -> None:
    one, other = peers[0], peers[-1]
    token = one.signup("bob")
    record = {"_id": "plan/1", "n": 1}

    one.by(token).result("record:save", records=[record])
    clash = other.by(token).ask("record:save", records=[{"_id": "plan/2", "n": "text"}])
    other.by(token).result("record:save", records=[{**record, "title": "late"}])
    [found] = one.by(token).result("record:query", record_type="plan")

    assert clash["error"]["code"] == 114
    assert (found["n"], found["title"]) == (1, "late")


def test_types_that_all_extend_at_once_have_every_field(peers: list[Peer]) -> None:
    token = peers[0].signup("eve")

    def save(number: int) -> str:
        record = {"_id": f"wide/{number}", f"field{number}": number, "all": number}
        by = peers[number % len(peers)].by(token)
        [saved] = by.result("record:save", records=[record])
        return str(saved["_type"])

    with ThreadPoolExecutor(12) as pool:
        kinds = set(pool.map(save, range(24)))
    found = peers[0].by(token).result("record:query", record_type="wide")

    assert kinds == {"record"}
    values = sorted(
        (record["all"], record[f"field{record['all']}"]) for record in found
    )
    assert values == [(number, number) for number in range(24)]


def test_numbers_are_given_out_once(peers: list[Peer]) -> None:
    token = peers[0].signup("gus")

    def save(number: int) -> int:
        record = {"_id": f"ticket/{number}", "no": {"$type": "seq"}}
        by = peers[number % len(peers)].by(token)
        [saved] = by.result("record:save", records=[record])
        return int(saved["no"])

    save(-1)
    with ThreadPoolExecutor(12) as pool:
        numbers = sorted(pool.map(save, range(60)))

    assert numbers == list(range(2, 62))


def test_a_new_record_that_several_save_at_once_is_made_once(
    peers: list[Peer],
) -> None:
    token = peers[0].signup("ivy")

    def save(number: int) -> str:
        fields = {f"by{number % 4}": number}
        records = [{"_id": f"same/{number // 4}", **fields}, {"_id": f"own/{number}"}]
        by = peers[number % len(peers)].by(token)
        saved, own = by.result("record:save", records=records)
        assert own["_id"] == f"own/{number}"
        return str(saved["_type"])

    with ThreadPoolExecutor(12) as pool:
        kinds = set(pool.map(save, range(96)))
    found = peers[0].by(token).result("record:query", record_type="same")

    assert kinds == {"record"}
    made = {(r["_id"], *(r[f"by{n}"] for n in range(4))) for r in found}
    assert made == {(f"same/{n}", *range(4 * n, 4 * n + 4)) for n in range(24)}


def test_atomic_changes_of_one_record_are_whole(peers: list[Peer]) -> None:
    token = peers[0].signup("hal")

    def save(number: int) -> None:
        pair = [{"_id": f"pair/{side}", "n": number} for side in "ab"]
        by = peers[number % len(peers)].by(token)
        by.result("record:save", records=pair, atomic=True)

    save(0)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(save, range(48)))
    seen = [
        {r["n"] for r in peer.by(token).result("record:query", record_type="pair")}
        for peer in peers
    ]

    assert (len(seen[0]), seen) == (1, [seen[0]] * len(peers))


def test_a_file_that_one_received_is_sent_by_another(peers: list[Peer]) -> None:
    said = {"filename": "a.txt", "content-type": "text/plain", "content-size": 2}
    asset = peers[0].result("asset:put", **said)["asset"]
    peers[0].send("PUT", f"/files/{asset['$name']}", b"hi", **{"Content-Type": "a/b"})

    path = asset["$url"].partition(peers[0].endpoint)[2]

    assert path.startswith("/files/")
    assert [peer.send("GET", path).body for peer in peers] == [b"hi"] * len(peers)


def test_channels_reach_who_listens_elsewhere(three: list[Peer]) -> None:
    one, other, third = three
    with open_at(one, "/pubsub") as hears, open_at(third, "/_/pubsub") as inside:
        listen(hears, "news")
        listen(inside, "news")
        with open_at(other, "/pubsub") as tells:
            said = {"action": "pub", "channel": "news", "data": {"n": 1}}
            tells.send(json.dumps(said))
            got = hears.recv(timeout=60)

        assert got == '{"channel":"news","data":{"n":1}}'
        with pytest.raises(TimeoutError):
            inside.recv(timeout=0.2)


def test_devices_are_told_of_changes_elsewhere(three: list[Peer]) -> None:
    one, other, third = three
    token = one.signup("joe")
    device = one.by(token).result("device:register", type="android")["id"]
    wanted = {"id": "s", "type": "query", "query": {"record_type": "memo"}}
    one.by(token).result("record:save", records=[{"_id": "memo/0", "t": "a"}])
    other.by(token).result(
        "subscription:save", device_id=device, subscriptions=[wanted]
    )

    with open_at(third, "/_/pubsub") as listening:
        listen(listening, f"_sub_{device}")
        one.by(token).result("record:save", records=[{"_id": "memo/1", "t": "b"}])
        told = json.loads(listening.recv(timeout=60))

    assert told["data"]["subscription-id"] == "s"


def test_a_slave_has_everything_but_channels(two: list[Peer], tmp_path: Path) -> None:
    with serving(1, tmp_path, SLAVE="YES") as [slave]:
        there = slave.by(slave.signup("ada")).result("me")
        with pytest.raises(InvalidStatus):
            open_at(slave, "/pubsub")

    assert "user_id" in there
    with open_at(two[0], "/pubsub") as listening:
        listen(listening, "news")
