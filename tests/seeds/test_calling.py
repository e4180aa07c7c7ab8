"""The guide on calling the API: its code blocks run, with their imports changed."""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import (
    ACL,
    Field,
    Record,
    RecordID,
    Ref,
    Skygear,
    SkygearSession,
    connect,
    field,
)
from skysyn.errors import NotFound
from skysyn.pubsub import Message

from .running import KEY, MASTER, Running

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = Path(os.environ.get("SKYSYN_SEEDS") or Path(__file__).parents[2] / "../shared")
SEED = SEEDS / "seeds" / "skygear-calling-api.md"
USER = "1a5f91c9-b9c0-487d-8d48-bff0b156f38d"
TASK = "cdfc7bb4-afd3-464c-a430-c9564c2202cf"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason=f"there is no {SEED}")


class User(Record):
    username: Field[str | None]


class Task(Record):
    description: Field[str]
    reviewer: Field[Ref[User] | None] = field(default=None)


# the user of the guide, whose id no server would make
PREPARED = """
from skysyn.compat import skygear
from skysyn.compat.skygear.utils import db

@skygear.op("prepare")
def prepare():
    with db.conn() as conn:
        conn.execute("INSERT INTO _auth (id, disabled) VALUES (?, ?)", "{user}", False)
        conn.execute(
            "INSERT INTO user (_id, _database_id, _owner_id, _created_at, _updated_at)"
            " VALUES (?, ?, ?, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
            "{user}", "", "{user}",
        )
"""


def changed(block: str) -> str:
    """Return a block with its import lines changed."""
    block = re.sub(r"(?m)^from skygear\b", "from skysyn.compat.skygear", block)
    return re.sub(r"(?m)^import skygear$", "from skysyn.compat import skygear", block)


def blocks() -> list[str]:
    found = re.findall(r"```python\n(.*?)```", SEED.read_text(), re.DOTALL)
    return [changed(block) for block in found]


def with_word(word: str) -> list[str]:
    return [block for block in blocks() if word in block]


def op(name: str, *parts: str, give: str = "None") -> str:
    """Return cloud code that runs *parts* when it is called."""
    body = "\n".join([*parts, f"return {give}"])
    return f'@skygear.op("{name}")\ndef run():\n{textwrap.indent(body, "    ")}\n'


def module() -> str:
    """Return all blocks of the guide as one module of cloud code."""
    pushes = with_word("push_user(container, user_id, notification)")
    pushes += with_word("push_users(container")
    words = 'title, message = "T", "M"'
    also = "from skysyn.compat.skygear.action import push_users"
    queries, saves = with_word("'record:query'"), with_word("'record:save'")
    parts = [
        PREPARED.format(user=USER),
        op("query", *queries),
        op("save", *saves, give="task_record['_id']"),
        op("delete", *with_word('"record:delete"')),
        op("masterkey", *with_word("master_key = "), give="master_key"),
        *with_word("@skygear.op('connect_db')"),
        op("publish", *with_word("publish('my_channel'")),
        op("push", words, also, *pushes, give="response"),
    ]
    return "\n\n".join(parts)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SkygearSession]:
    """Who calls the code of the guide, in a server that has its task and user."""
    folder = tmp_path_factory.mktemp("calling")
    code = folder / "guide.py"
    code.write_text(module())
    with Running(code, folder, ("--record-pushes",)) as running:
        session = connect(Skygear(running.endpoint, api_key=KEY))
        session.signup(username="ada", password="secret")
        session.call("prepare")
        yield session
        session.close()


@pytest.fixture
def task(session: SkygearSession) -> Task:
    """The task of the guide."""
    master = connect(Skygear(session.dialect.endpoint, api_key=MASTER)).as_user(USER)
    task = Task(description="x", acl=ACL.public_write()).with_id(TASK)
    master.save(task).raise_for_failures()
    return task


def test_every_block_of_the_guide_is_in_the_code() -> None:
    code = textwrap.dedent(module())
    flat = re.sub(r"(?m)^ +", "", code)

    missing = [b for b in blocks() if re.sub(r"(?m)^ +", "", b).strip() not in flat]

    assert missing == []
    assert len(blocks()) >= 9


def test_a_query_finds_the_task(session: SkygearSession, task: Task) -> None:
    found: Any = session.call("query")

    assert found["_id"] == f"task/{TASK}"
    assert found["description"] == "x"


def test_a_record_is_saved_in_the_name_of_the_user(session: SkygearSession) -> None:
    key: Any = session.call("save")

    saved = session.get(Task, RecordID.parse(key))
    assert (saved.description, saved.owner_id) == ("Complete the sales report", USER)


def test_a_record_is_deleted(session: SkygearSession, task: Task) -> None:
    session.call("delete")

    with pytest.raises(NotFound):
        session.get(Task, TASK)


def test_the_master_key_is_known(session: SkygearSession) -> None:
    assert session.call("masterkey") == MASTER


def test_the_database_is_opened(session: SkygearSession) -> None:
    assert session.call("connect_db") is None


def test_a_message_is_published(session: SkygearSession) -> None:
    with session.subscribe("my_channel") as messages:
        session.call("publish")

        told = Message("my_channel", {"text": "Hello World"})
        assert messages.receive(60) == told


def test_notifications_are_pushed(session: SkygearSession) -> None:
    users = ["abcd-efgh", "efgh-abcd", "aceg-bdfh"]

    assert session.call("push") == {"result": [{"_id": user} for user in users]}
