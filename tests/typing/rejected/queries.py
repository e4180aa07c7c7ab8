"""Wrong conditions and queries; marked lines are errors."""

from __future__ import annotations

from datetime import UTC, datetime

from skysyn import GeoJSON, Location, Predicate

from ..people import User
from ..tasks import Level, Status, Task

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HERE = Location(13.4, 52.5)
AREA = GeoJSON.polygon([(0, 0), (0, 1), (1, 1), (0, 0)])
query = Task.query()


def compare(user: User, task: Task) -> None:
    query.filter(Task.done == "x")  # error
    query.filter(Task.done == 1)  # error
    query.filter(Task.done == None)  # error
    query.filter(Task.done == Task.title)  # error
    query.filter(Task.title == 3)  # error
    query.filter(Task.title == None)  # error
    query.filter(Task.title != b"x")  # error
    query.filter(Task.title == Task.count)  # error
    query.filter(Task.title == task)  # error
    query.filter(Task.note == 3)  # error
    query.filter(Task.count == "1")  # error
    query.filter(Task.count == Task.title)  # error
    query.filter(Task.estimate == "1")  # error
    query.filter(Task.number == "1")  # error
    query.filter(Task.due == "2026-01-02")  # error
    query.filter(Task.due == 3)  # error
    query.filter(Task.due == Task.title)  # error
    query.filter(Task.status == "open")  # error
    query.filter(Task.status == Level.LOW)  # error
    query.filter(Task.status == None)  # error
    query.filter(Task.mood == "open")  # error
    query.filter(Task.kind == "cow")  # error
    query.filter(Task.sort == "cow")  # error
    query.filter(Task.tags == "a")  # error
    query.filter(Task.settings == [1])  # error
    query.filter(Task.anything == NOW)  # error
    query.filter(Task.owner == task)  # error
    query.filter(Task.owner == Task.ref("t-1"))  # error
    query.filter(Task.owner == None)  # error
    query.filter(Task.owner == 7)  # error
    query.filter(Task.owner == Task.parent)  # error
    query.filter(Task.reviewer == task)  # error
    query.filter(Task.parent == user)  # error
    query.filter(Task.id == 7)  # error
    query.filter(Task.id == user)  # error
    query.filter(Task.owner_id == 7)  # error
    query.filter(Task.owner.to.name == 7)  # error
    query.filter(Task.owner.to.born == "x")  # error
    query.filter(Task.place == 7)  # error


def compare_and_keep() -> None:
    # mypy tells only if it is to enable the error code "deprecated"
    wrong = Task.done == "x"  # error: pyright
    query.filter(wrong)  # error
    # right, but mypy cannot take None out of a union of several others
    query.filter(Task.kind == Task.sort)  # error: mypy


def order(user: User, task: Task) -> None:
    Task.title < 3  # error
    Task.title < None  # error
    Task.count < "x"  # error
    Task.count >= Task.title  # error
    Task.due < "2026-01-02"  # error
    Task.due < None  # error
    Task.due < Task.count  # error
    Task.done < True  # error
    Task.done >= Task.done  # error
    Task.urgent > False  # error
    Task.status < Status.DONE  # error
    Task.tags < ["a"]  # error
    Task.owner < user  # error
    Task.place < HERE  # error
    Task.id < task.id  # error
    Task.place.distance_to(HERE) < "near"  # error
    Task.place.distance_to(HERE) == 100  # error
    query.filter(Task.place.distance_to(HERE) == 100)  # error


def call(task: Task) -> None:
    Task.nope  # error
    Task.owner.name  # error
    Task.owner.to.nope  # error
    Task.owner.to.title  # error
    Task.title.to  # error
    Task.done.like("x")  # error
    Task.count.like("1%")  # error
    Task.due.ilike("2026%")  # error
    Task.status.like("o%")  # error
    Task.title.like(3)  # error
    Task.title.contains("x")  # error
    Task.title.matches("x")  # error
    Task.title.is_in("ab", "cd")  # error
    Task.title.is_in([1])  # error
    Task.note.is_in(["a", None])  # error
    Task.count.is_in(["1"])  # error
    Task.estimate.is_in([1, None])  # error
    Task.due.is_in([1])  # error
    Task.urgent.is_in([True, None])  # error
    Task.mood.is_in([Status.OPEN, None])  # error
    Task.mood.is_in(["open"])  # error
    Task.sort.is_in(["cow"])  # error
    Task.reviewer.is_in([task])  # error
    Task.reviewer.is_in([None])  # error
    Task.id.is_in([7])  # error
    Task.tags.contains(1)  # error
    Task.labels.contains(None)  # error
    Task.numbers.contains("1")  # error
    Task.settings.has_key(1)  # error
    Task.settings.contains("a")  # error
    Task.tags.has_key("a")  # error
    Task.title.distance_to(HERE)  # error
    Task.place.distance_to((1, 2))  # error
    Task.place.within(HERE)  # error
    Task.place.within(Task.place)  # error
    Task.area.contains(AREA)  # error
    Task.owner.related("friend", "both")  # error
    Task.owner.related("friend")  # error
    Task.title.related("friend", "mutual")  # error
    Task.title.upper()  # error
    Task.due.year  # error


def combine(condition: Predicate) -> None:
    query.filter(condition and condition)  # missed: a TypeError when it runs
    query.filter(not condition)  # error
    query.filter(condition & True)  # error
    query.filter(condition | (Task.title == 3))  # error
    query.filter(condition & Task.done)  # error
    query.filter(~Task.done)  # error
    if condition:  # error: pyright
        pass


def ask() -> None:
    query.filter(True)  # error
    query.filter("done = true")  # error
    query.filter(Task.done)  # error
    query.filter([Task.done == True])  # error
    query.filter(done=True)  # error
    query.filter(Task.due.desc())  # error
    query.order_by("title")  # error
    query.order_by(Task.title == "x")  # error
    query.order_by(Task)  # error
    query.limit("3")  # error
    query.offset(None)  # error
    query.include("reviewer")  # error
    query.include(Task.title)  # error
    query.include(Task.owner_id)  # error
    query.include(Task.place.distance_to(HERE))  # error
    query.only("title")  # error
    query.only(Task)  # error
    query.only(Task.title == "x")  # error
    query.database(None)  # error
    query.get(3)  # error
    query.nope()  # error
    query.finished()  # error
    query.one().nope  # error
    query.first().title  # error
    for task in query:
        task.nope  # error
