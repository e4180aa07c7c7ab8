"""Bad input is refused and nothing sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from skysyn.accsyn import (
    AnyJob,
    Client,
    Collection,
    Home,
    Queue,
    Server,
    Transfer,
    User,
    Volume,
)
from skysyn.errors import ConversionError, QueryError
from skysyn.models import Delete, RecordID, Save
from tests.accsyn.stub import ENTITY, JOB, VOLUME, Stub

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import AccsynSession

MOVES = [
    (Home(name="a"), "create"),
    (AnyJob(name="a"), "create"),
    (Transfer(name="a"), "NewTransfer"),
    (Client(description="a"), "installers"),
]


@pytest.mark.parametrize(("new", "hint"), MOVES)
def test_what_is_made_elsewhere_says_where(new: Any, hint: str) -> None:
    stub = Stub()

    with pytest.raises(QueryError, match=hint):
        stub.typed().save(new)
    assert (stub.sent, stub.logins) == ([], 0)


BAD: list[Callable[[AccsynSession], object]] = [
    lambda s: s.get(Transfer, "short"),
    lambda s: s.get(Transfer, f"{ENTITY}\n"),
    lambda s: s.save(Queue(name="a"), atomic=True),
    lambda s: s.delete(Queue.ref(ENTITY), atomic=True),
    lambda s: s.save(Queue()),
    lambda s: s.add_tasks(AnyJob.ref(JOB)),
    lambda s: s.add_files(Collection.ref(JOB)),
    lambda s: s.remove_files(Collection.ref(JOB)),
    lambda s: s.activate(User, " "),
    lambda s: s.event("PATCH", "user/find"),
    lambda s: s.event("GET", "user/../find"),
    lambda s: s.call("user/find", {}),
    lambda s: s.files.ls(""),
    lambda s: s.files.ls(cast("str", None)),
    lambda s: s.add_files(Collection.ref(JOB), " "),
    lambda s: s.activate(User, cast("str", None)),
    lambda s: s.activate(User, "a\nb"),
    lambda s: s.save(cast("Queue", {"name": "a"})),
    lambda s: s.save(cast("Queue", Queue.ref(ENTITY))),
    lambda s: s.delete(cast("Queue", ENTITY)),
    lambda s: s.files.ls_each(),
    lambda s: s.files.exists("a\0"),
    lambda s: s.settings.set("a", cast("str", 1)),
    lambda s: s.settings.get(" "),
    lambda s: s.settings.get("a", of=cast("AnyJob", "job")),
    lambda s: s.workspace.report(Transfer),
    lambda s: s.workspace.integration("", "a", {"a": 1}),
    lambda s: s.access.grant("", Home.ref(ENTITY)),
    lambda s: s.access.grant(cast("str", 5), Home.ref(ENTITY)),
    lambda s: s.servers.assign(cast("Volume", VOLUME), Server.ref(ENTITY)),
    lambda s: s.deactivate(cast("User", None)),
    lambda s: s.deactivate(User.ref("short")),
    lambda s: s.access.grant("a'b\"c", Home.ref(ENTITY)),
    lambda s: s.execute(Save((), scope=None)),
    lambda s: s.execute(Delete((RecordID("user", ENTITY),) * 2)),
]


@pytest.mark.parametrize("ask", BAD)
def test_bad_input_is_refused_and_nothing_sent(ask: Any) -> None:
    stub = Stub()

    with pytest.raises((QueryError, ConversionError)):
        ask(stub.typed())
    assert stub.sent == []
