"""Wrong uses of the decorators of cloud code; marked lines are errors."""

from __future__ import annotations

from sqlalchemy import Connection

from skysyn.cloud import (
    PlainRecord,
    Request,
    Resource,
    before_delete,
    before_save,
    every,
    exception_handler,
    handler,
    hook,
    op,
    provides,
    rest,
    static_assets,
)

from ..people import User
from ..tasks import Task


class Plain:
    """No model, no provider, no resource."""


@op("buy")
def buy(food: str, times: int = 1) -> int:
    return times


@op("plan")
def plan(days: list[int], task: Task | None = None) -> None: ...


def of_user(user: User) -> None: ...
def of_users(user: User, original: User | None) -> None: ...
def of_task(task: Task, original: Task | None, connection: Connection) -> None: ...
def strict(task: Task, original: Task) -> None: ...
def plain(record: PlainRecord) -> None: ...
def deleted(task: Task, original: Task | None) -> None: ...
def four(task: Task, original: Task | None, db: Connection, more: int) -> None: ...
def nothing() -> None: ...
def request(_: Request) -> str: return ""
def number(_: int) -> str: return ""


def use() -> None:
    buy(3)  # error
    buy("cod", times="two")  # error
    buy("cod", much=1)  # error
    text: str = buy("cod")  # error
    plan(5)  # error
    plan([], "soon")  # error
    op(3)(nothing)  # error
    op("x", key_required="yes")(nothing)  # error
    op("x", admin=True)(nothing)  # error
    before_save(Task)(of_user)  # error
    before_save(Task)(of_users)  # error
    before_save(Task)(strict)  # error
    before_save(Task)(plain)  # error
    before_save(Task)(four)  # error
    before_save(Task)(nothing)  # error
    before_save("task")(of_task)  # error
    before_save(Plain)(of_task)  # error
    before_save(Task(title="x"))(of_task)  # error
    before_save(Task, async_="yes")(of_task)  # error
    before_delete(Task)(deleted)  # error
    before_delete(Task)(of_user)  # error
    hook("beforeSave")(plain)  # error
    hook("beforeSave", type="task")(of_task)  # error
    every("@hourly")(request)  # error
    every(None)(nothing)  # error
    handler("x")(nothing)  # error
    handler("x")(number)  # error
    handler("x", method=1)(request)  # error
    rest("x")(Plain)  # error
    rest("x")(Resource.get_payload)  # error
    provides("auth", "x")(Plain)  # error
    provides("mail", "x")  # error
    static_assets("x")(nothing)  # error
    exception_handler(KeyError)(number)  # error
    exception_handler(Plain)  # error
