"""Wrong values on instances and in constructors; marked lines are errors."""

from __future__ import annotations

from datetime import UTC, datetime

from skysyn import ACL, Asset, Location, RecordID, Sequence

from ..people import User
from ..tasks import Chore, Money, Status, Task

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def construct(user: User, task: Task) -> None:
    Task()  # error
    Task(title="a")  # error
    Task(owner=user)  # error
    Task("a", user)  # error
    Task("a", owner=user)  # error
    User("Ann")  # error
    Task(title=3, owner=user)  # error
    Task(title=None, owner=user)  # error
    Task(titel="a", title="a", owner=user)  # error
    Task(title="a", owner=task)  # error
    Task(title="a", owner=None)  # error
    Task(title="a", owner="u-7")  # error
    Task(title="a", owner=Task.ref("t-1"))  # error
    Task(title="a", owner=user, parent=user)  # error
    Task(title="a", owner=user, done="yes")  # error
    Task(title="a", owner=user, done=None)  # error
    Task(title="a", owner=user, count="1")  # error
    Task(title="a", owner=user, count=1.5)  # error
    Task(title="a", owner=user, due="2026-01-02")  # error
    Task(title="a", owner=user, tags="x")  # error
    Task(title="a", owner=user, tags=[1])  # error
    Task(title="a", owner=user, settings={"a": "1"})  # error
    Task(title="a", owner=user, details={"at": NOW})  # error
    Task(title="a", owner=user, status="open")  # error
    Task(title="a", owner=user, kind="cow")  # error
    Task(title="a", owner=user, address={"street": "s"})  # error
    Task(title="a", owner=user, price=3)  # error
    Task(title="a", owner=user, place=(13.4, 52.5))  # error
    Task(title="a", owner=user, photo="a.jpg")  # error
    Task(title="a", owner=user, number="1")  # error
    Task(title="a", owner=user, note=1)  # error
    Task(title="a", owner=user, acl="public")  # error
    Task(title="a", owner=user, views=3)  # error
    Task(title="a", owner=user, id=RecordID("task", "t-1"))  # error
    Task(title="a", owner=user, created_at=NOW)  # error
    Chore(title="a", owner=user, room=1)  # error
    User(name="x", favourite=user)  # error
    User(name="x", latest=user)  # error
    User(name="x", boss=task)  # error


def assign(user: User, task: Task) -> None:
    task.title = 3  # error
    task.title = None  # error
    task.done = "yes"  # error
    task.count = 1.5  # error
    task.count = Sequence()  # error
    task.due = "2026-01-02"  # error
    task.tags = ["a", 1]  # error
    task.settings["a"] = "1"  # error
    task.owner = task  # error
    task.owner = None  # error
    task.owner = "u-7"  # error
    task.reviewer = Task.ref("t-1")  # error
    task.parent = user  # error
    task.place = Money(1, "EUR")  # error
    task.area = Location(1.0, 2.0)  # error
    task.photo = "a.jpg"  # error
    task.status = "open"  # error
    task.mood = Status  # error
    task.kind = "cow"  # error
    task.price = Asset("a.jpg")  # error
    task.anything = NOW  # error
    task.acl = ACL  # error
    task.titel = "a"  # error
    task.owner.name = "x"  # error


def assign_read_only(task: Task) -> None:
    task.id = RecordID("task", "t-1")  # error
    task.owner_id = None  # error
    task.created_at = NOW  # error
    task.updated_at = NOW  # error
    task.created_by = None  # error
    task.views = 4  # error


def use(task: Task) -> None:
    task.tags.append(1)  # error
    task.nope  # error
    task.titel.upper()  # error
    task.due.year  # error
    task.reviewer.load()  # error
    task.owner.name  # error
    task.owner.load().titel  # error
    task.owner.load().title  # error
    task.favourite  # error
    task.title + 1  # error
    task.done.like("x")  # error
    task.query()  # fine: a class method
    task.filter(Task.done == True)  # error
    task.like("x")  # error
    task.address["town"]  # error
    task.save(atomic=True)  # error
    task.acl.role("editor", "admin")  # error
