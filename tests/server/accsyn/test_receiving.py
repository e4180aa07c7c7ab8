"""Receiving: what recipients find in deliveries, and what they send into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .world import ADMIN, EMPLOYEE, OTHER, STANDARD, World

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600


def ls(world: World, place: str, who: str) -> Any:
    body = world.ask("GET", "workspace/file", {"op": "ls", "path": place}, who=who)
    found = body.get("result")
    return body if found is None else [(one["filename"], one["size"]) for one in found]


def make(world: World, kind: str, who: str, **data: Any) -> str:
    body = world.ask("POST", f"{kind}/create", data, who=who)
    return str(body["result"][0]["id"])


def sent(world: World, *tasks: str, **more: Any) -> str:
    return make(
        world, "delivery", EMPLOYEE, name="D", tasks=list(tasks), recipients=[STANDARD]
    )


@pytest.fixture(autouse=True)
def _granted(world: World) -> None:
    """Let the employee use the volume, without which nobody makes deliveries."""
    [user] = world.ask("GET", "user/find", query=f"code={EMPLOYEE}")["result"]
    [share] = world.ask("GET", "volume/find")["result"]
    ends = {"entity": f"user:{user['id']}", "target": f"share:{share['id']}"}
    world.ask("POST", "acl/create", {**ends, "read": True, "write": True})


def test_recipients_see_the_files_of_a_delivery_and_no_others(world: World) -> None:
    key = sent(world, "share=proj/a.mov", "share=proj/scd")

    assert ls(world, f"delivery={key}", STANDARD) == [("a.mov", 1000), ("scd", 0)]
    assert ls(world, f"delivery={key}/scd", STANDARD) == [("b.mov", 500)]
    assert "message" in ls(world, "share=proj", STANDARD)
    assert "message" in ls(world, f"delivery={key}", OTHER)


def test_a_recipient_downloads_what_was_sent(world: World, tmp_path: Path) -> None:
    key = sent(world, "share=proj/a.mov", "share=proj/scd")
    world.ask("POST", "home/create", {"user": STANDARD})
    world.pass_time(10)

    make(world, "transfer", STANDARD, parent=key, destination="~/in")
    world.pass_time(60)
    [job] = world.ask("GET", "transfer/find", {"finished": True}, who=STANDARD)[
        "result"
    ]
    got = {path.name for path in tmp_path.rglob("in/**/*") if path.is_file()}

    assert (job["status"], job["size"], got) == ("done", 1500, {"a.mov", "b.mov"})


def test_a_download_to_a_machine_is_as_large_as_its_files(world: World) -> None:
    key = sent(world, "share=proj/a.mov")
    world.pass_time(10)

    job = make(world, "transfer", STANDARD, parent=key, destination="/tmp/a.mov")
    world.pass_time(60)
    tasks = world.ask("GET", "task/find", {"parent": job}, who=STANDARD)["result"]
    [delivery] = world.ask("GET", "delivery/find", {"finished": True})["result"]

    assert [(task["status"], task["size"]) for task in tasks] == [("done", 1000)]
    assert delivery["status"] == "done"


def test_a_delivery_is_done_with_the_last_download(world: World) -> None:
    key = sent(world, "share=proj/a.mov")
    world.pass_time(10)

    make(world, "transfer", STANDARD, parent=key, destination="/tmp/a.mov")
    world.pass_time(60)
    [delivery] = world.ask("GET", "delivery/find", {"finished": True})["result"]

    assert delivery["status"] == "done"


def test_a_file_that_is_excluded_is_no_longer_part_of_its_delivery(
    world: World,
) -> None:
    key = sent(world, "share=proj/a.mov", "share=proj/scd")

    change = {"uri": "0", "status": "excluded"}
    body = world.ask("PUT", "task/edit", [change], id=key, who=EMPLOYEE)
    wrong = {"uri": "0", "status": "executing"}
    refused = world.ask("PUT", "task/edit", [wrong], id=key, who=EMPLOYEE)

    assert [row["status"] for row in body["result"]] == ["excluded"]
    assert "'executing' is none of" in refused["message"]
    assert ls(world, f"delivery={key}", STANDARD) == [("scd", 0)]


def test_the_frames_of_a_delivery_are_listed(world: World, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"acmefilm/f.{number:04}.exr").write_text("x" * number)
    key = sent(world, "share=proj/f.%04d.exr[1-2]")

    assert ls(world, f"delivery={key}", STANDARD) == [
        ("f.0001.exr", 1),
        ("f.0002.exr", 2),
    ]


def uploaded(world: World) -> str:
    """Send a file of a share and one of a machine into a new delivery."""
    key = make(world, "delivery", EMPLOYEE, name="D")
    for source in ("share=proj/scd/b.mov", "/home/emma/c.mov"):
        make(world, "transfer", EMPLOYEE, parent=key, source=source)
    world.pass_time(60)
    return key


def test_uploads_are_temporary_files_that_the_delivery_lists(
    world: World, tmp_path: Path
) -> None:
    key = uploaded(world)

    [delivery] = world.ask("GET", "delivery/find")["result"]

    assert ls(world, f"delivery={key}", EMPLOYEE) == [("b.mov", 500)]
    assert delivery["size"] == 500 + 10_000_000
    assert (tmp_path / f"acmefilm/.accsyn/{key}/b.mov").read_bytes() == b"y" * 500
    assert not (tmp_path / "acmefilm/b.mov").exists()


@pytest.mark.parametrize("end", ["aborted", "done", "delete"])
def test_temporary_files_go_four_hours_after_their_delivery(
    world: World, tmp_path: Path, end: str
) -> None:
    key = uploaded(world)
    if end == "delete":
        world.ask("DELETE", "delivery/delete", {"force": True}, id=key)
    else:
        world.ask("PUT", "delivery/edit", {"status": end}, id=key)

    there: list[bool] = []
    for seconds in (0, 4 * HOUR - 1, 2):
        world.pass_time(seconds)
        world.ask("GET", "delivery/find")
        there.append((tmp_path / "acmefilm/.accsyn").exists())

    assert there == [True, True, False]
    assert (tmp_path / "acmefilm/scd/b.mov").exists()


def test_temporary_files_stay_while_their_delivery_does(
    world: World, tmp_path: Path
) -> None:
    key = uploaded(world)
    world.ask("PUT", "job/recipient/add", {"recipient": STANDARD}, id=key)
    world.ask("PUT", "delivery/edit", {"status": "pending"}, id=key)
    world.pass_time(9 * HOUR)
    world.ask("GET", "delivery/find")

    assert (tmp_path / f"acmefilm/.accsyn/{key}/b.mov").exists()
    assert ls(world, f"delivery={key}", STANDARD) == [("b.mov", 500)]


def test_what_was_never_submitted_goes_four_hours_after_it_is_given_up(
    world: World, tmp_path: Path
) -> None:
    uploaded(world)
    there: list[bool] = []
    for hours in (8, 3.9, 0.2):
        world.pass_time(hours * HOUR)
        world.ask("GET", "delivery/find")
        there.append((tmp_path / "acmefilm/.accsyn").exists())

    assert there == [True, True, False]


def test_a_recipient_sends_files_into_the_folder_of_a_request(
    world: World, tmp_path: Path
) -> None:
    request = {"name": "R", "destination": "share=proj/in/vendor"}
    key = make(world, "request", EMPLOYEE, **request, recipients=[STANDARD])
    world.ask("POST", "home/create", {"user": STANDARD})
    [path] = world.ask("GET", "home/find")["result"]
    home = tmp_path / "acmefilm" / path["path"].strip("/")
    (home / "plate.exr").write_bytes(b"plate")
    world.pass_time(10)

    make(world, "transfer", STANDARD, parent=key, source="~/plate.exr")
    world.pass_time(60)
    world.ask("GET", "transfer/find")

    assert (tmp_path / "acmefilm/in/vendor/plate.exr").read_bytes() == b"plate"
    assert ls(world, f"delivery={key}", EMPLOYEE) == [("plate.exr", 5)]


def test_those_with_access_see_the_files_of_a_collection(world: World) -> None:
    files = ["share=proj/a.mov", "share=proj/later.mov"]
    key = make(world, "collection", EMPLOYEE, name="Refs", files=files)
    [user] = world.ask("GET", "user/find", query=f"code={STANDARD}")["result"]
    ends = {"entity": f"user:{user['id']}", "target": f"share:{key}"}
    world.ask("POST", "acl/create", {**ends, "read": True})

    assert ls(world, "collection=refs/a.mov", STANDARD) == [("a.mov", 1000)]
    assert "message" in ls(world, "collection=refs", OTHER)


def test_nobody_collects_what_they_may_not_read(world: World, tmp_path: Path) -> None:
    world.ask("POST", "home/create", {"user": OTHER})
    [path] = world.ask("GET", "home/find")["result"]
    home = tmp_path / "acmefilm" / path["path"].strip("/")
    (home / "diary.txt").write_text("secret")
    [granted] = world.ask("GET", "acl/find")["result"]
    world.ask("DELETE", "acl/delete", id=granted["id"])
    data = {"name": "C", "files": [f"home={OTHER}/diary.txt"]}

    body = world.ask("POST", "collection/create", data, who=EMPLOYEE)

    assert body == {"message": f"not found: home={OTHER} does not exist"}


@pytest.mark.parametrize("kind", ["folder", "home"])
def test_a_new_share_has_its_folder(world: World, tmp_path: Path, kind: str) -> None:
    data = {"folder": {"name": "S", "path": "in/s"}, "home": {"user": OTHER}}[kind]
    made = make(world, kind, ADMIN, **data)
    [path] = [row["path"] for row in world.ask("GET", f"{kind}/find")["result"]]

    assert ls(world, f"{kind}={made}", ADMIN) == []
    assert (tmp_path / "acmefilm" / path).is_dir()
