"""The cloud code that the recordings were made with, in skysyn's decorators."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from werkzeug.utils import redirect

from skysyn.cloud import (
    AuthProvider,
    AuthResult,
    PlainRecord,
    Request,
    Response,
    after_delete,
    after_save,
    before_delete,
    before_save,
    current_context,
    current_user_id,
    event,
    every,
    handler,
    op,
    provides,
    refuse,
)
from skysyn.models import ACL, JSON, Location, RecordID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
WHEN = datetime(2016, 1, 2, 3, 4, 5, 678901, UTC)
state: dict[str, Any] = {"ticks": 0, "events": [], "hooks": []}


@op("hello:kwargs")
def hello_kwargs(name: str = "world", times: int = 1) -> dict[str, object]:
    return {"message": f"hello {name}", "times": times}


@op("hello:args")
def hello_args(*args: object) -> list[str]:
    return [repr(arg) for arg in args]


@op("hello:user", user_required=True)
def hello_user() -> str | None:
    return current_user_id()


@op("hello:key", key_required=True)
def hello_key() -> str | None:
    return current_user_id()


@op("op:context")
def op_context() -> dict[str, str]:
    return dict(current_context())


@op("op:none")
def op_none() -> None:
    return None


@op("op:scalar")
def op_scalar() -> int:
    return 42


@op("op:same")
def op_same(value: T) -> T:
    return value


@op("op:echo")
def op_echo(**values: object) -> dict[str, object]:
    return {"repr": {k: repr(v) for k, v in values.items()}, "value": values}


@op("op:date")
def op_date() -> dict[str, object]:
    return {"d": WHEN, "geo": Location(1, 2), "ref": RecordID("note", "1")}


@op("op:record")
def op_record() -> PlainRecord:
    fields = {"a": 1, "when": WHEN.replace(microsecond=0)}
    note = RecordID("note", "1")
    return PlainRecord(note, fields, owner_id="someone", acl=ACL.public_read())


@op("op:typed")
def op_typed() -> dict[str, str]:
    return {"$type": "date", "$date": "2016-01-02T03:04:05.678Z"}


@op("op:badtyped")
def op_badtyped() -> dict[str, str]:
    return {"$type": "nope"}


@op("op:raise")
def op_raise() -> None:
    msg = "boom"
    raise ValueError(msg)


@op("op:skyerr")
def op_skyerr() -> None:
    raise refuse(12345, "my message", info={"a": 1})


@op("op:skyerr_denied")
def op_skyerr_denied() -> None:
    raise refuse(102, "not for you")


@op("op:skyerr_nocode")
def op_skyerr_nocode() -> None:
    raise refuse(10000, "just a message")


@op("op:notfound")
def op_notfound() -> None:
    raise refuse(110, "no such thing")


@op("op:unserializable")
def op_unserializable() -> object:
    return object()


@op("op:slow")
def op_slow(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@op("me")
def me() -> str:
    return "overridden"


@op("state")
def show_state() -> dict[str, Any]:
    return state


@op("state:clear")
def clear_state() -> str:
    state["hooks"].clear()
    return "ok"


def echo(request: Request) -> dict[str, object]:
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query_string.decode(),
        "body": request.get_data().decode("utf-8", "replace"),
        # werkzeug has left out empty headers since the recording
        "headers": {"Host": "", "Content-Type": "", **dict(request.headers.items())},
        "user": current_user_id(),
        "args": request.args.to_dict(flat=False),
    }


for name in ("plain", "slash/", "both", "both/", "multi:seg", "deep/er/path", "/lead"):
    handler(name)(echo)
handler("getonly", method="GET")(echo)
handler("others", method=["DELETE", "PATCH", "HEAD", "OPTIONS"])(echo)
handler("needkey", key_required=True)(echo)
handler("needuser", user_required=True)(echo)


@handler("split", method=["GET"])
def split_get(_: Request) -> str:
    return "got GET"


@handler("split", method=["POST"])
def split_post(_: Request) -> str:
    return "got POST"


@handler("out:str")
def out_str(_: Request) -> str:
    return "téxt"


@handler("out:dict")
def out_dict(_: Request) -> dict[str, object]:
    return {"b": 1, "a": "é"}


@handler("out:list")
def out_list(_: Request) -> list[int]:
    return [1, 2]


@handler("out:none")
def out_none(_: Request) -> None:
    return None


@handler("out:date")
def out_date(_: Request) -> datetime:
    return WHEN


@handler("out:bytes")
def out_bytes(_: Request) -> bytes:
    return b"bytes"


@handler("out:response")
def out_response(_: Request) -> Response:
    made = Response(
        b"\0\1binary", 201, {"X-One": "1"}, content_type="application/x-thing"
    )
    made.set_cookie("a", "1")
    made.set_cookie("b", "2")
    return made


@handler("out:redirect")
def out_redirect(_: Request) -> Response:
    return redirect("http://example.com/there", Response=Response)


@handler("out:404")
def out_404(_: Request) -> Response:
    return Response("nope", 404)


@handler("out:raise")
def out_raise(_: Request) -> None:
    msg = "boom in handler"
    raise ValueError(msg)


@handler("out:skyerr")
def out_skyerr(_: Request) -> None:
    raise refuse(102, "handler says no", info={"x": 1})


def described(record: PlainRecord | None) -> Any:
    if record is None:
        return None
    return {"id": str(record.id), "owner": record.owner_id, "keys": sorted(record)}


def noted(trigger: str, record: PlainRecord, original: PlainRecord | None) -> None:
    known = [trigger, described(record), described(original), current_user_id()]
    state["hooks"].append(known)


@before_save("hooked", name=".cloud.hooked_before_save")
def hooked_before_save(record: PlainRecord, original: PlainRecord | None) -> None:
    noted("before_save", record, original)
    title = record.get("title")
    match title:
        case "bad":
            raise refuse(108, "title may not be bad", arguments=["title"])
        case "boom":
            msg = "boom"
            raise ValueError(msg)
        case "newcol":
            record["brandnew"] = "x"
        case "acl":
            record.acl = ACL.public_read()
        case "id":
            record.id = RecordID("hooked", "other")  # type: ignore[misc]  # it may not
        case "drop":
            del record["note"]
        case _:
            pass
    if isinstance(title, str):
        record["title"] = title.upper()


@after_save("hooked", name=".cloud.hooked_after_save")
def hooked_after_save(record: PlainRecord, original: PlainRecord | None) -> None:
    noted("after_save", record, original)
    if record.get("title") == "AFTERBAD":
        raise refuse(10000, "after save says no")
    record["title"] = "changed in after_save"


@before_delete("hooked", name=".cloud.hooked_before_delete")
def hooked_before_delete(record: PlainRecord) -> None:
    noted("before_delete", record, None)
    if record.id.key == "keep":
        raise refuse(102, "may not be deleted")


@after_delete("hooked", name=".cloud.hooked_after_delete")
def hooked_after_delete(record: PlainRecord) -> None:
    noted("after_delete", record, None)


@after_save("asynced", name=".cloud.asynced_after_save", async_=True)
def asynced_after_save(record: PlainRecord, original: PlainRecord | None) -> None:
    time.sleep(1)
    noted("async", record, original)


@before_save("datey", name=".cloud.datey")
def datey(record: PlainRecord, original: PlainRecord | None) -> None:
    noted("datey", record, original)


@before_save("user", name=".cloud.user_before_save")
def user_before_save(record: PlainRecord) -> None:
    if record.get("username") == "forbidden":
        raise refuse(108, "that name is taken by me")


@every("@every 2s", name=".cloud.tick")
def tick() -> None:
    state["ticks"] += 1


@every("0 0 1 1 *", name="yearly")
def yearly() -> None:
    state["ticks"] += 1000


def watching(name: str) -> Callable[..., None]:
    def watch(**said: object) -> None:
        state["events"].append([name, sorted(said)])

    return watch


for name in (
    "before-config",
    "after-config",
    "before-plugins-ready",
    "after-plugins-ready",
    "server-ready",
    "schema-changed",
):
    event(name)(watching(name))


@provides("auth", "com.example")
class Example(AuthProvider):
    def login(self, auth_data: Mapping[str, JSON]) -> AuthResult:
        if auth_data.get("token") != "good":
            raise refuse(105, "bad token")
        return {"principal_id": "com.example:1", "auth_data": {"seen": True}}
