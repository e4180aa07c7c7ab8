"""What is on instances, and what constructors accept; every line is right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, assert_type

from skysyn import (
    ACL,
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Ref,
    Sequence,
    Unknown,
    UserID,
)

from .people import User
from .tasks import Address, Chore, Level, Money, Status, Task

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def make() -> tuple[Task, User]:
    user = User(name="Ann")
    assert_type(user, User)
    assert_type(User(name="Bo", nickname=None, boss=user), User)
    assert_type(User(name="Bo", home=Location(1.0, 2.0), born=NOW), User)
    task = Task(title="paint", owner=user)
    assert_type(task, Task)
    assert_type(Task(title="a", owner=User.ref("u-7")), Task)
    assert_type(Task(title="a", owner=user, reviewer=user), Task)
    assert_type(Task(title="a", owner=user, reviewer=User.ref("u-7")), Task)
    assert_type(Task(title="a", owner=user, reviewer=None), Task)
    assert_type(Task(title="a", owner=user, parent=task), Task)
    assert_type(Task(title="a", owner=user, parent=Chore.ref("t-1")), Task)
    assert_type(Task(title="a", owner=user, note="inherited", revision=2), Task)
    assert_type(Task(title="a", owner=user, acl=ACL.public_read()), Task)
    assert_type(Task(title="a", owner=user, acl=None), Task)
    assert_type(Task(title="a", owner=user, ratio=1, score=2.5), Task)
    assert_type(Task(title="a", owner=user, tags=["x"], labels=None), Task)
    assert_type(Task(title="a", owner=user, settings={"a": 1}), Task)
    assert_type(Task(title="a", owner=user, details={"a": [1, {"b": None}]}), Task)
    assert_type(Task(title="a", owner=user, anything=[1, "two", None]), Task)
    assert_type(Task(title="a", owner=user, status=Status.DONE, mood=None), Task)
    assert_type(Task(title="a", owner=user, kind="bug", sort="chore"), Task)
    assert_type(Task(title="a", owner=user, level=Level.HIGH), Task)
    assert_type(Task(title="a", owner=user, number=Sequence(), ticket=4), Task)
    assert_type(Task(title="a", owner=user, address={"street": "s", "city": "c"}), Task)
    assert_type(Task(title="a", owner=user, price=Money(3, "EUR")), Task)
    assert_type(Task(title="a", owner=user, photo=Asset("a.jpg", "image/jpeg")), Task)
    assert_type(Task(title="a", owner=user, assignee=UserID("u-7")), Task)
    assert_type(Chore(title="sweep", owner=user, room="hall"), Chore)
    assert_type(Chore(title="a", owner=user, spot=Location(1, 2)).spot, Location | None)
    return task, user


def read(task: Task) -> None:
    assert_type(task.title, str)
    assert_type(task.summary, str)
    assert_type(task.done, bool)
    assert_type(task.urgent, bool | None)
    assert_type(task.count, int)
    assert_type(task.estimate, int | None)
    assert_type(task.ratio, float)
    assert_type(task.score, float | None)
    assert_type(task.due, datetime | None)
    assert_type(task.tags, list[str])
    assert_type(task.labels, list[str] | None)
    assert_type(task.numbers, list[int])
    assert_type(task.settings, dict[str, int])
    assert_type(task.details, dict[str, JSON] | None)
    assert_type(task.anything, JSON)
    assert_type(task.owner, Ref[User])
    assert_type(task.reviewer, Ref[User] | None)
    assert_type(task.parent, Ref[Task] | None)
    assert_type(task.place, Location | None)
    assert_type(task.area, GeoJSON | None)
    assert_type(task.photo, Asset | None)
    assert_type(task.number, int | Sequence)
    assert_type(task.ticket, int | Sequence | None)
    assert_type(task.status, Status)
    assert_type(task.mood, Status | None)
    assert_type(task.level, Level)
    assert_type(task.kind, Literal["chore", "bug"])
    assert_type(task.sort, Literal["chore", "bug"] | None)
    assert_type(task.address, Address | None)
    assert_type(task.price, Money | None)
    assert_type(task.legacy, Unknown | None)
    assert_type(task.assignee, UserID | None)


def read_inherited(task: Task, user: User) -> None:
    assert_type(task.note, str | None)
    assert_type(task.editor, Ref[User] | None)
    assert_type(task.acl, ACL | None)
    assert_type(task.id, RecordID)
    assert_type(task.id.key, str)
    assert_type(task.ref_id, str)
    assert_type(task.is_stored, bool)
    assert_type(task.extra, Mapping[str, JSON])
    assert_type(task.transient, Mapping[str, JSON])
    assert_type(task.changes, Mapping[str, object])
    assert_type(task.copy(), Task)
    assert_type(task.with_id("t-1"), Task)
    assert_type(task.load(), Task)
    assert_type(task.owner.ref_id, str)
    assert_type(task.owner.is_loaded, bool)
    assert_type(task.owner.load(), User)
    assert_type(task.owner.load().name, str)
    assert_type(user.favourite, Ref[Task] | None)
    assert_type(user.latest, Ref[Task] | None)
    assert_type(user.boss, Ref[User] | None)


def read_stored(task: Task) -> None:
    assert_type(task.views, int)
    assert_type(task.owner_id, UserID | None)
    assert_type(task.created_at, datetime)
    assert_type(task.created_by, UserID | None)
    assert_type(task.updated_at, datetime)
    assert_type(task.updated_by, UserID | None)


def narrow(task: Task) -> None:
    if task.due is not None:
        assert_type(task.due.year, int)
    if task.reviewer is not None:
        assert_type(task.reviewer.load().boss, Ref[User] | None)
    if isinstance(task.number, int):
        assert_type(task.number + 1, int)
    if task.price is not None:
        assert_type(task.price.currency, str)
    if task.address is not None:
        assert_type(task.address["city"], str)


def write(task: Task, user: User) -> None:
    task.title = "b"
    task.done = True
    task.urgent = None
    task.count = 3
    task.ratio = 1
    task.due = NOW
    task.due = None
    task.tags = ["a", "b"]
    task.tags.append("c")
    task.settings["a"] = 2
    task.details = {"deep": [1, {"er": None}]}
    task.anything = 7
    task.owner = user
    task.owner = User.ref("u-7")
    task.reviewer = None
    task.parent = task
    task.place = Location(13.4, 52.5)
    task.area = GeoJSON.polygon([(0, 0), (0, 1), (1, 1), (0, 0)])
    task.status = Status.DONE
    task.mood = None
    task.kind = "bug"
    task.address = {"street": "s", "city": "c"}
    task.price = Money(1, "EUR")
    task.number = Sequence()
    task.number = 8
    task.acl = ACL.owner_only().role("editor", "write").user("u-7", "read")
    task.acl = None
    task.note = "inherited"
