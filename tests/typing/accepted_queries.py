"""What is on classes: expressions, conditions and queries; every line is right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, assert_type

from skysyn import (
    ACL,
    JSON,
    GeoJSON,
    Location,
    Predicate,
    RecordID,
    RecordQuery,
    Ref,
    Sequence,
    UserID,
)
from skysyn.models import (
    AreaExpr,
    DateExpr,
    DictExpr,
    DistanceExpr,
    Expr,
    GeoExpr,
    IdExpr,
    ListExpr,
    NumExpr,
    Order,
    RefExpr,
    StrExpr,
    UserExpr,
)

from .people import User
from .tasks import Chore, Level, Status, Task

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HERE = Location(13.4, 52.5)
AREA = GeoJSON.polygon([(0, 0), (0, 1), (1, 1), (0, 0)])


def kinds() -> None:
    assert_type(Task.title, StrExpr[str])
    assert_type(Task.note, StrExpr[str | None])
    assert_type(Chore.note, StrExpr[str | None])
    assert_type(Chore.room, StrExpr[str])
    assert_type(Chore.spot, GeoExpr[Location | None])
    assert_type(Task.done, Expr[bool])
    assert_type(Task.urgent, Expr[bool | None, bool])
    assert_type(Task.count, NumExpr[int])
    assert_type(Task.estimate, NumExpr[int | None])
    assert_type(Task.ratio, NumExpr[float])
    assert_type(Task.number, NumExpr[int | Sequence])
    assert_type(Task.ticket, NumExpr[int | Sequence | None])
    assert_type(Task.views, NumExpr[int])
    assert_type(Task.due, DateExpr[datetime | None])
    assert_type(Task.created_at, DateExpr[datetime])
    assert_type(Task.tags, ListExpr[list[str], str])
    assert_type(Task.labels, ListExpr[list[str] | None, str])
    assert_type(Task.settings, DictExpr[dict[str, int], int])
    assert_type(Task.details, DictExpr[dict[str, JSON] | None, JSON])
    assert_type(Task.owner, RefExpr[Ref[User], User])
    assert_type(Task.reviewer, RefExpr[Ref[User] | None, User])
    assert_type(Task.place, GeoExpr[Location | None])
    assert_type(Task.area, AreaExpr[GeoJSON | None])
    assert_type(Task.status, Expr[Status])
    assert_type(Task.mood, Expr[Status | None, Status])
    assert_type(Task.kind, Expr[Literal["chore", "bug"], Literal["chore", "bug"]])
    assert_type(Task.acl, Expr[ACL | None, ACL])
    assert_type(Task.id, IdExpr[Task])
    assert_type(Chore.id, IdExpr[Chore])
    assert_type(Task.owner_id, UserExpr[UserID | None])
    assert_type(Task.assignee, UserExpr[UserID | None])
    assert_type(User.favourite, RefExpr[Ref[Task] | None, Task])
    assert_type(User.boss, RefExpr[Ref[User] | None, User])


def through() -> None:
    assert_type(Task.reviewer.to.name, StrExpr[str])
    assert_type(Task.owner.to.nickname, StrExpr[str | None])
    assert_type(Task.owner.to.born, DateExpr[datetime | None])
    assert_type(Task.owner.to.home, GeoExpr[Location | None])
    assert_type(Task.parent.to.owner, RefExpr[Ref[User], User])
    assert_type(User.favourite.to.title, StrExpr[str])
    assert_type(User.latest.to.done, Expr[bool])
    assert_type(User.boss.to.name, StrExpr[str])
    assert_type(Task.reviewer.to.name == "x", Predicate)
    assert_type(Task.reviewer.to.born < NOW, Predicate)


def compare_texts(task: Task) -> None:
    assert_type(Task.title == "x", Predicate)
    assert_type(Task.title != "x", Predicate)
    assert_type(Task.title < "x", Predicate)
    assert_type(Task.title >= "x", Predicate)
    assert_type(Task.note == "x", Predicate)
    assert_type(Task.note == None, Predicate)
    assert_type(Task.note != None, Predicate)
    assert_type(Task.title == Task.note, Predicate)
    assert_type(Task.note == Task.title, Predicate)
    assert_type(Task.note < Task.title, Predicate)
    assert_type(Task.title.like("a%"), Predicate)
    assert_type(Task.note.ilike("a%"), Predicate)
    assert_type(Task.title.is_in(["a", "b"]), Predicate)
    assert_type(Task.note.is_in(["a", "b"]), Predicate)
    assert_type(Task.note.is_in(task.tags), Predicate)
    assert_type(Task.note.is_null(), Predicate)
    assert_type(Task.note.is_not_null(), Predicate)


def compare_numbers_and_dates() -> None:
    assert_type(Task.done == True, Predicate)
    assert_type(Task.urgent == False, Predicate)
    assert_type(Task.urgent == None, Predicate)
    assert_type(Task.done == Task.urgent, Predicate)
    assert_type(Task.urgent == Task.done, Predicate)
    assert_type(Task.count == 1, Predicate)
    assert_type(Task.count <= 1.5, Predicate)
    assert_type(Task.estimate > 1, Predicate)
    assert_type(Task.count < Task.estimate, Predicate)
    assert_type(Task.ratio == Task.count, Predicate)
    assert_type(Task.count == Task.score, Predicate)
    assert_type(Task.score.is_in([1, 2.5]), Predicate)
    assert_type(Task.number > 7, Predicate)
    assert_type(Task.number.is_in((1, 2)), Predicate)
    assert_type(Task.due < NOW, Predicate)
    assert_type(Task.due == None, Predicate)
    assert_type(Task.due >= Task.started, Predicate)
    assert_type(Task.due > Task.created_at, Predicate)
    assert_type(Task.due == Task.created_at, Predicate)


def compare_others() -> None:
    assert_type(Task.tags.contains("a"), Predicate)
    assert_type(Task.labels.contains("a"), Predicate)
    assert_type(Task.settings.has_key("a"), Predicate)
    assert_type(Task.details.has_key("a"), Predicate)
    assert_type(Task.status == Status.OPEN, Predicate)
    assert_type(Task.mood == Status.OPEN, Predicate)
    assert_type(Task.mood == None, Predicate)
    assert_type(Task.mood == Task.status, Predicate)
    assert_type(Task.status == Task.mood, Predicate)
    assert_type(Task.status.is_in([Status.OPEN, Status.DONE]), Predicate)
    assert_type(Task.mood.is_in({Status.OPEN}), Predicate)
    assert_type(Task.level == Level.HIGH, Predicate)
    assert_type(Task.kind == "bug", Predicate)
    assert_type(Task.sort == "bug", Predicate)
    assert_type(Task.sort.is_in(["bug"]), Predicate)
    assert_type(Task.anything == "x", Predicate)
    assert_type(Task.anything == 4, Predicate)
    assert_type(Task.anything == None, Predicate)


def refer(user: User, task: Task) -> None:
    assert_type(Task.owner == user, Predicate)
    assert_type(Task.owner != User.ref("u-7"), Predicate)
    assert_type(Task.owner == "u-7", Predicate)
    assert_type(Task.owner == task.owner, Predicate)
    assert_type(Task.reviewer == user, Predicate)
    assert_type(Task.reviewer == None, Predicate)
    assert_type(Task.reviewer == task.reviewer, Predicate)
    assert_type(Task.reviewer == Task.owner, Predicate)
    assert_type(Task.owner == Task.reviewer, Predicate)
    assert_type(Task.reviewer.is_in([user, user]), Predicate)
    assert_type(Task.reviewer.is_in([user, User.ref("u-7"), "u-8"]), Predicate)
    assert_type(Task.parent == task, Predicate)
    assert_type(Task.reviewer.related("friend", "mutual"), Predicate)
    assert_type(Task.owner_id.related("follow", "outward"), Predicate)
    assert_type(Task.owner_id == "u-7", Predicate)
    assert_type(Task.owner_id == user, Predicate)
    assert_type(Task.owner_id == Task.created_by, Predicate)
    assert_type(Task.owner_id.is_in(["u-7", user]), Predicate)
    assert_type(Task.assignee == UserID("u-7"), Predicate)
    assert_type(Task.id == task, Predicate)
    assert_type(Task.id == task.id, Predicate)
    assert_type(Task.id == RecordID("task", "t-1"), Predicate)
    assert_type(Task.id == "t-1", Predicate)
    assert_type(Task.id.is_in(["t-1", task.id, task, Task.ref("t-2")]), Predicate)


def places() -> None:
    assert_type(Task.place.distance_to(HERE), DistanceExpr)
    assert_type(Task.place.distance_to(HERE) < 100, Predicate)
    assert_type(Task.place.distance_to(HERE) >= 2.5, Predicate)
    assert_type(Task.place.distance_to(HERE).asc(), Order)
    assert_type(Task.place.within(AREA), Predicate)
    assert_type(Task.place.within(Task.area), Predicate)
    assert_type(Task.area.contains(HERE), Predicate)
    assert_type(Task.area.contains(Task.place), Predicate)


def combine() -> None:
    assert_type((Task.done == True) & (Task.count > 1), Predicate)
    assert_type((Task.done == True) | (Task.count > 1), Predicate)
    assert_type(~(Task.done == True), Predicate)
    assert_type(~Task.title.like("a%") & Task.due.is_null(), Predicate)


def ask(user: User) -> None:
    query = Task.query()
    assert_type(query, RecordQuery[Task])
    assert_type(Chore.query(), RecordQuery[Chore])
    assert_type(query.filter(Task.done == False), RecordQuery[Task])
    assert_type(query.filter(Task.done == False, Task.due < NOW), RecordQuery[Task])
    assert_type(query.filter(Task.reviewer == user), RecordQuery[Task])
    assert_type(query.filter(Task.reviewer.to.name == "x"), RecordQuery[Task])
    assert_type(Chore.query().filter(Task.title == "x"), RecordQuery[Chore])
    assert_type(query.order_by(Task.due), RecordQuery[Task])
    assert_type(query.order_by(Task.due.desc(), Task.title), RecordQuery[Task])
    assert_type(query.order_by(Task.id, Task.created_at.asc()), RecordQuery[Task])
    assert_type(query.order_by(Task.place.distance_to(HERE)), RecordQuery[Task])
    assert_type(query.limit(3).offset(4), RecordQuery[Task])
    assert_type(query.include(Task.reviewer), RecordQuery[Task])
    assert_type(query.include(Task.reviewer, Task.owner), RecordQuery[Task])
    assert_type(query.include(away=Task.place.distance_to(HERE)), RecordQuery[Task])
    assert_type(query.include(who=Task.reviewer), RecordQuery[Task])
    assert_type(query.only(Task.title, Task.due, Task.reviewer), RecordQuery[Task])
    assert_type(query.only(Task.done, Task.settings, Task.place), RecordQuery[Task])
    assert_type(query.only(Task.anything, Task.mood, Task.tags), RecordQuery[Task])
    assert_type(query.database("_private"), RecordQuery[Task])
