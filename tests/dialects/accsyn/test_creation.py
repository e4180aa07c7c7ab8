from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from skysyn.accsyn import (
    Invitation,
    JobStatus,
    NewCollection,
    NewCompute,
    NewDelivery,
    NewFolder,
    NewHome,
    NewRequest,
    NewStream,
    NewTask,
    NewTransfer,
    NewVolume,
    Place,
    Queue,
    Role,
    Server,
    User,
    Volume,
)
from skysyn.errors import ConversionError

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.creation import New

ID = "66aa00000000000000000001"

PAYLOADS: list[tuple[New[Any], str, dict[str, Any]]] = [
    (
        NewTransfer(
            name="Dailies 0702",
            queue="high",
            mirror_paths=True,
            settings={"transfer_mode": "copy"},
            tasks={
                "sh0010": NewTask(
                    source=Place.on("volume", "proj", "scd/sh0010"),
                    destination=Place.at("site", "berlin"),
                    priority=900,
                )
            },
        ),
        "transfer/create",
        {
            "name": "Dailies 0702",
            "queue": "high",
            "mirror_paths": True,
            "settings": {"transfer_mode": "copy"},
            "tasks": {
                "sh0010": {
                    "source": "volume=proj/scd/sh0010",
                    "destination": "site=berlin",
                    "priority": 900,
                }
            },
        },
    ),
    (
        NewTransfer(parent=ID, destination="/in/", queue=Queue.ref(ID)),
        "transfer/create",
        {"parent": ID, "destination": "/in/", "queue": ID},
    ),
    (
        NewCompute(engine="mantra-20.5", range="1001-1100", filters="ram:>32g"),
        "compute/create",
        {"engine": "mantra-20.5", "range": "1001-1100", "filters": "ram:>32g"},
    ),
    (
        NewDelivery(name="refs", tasks=["share=scd/a"], recipients=["lee@v.example"]),
        "delivery/create",
        {"name": "refs", "tasks": ["share=scd/a"], "recipients": ["lee@v.example"]},
    ),
    (
        NewRequest(
            name="plates", destination="share=(default)/in", status=JobStatus.INIT
        ),
        "request/create",
        {"name": "plates", "destination": "share=(default)/in", "status": "init"},
    ),
    (NewStream(name="cut"), "stream/create", {"name": "cut"}),
    (
        Invitation(code="lee@v.example", role=Role.STANDARD, volumes=[Volume.ref(ID)]),
        "user/create",
        {"code": "lee@v.example", "role": "standard", "volumes": [ID]},
    ),
    (
        NewVolume(name="p", paths={"linux": "/mnt/p"}, server=Server.ref(ID)),
        "volume/create",
        {"name": "p", "paths": {"linux": "/mnt/p"}, "server": ID},
    ),
    (NewFolder(name="f", path="a/b"), "folder/create", {"name": "f", "path": "a/b"}),
    (NewHome(user=User.ref(ID)), "home/create", {"user": ID}),
    (
        NewCollection(name="c", files=["share=a/b"]),
        "collection/create",
        {"name": "c", "files": ["share=a/b"]},
    ),
]


@pytest.mark.parametrize(("new", "uri", "data"), PAYLOADS)
def test_only_what_is_given_is_sent(
    new: New[Any], uri: str, data: dict[str, Any]
) -> None:
    assert (new.uri, new.dump()) == (uri, data)


WRONG, WRONG_TEXT = cast("Any", 5), cast("Any", "high")

BAD: list[tuple[str, Any]] = [
    ("source", NewTransfer),
    ("source", lambda: NewTransfer(source="  ")),
    ("source", lambda: NewTransfer(source=WRONG)),
    ("tasks", lambda: NewTransfer(tasks="abc")),
    ("recipients", lambda: NewDelivery(name="a", recipients="lee@v.example")),
    ("files", lambda: NewCollection(name="a", files="share=a/b")),
    ("priority", lambda: NewTask(priority=WRONG_TEXT)),
    ("code", lambda: Invitation(code=WRONG)),
    ("destination", lambda: NewTransfer(source="a", destination="share=/x")),
    ("status", lambda: NewTransfer(source="a", status=JobStatus.DONE)),
    ("status", lambda: NewDelivery(name="a", status=JobStatus.RUNNING)),
    ("settings", lambda: NewTransfer(source="a", settings={"a": 1})),  # type: ignore[dict-item]  # wrong on purpose
    ("priority", lambda: NewTask(source="a", priority=1001)),
    ("name", lambda: NewDelivery(name="")),
    ("name", lambda: NewFolder(name="")),
    ("engine", lambda: NewCompute(engine="")),
    ("code", lambda: Invitation(code="no email")),
    ("code", lambda: Invitation(code="a@b c")),
    ("user", lambda: NewHome(user="")),
    (
        "queue",
        lambda: NewTransfer(source="a", queue=Queue(name="unsaved")).dump(),
    ),
    (
        "metadata",
        lambda: NewTransfer(source="a", metadata={"a": float("nan")}).dump(),
    ),
]


@pytest.mark.parametrize(("field", "make"), BAD)
def test_errors_name_the_attribute(field: str, make: Any) -> None:
    with pytest.raises(ConversionError) as refused:
        make()

    assert refused.value.field == field
