"""Every request that official clients were recorded to send gets a fitting answer.

The ids in the recordings are those of a stub; here they become those of what each
request is about.
"""

from __future__ import annotations

import base64
import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import attrs
import pytest

from skysyn import Request
from skysyn import accsyn as a
from skysyn.dialects.accsyn.events import compress
from skysyn.server.accsyn.work import members

from .recorded import FILES, NEW, RECORDED, Recorded
from .world import ADMIN, World, read, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from skysyn.models import JSON

pytestmark = pytest.mark.skipif(
    not (FILES / NEW).is_file(), reason=f"no recordings in {FILES}"
)

USER, JOB, VOLUME = (f"66aa0000000000000000000{x}" for x in "abc")
SERVER, ACL, ENTITY = (
    "66aa0000000000000000000d",
    "66aa0000000000000000000e",
    "66aa00000000000000000001",
)
TASK = "0f9d1c52-4a55-4f0b-9a4e-6a8b0a2c1d11"
LOGIN = "john@user.com"


EVENTS = [one for one in RECORDED if "uri" in one.document]
REFUSED = {
    # the newline before AND is deleted by the client, which leaves no operator
    "find with newline before AND": "invalid query",
    # the quote in the code is not escaped by the client
    "grant(code with a quote) - no escaping": "invalid query",
    # attributes that transfers have not
    "create with naive + aware datetime, date": "cannot be given",
    "create with a datetime": "cannot be given",
    "create with >100k payload (gz_data)": "cannot be given",
    "create with >100k payload": "cannot be given",
    # nobody has invited her here
    "activate_one('User', 'Lisa@Example.com')": "not found",
    # every workspace has one from the start
    'create("Queue", ..)': "already exists",
}
"""Calls of which a request is refused here, with what the refusal says."""


@attrs.frozen
class Stage:
    """A world with one of everything that the recordings are about."""

    world: World
    ids: dict[str, str]
    root: Path

    def document(self, recorded: Recorded) -> dict[str, Any]:
        """Return what is sent, about what is there."""
        text = json.dumps(recorded.document)
        kind = recorded.document["uri"].lower().partition("/")[0]
        data: Any = recorded.document.get("data")
        about = self.ids.get(kind, self.ids["transfer"])
        if kind == "share":
            about = self.ids["volume"]
        if kind == "job" and "recipient" in recorded.document["uri"]:
            about = self.ids["delivery"]
        if kind == "setting" and "entitytype" in data:
            about = self.ids.get(str(data["entitytype"]).lower(), about)
        text = text.replace(f'"recipient": "{ENTITY}"', f'"recipient": "{USER}"')
        text = text.replace(f"user:{ENTITY}", f"user:{USER}")
        text = text.replace(f"share:{ENTITY}", f"share:{VOLUME}")
        for stub, real in {
            ENTITY: about,
            USER: self.ids["user"],
            JOB: self.ids["transfer"],
            VOLUME: self.ids["volume"],
            SERVER: self.ids["server"],
            ACL: self.ids["acl"],
            TASK: self.ids["task"],
            "share=p/": "share=proj/",
            '"share=p"': '"share=proj"',
            "share=q/b": "share=proj/scd",
            "theproject": "proj",
            "myproject": "proj",
            "john@user.com": ADMIN,
        }.items():
            text = text.replace(stub, real)
        found: dict[str, Any] = json.loads(text)
        if str(found.get("gz_data", "")).startswith("<"):
            paths = [f"share=proj/{number:06}/{'x' * 40}" for number in range(2500)]
            packed: Any = {"op": "exists", "path": paths}
            is_file = recorded.document["uri"].endswith("/file")
            junk: Any = {"junk": paths}
            found["gz_data"] = compress(packed if is_file else junk)
        return found

    def answer(self, recorded: Recorded) -> Any:
        """Send a recorded request again, as the client did; return the body."""
        document = self.document(recorded)
        self.prepare(document.get("data"))
        sent = json.dumps(document)
        headers = {**recorded.headers, "Authorization": self.authorization(recorded)}
        headers.pop("Content-Length", None)
        url = f"http://localhost{recorded.path}"
        if recorded.method in {"GET", "DELETE"}:
            request = Request(
                recorded.method, f"{url}?{quote(sent, safe='/')}", headers
            )
        else:
            request = Request(recorded.method, url, headers, sent.encode())
        response = self.world.send(request)
        assert response.headers["Content-Type"] == "application/json"
        return read(response)

    def prepare(self, data: Any) -> None:
        """Make the folders that a file operation is about."""
        if not data or "op" not in data or data["op"] == "mkdir":
            return
        named: Any = data["path"]
        paths: list[str] = [named] if isinstance(named, str) else list(named)
        for path in paths:
            self._folder(path).mkdir(parents=True, exist_ok=True)
        if "path_to" in data:
            self._folder(str(data["path_to"])).parent.mkdir(exist_ok=True)

    def _folder(self, path: str) -> Path:
        return self.root / path.partition("/")[2]

    def authorization(self, recorded: Recorded) -> str:
        """Return the header of the recorded form with a key that is right."""
        given = recorded.headers["Authorization"].partition(" ")[0]
        if given == "basic":
            parts = (ADMIN, "key-of-kim")
            return "basic " + ":".join(_base64(part) for part in parts)
        who = {"domain": "acmefilm", "username": ADMIN, "session_key": self.ids["key"]}
        return f"ASSession {_base64(json.dumps(who))}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _answered(operation: str, data: JSON) -> JSON:
    del operation, data
    return {"ok": True}


def _open(folder: Path) -> World:
    chosen = settings(
        folder,
        database=str(folder / "db"),
        shows_api_keys=True,
        integrations={"ftrack": _answered},
    )
    return World.make(chosen)


@attrs.frozen
class Original:
    """A database with one of everything, and its files, to copy for each stage."""

    folder: Path
    ids: dict[str, str]

    @contextmanager
    def copied(self, folder: Path) -> Generator[Stage]:
        """Open a copy of it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        world = _open(folder)
        with world.server:
            yield Stage(world, self.ids, folder / "acmefilm")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("original"))


def make_original(folder: Path) -> Original:
    """Make one of everything in *folder*."""
    world = _open(folder)
    for name in ("c", "ref.tif", "TRAILER.mov"):
        (folder / "acmefilm" / name).write_bytes(b"content")
    with world.server, world.session() as session:
        return Original(folder, _made(session))


@pytest.fixture(scope="module")
def read_only(
    original: Original, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A stage that all requests share that change nothing."""
    with original.copied(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def stage(
    recorded: Recorded, original: Original, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """A stage for one request."""
    if recorded.method == "GET":
        yield request.getfixturevalue("read_only")
        return
    with original.copied(request.getfixturevalue("tmp_path")) as made:
        yield made


def _made(session: Any) -> dict[str, str]:
    """Make one of everything, and return the ids."""
    user = session.create(a.Invitation(code="mary@example.com"))
    session.save(a.Site(name="b"))
    volume = session.query(a.Volume).one()
    transfer = session.create(a.NewTransfer(source="a.mov", destination="site=b:in/"))
    delivery = session.create(
        a.NewDelivery(name="D", tasks=["a.mov"], recipients=["mary@example.com"])
    )
    folder = session.create(a.NewFolder(name="p", path=""))
    collection = session.create(a.NewCollection(name="C", files=["a.mov"]))
    queue = a.Queue(name="Q")
    session.save(queue)
    ids = {
        "user": user,
        "volume": volume,
        "transfer": transfer,
        "job": transfer,
        "delivery": delivery,
        "folder": folder,
        "collection": collection,
        "file": collection,
        "queue": queue,
        "acl": session.access.grant(user, volume),
        "server": session.query(a.Server).one(),
        "task": session.query(a.Task).parent(transfer).one(),
    }
    key = session.event("POST", "user/generate_session_key", {"lifetime": 3600})
    found = {name: str(entity.id) for name, entity in ids.items()}
    return {**found, "key": str(key.info["session_key"])}


def check_rows(stage: Stage, recorded: Recorded, rows: list[dict[str, Any]]) -> None:
    """Have rows the attributes of their kind, or some of them if these are asked for.

    There is a row if all of a kind are asked for that are in use.
    """
    asked = members(recorded.document.get("data"))
    kind = recorded.document["uri"].lower().split("/")[-2]
    if (kind, asked.get("type")) == ("job", 2):
        kind = "queue"
    wanted = {"entitytype": kind}
    known = set(stage.world.ask("GET", "attributes", wanted)["result"])
    for row in rows:
        assert set(row) <= known if asked.get("attributes") else set(row) == known
    is_in_use = not (asked.get("offline") or asked.get("inactive"))
    assert rows or recorded.document.get("query") or not is_in_use


@pytest.mark.parametrize(
    "recorded",
    [pytest.param(one, id=f"{n}-{one.call[:40]}") for n, one in enumerate(EVENTS)],
)
def test_every_recorded_event_gets_an_answer_of_its_form(
    stage: Stage, recorded: Recorded
) -> None:
    body = stage.answer(recorded)

    uri = recorded.document["uri"].lower()
    verb = uri.rpartition("/")[2]
    said = REFUSED.get(recorded.call)
    if "message" in body and said is not None:
        assert said in body["message"]
    elif uri == "user/api_key":
        assert body == {"api_key": "key-of-kim"}
    elif verb == "report":
        assert list(body) == ["report"]
    elif verb == "generate_session_key":
        assert [len(body["session_key"]), len(body)] == [32, 1]
    elif verb in {"find", "create", "edit", "entitytypes", "attributes", "add"} and (
        "recipient" not in uri and "server" not in str(recorded.document.get("data"))
    ):
        assert isinstance(body["result"], list), body
        if verb in {"find", "create", "edit"} and not uri.startswith("log/"):
            check_rows(stage, recorded, body["result"])
    else:
        assert "result" in body, body
