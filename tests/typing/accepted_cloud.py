"""What decorators of cloud code do with functions; every line is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_type

from sqlalchemy import Connection, Table

from skysyn.cloud import (
    App,
    AuthProvider,
    AuthResult,
    DictAssets,
    Options,
    PlainRecord,
    Request,
    Resource,
    Response,
    after_delete,
    after_save,
    before_delete,
    before_save,
    current_access_key_type,
    current_request_id,
    current_user_id,
    db,
    event,
    every,
    exception_handler,
    handler,
    hook,
    load_code,
    op,
    options,
    provides,
    refuse,
    rest,
    static_assets,
)

from .tasks import Money, Status, Task

if TYPE_CHECKING:
    from skysyn import JSON
    from skysyn.errors import RemoteError


def functions() -> None:
    @op("buy", key_required=True, user_required=True)
    def buy(food: str, times: int = 1) -> dict[str, object]:
        return {"food": food, "times": times}

    assert_type(buy("cod"), dict[str, object])
    assert_type(buy("cod", times=2), dict[str, object])

    @op("plain")
    def plain() -> None: ...

    assert_type(plain, Callable[[], None])

    @event("server-ready")
    def ready(config: dict[str, object]) -> int:
        return len(config)

    assert_type(ready({}), int)

    @every("@every 1h")
    def hourly() -> str:
        return "tick"

    assert_type(hourly(), str)
    every(60)(plain)
    every(1.5)(plain)
    every(timedelta(hours=1), name="slow")(plain)


def typed_functions(task: Task, due: datetime) -> None:
    @op("plan")
    def plan(of: Task, at: list[datetime], price: Money | None = None) -> Status:
        assert_type(of, Task)
        assert_type(at, list[datetime])
        return Status.OPEN if price is None else Status.DONE

    wanted: Callable[[Task, list[datetime]], Status] = plan
    assert_type(plan(task, [due], Money(1, "EUR")), Status)
    assert_type(plan(of=task, at=[]), Status)
    assert_type(wanted(task, []), Status)


def hooks() -> None:
    @before_save(Task)
    def whole(task: Task, original: Task | None, connection: Connection) -> None:
        task.title = task.title.upper()
        assert_type(original, Task | None)
        connection.commit()

    @before_save(Task, name="two", async_=True)
    def two(task: Task, original: Task | None) -> bool:
        return original is None and task.done

    @after_save(Task)
    def one(task: Task) -> str:
        return task.title

    assert_type(one, Callable[[Task], str])

    @after_save("task")
    def untyped(record: PlainRecord, original: PlainRecord | None) -> None:
        record["title"] = None if original is None else original["title"]


def more_hooks() -> None:
    @before_delete(Task)
    def before(task: Task, connection: Connection) -> None: ...

    @after_delete("task")
    def after(record: PlainRecord) -> object:
        return record.acl

    @hook("afterSave", type="task", name="raw", priority=1)
    def raw(record: PlainRecord) -> None: ...

    @after_save(Task)
    def wide(task: object, original: object, connection: object) -> None: ...


def handlers() -> None:
    @handler("notes", method=["GET", "POST"], user_required=True)
    def notes(request: Request) -> Response:
        assert_type(request.charset, str)
        return Response(request.get_data(), 201)

    @handler("page", method="GET")
    def page(_: Request) -> str:
        return "page"

    assert_type(page, Callable[[Request], str])

    @rest("things")
    class Things(Resource):
        def index(self) -> list[str]:
            return [str(self.get_payload())]

    assert_type(Things, type[Things])

    @static_assets("pages")
    def pages() -> DictAssets:
        return DictAssets({"a": b""})

    @static_assets()
    def folder() -> str:
        return "public"

    assert_type(folder(), str)

    @exception_handler(KeyError)
    def missing(error: KeyError) -> RemoteError:
        return refuse(110, str(error))

    @provides("auth", "com.example")
    class Example(AuthProvider):
        def login(self, auth_data: Mapping[str, JSON]) -> AuthResult:
            return {"principal_id": "1", "auth_data": auth_data}

    assert_type(Example, type[Example])


def around(app: App) -> None:
    @app.op("own")
    def own(n: int) -> int:
        return n

    assert_type(own(1), int)
    app.before_save(Task)(lambda task: task.title)
    assert_type(load_code("app.py"), App)
    assert_type(options, Options)
    assert_type(options.masterkey, str | None)
    assert_type(current_user_id(), str | None)
    assert_type(current_request_id(), str | None)
    assert_type(current_access_key_type(), str | None)
    assert_type(db.get_table("task"), Table)
    with db.conn() as connection:
        assert_type(connection, Connection)
