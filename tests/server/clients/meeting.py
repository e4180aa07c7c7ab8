"""Our own client's story, second half: rights, files, relations and messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_socket

from skysyn import ACL, Asset

from .cast import (
    ENDPOINT,
    KEY,
    Album,
    Diary,
    Law,
    News,
    Note,
    Paper,
    ada,
    ask,
    bob,
    eve,
    keys,
    master,
    paper,
    save,
)
from .steps import know, refused, same, step

if TYPE_CHECKING:
    from skysyn import SkygearSession

SECONDS = 60


@step
def a_record_of_nobody_else() -> None:
    paper(ada, "secret", ACL.owner_only())
    same(keys(bob, Paper), [])
    same(keys(ada, Paper), ["locked", "secret"])


@step
def a_record_that_everybody_reads() -> None:
    paper(ada, "shown", ACL.public_read())
    same(keys(bob, Paper), ["shown"])
    refused(102, paper, bob, "shown")


@step
def a_record_that_everybody_writes() -> None:
    paper(ada, "wall", ACL.public_write())
    wall = bob.get(Paper, "wall")
    wall.text = "bob was here"
    bob.save(wall).raise_for_failures()
    same(ada.get(Paper, "wall").text, "bob was here")


@step
def a_record_for_one_user() -> None:
    paper(ada, "letter", ACL.owner_only().user(know.bob, "read"))
    same(["letter" in keys(who, Paper) for who in (bob, eve)], [True, False])
    refused(102, paper, bob, "letter")


@step
def a_record_for_a_role() -> None:
    paper(ada, "draft", ACL.owner_only().role("editor", "write"))
    same("draft" in keys(bob, Paper), False)


@step
def assign_a_role() -> None:
    master.roles.set_admin(["boss"])
    refused(102, ada.roles.assign, [know.bob], ["editor"])
    master.roles.assign([know.ada], ["boss"])
    ada.roles.assign([know.bob], ["editor"])
    same("draft" in keys(bob, Paper), True)


@step
def fetch_roles() -> None:
    found = ada.roles.get([know.ada, know.bob])
    same(dict(found), {know.ada: ("boss",), know.bob: ("editor",)})


@step
def revoke_a_role() -> None:
    ada.roles.revoke([know.bob], ["editor"])
    same("draft" in keys(bob, Paper), False)


@step
def roles_by_default() -> None:
    master.roles.set_default(["reader"])
    made = eve.signup(username="eve", password="secret")
    same(dict(master.roles.get([made.user_id])), {made.user_id: ("reader",)})


@step
def only_a_role_may_create() -> None:
    ask(master, "schema:access", type="law", create_roles=["boss"])
    refused(102, save, bob, Law(text="x"), "l1")
    save(ada, Law(text="x"), "l1")


@step
def access_by_default() -> None:
    acl = [{"role": "reader", "level": "read"}]
    ask(master, "schema:default_access", type="news", default_access=acl)
    save(ada, News(text="x"), "n1")
    same(keys(eve, News), ["n1"])
    same(keys(bob, News), [])


@step
def upload_a_file() -> None:
    content = b"Hello, file!"
    about = {"filename": "hello.txt", "content-type": "text/plain"}
    put = ask(ada, "asset:put", **about, **{"content-size": len(content)})
    answer = requests.post(
        f"{ENDPOINT}{put['post-request']['action']}",
        headers={"X-Skygear-API-Key": KEY},
        files={"file": content},
        timeout=SECONDS,
    )
    same(answer.status_code, 200)
    save(ada, Album(photo=Asset(put["asset"]["$name"], "text/plain")), "a1")


@step
def download_a_file() -> None:
    know.url = ada.get(Album, "a1").photo.url or ""
    answer = requests.get(know.url, timeout=SECONDS)
    found = answer.headers["Content-Type"], answer.content
    same(found, ("text/plain", b"Hello, file!"))


@step
def a_file_without_its_signature_is_refused() -> None:
    bare = know.url.partition("?")[0]
    same(requests.get(bare, timeout=SECONDS).status_code, 400)


@step
def a_private_database() -> None:
    save(ada.database("_private"), Diary(text="dear diary"), "d1")
    same(keys(ada.database("_private"), Diary), ["d1"])
    same(keys(bob.database("_private"), Diary), [])
    same(keys(ada, Diary), [])


def related(who: SkygearSession, name: str, direction: str) -> list[str]:
    found = ask(who, "relation:query", name=name, direction=direction)
    return [entry["id"] for entry in found]


@step
def follow() -> None:
    added = ask(ada, "relation:add", name="follow", targets=[know.bob, "x"])
    same([entry["type"] for entry in added], ["user", "error"])


@step
def who_follows_whom() -> None:
    same(related(ada, "follow", "outward"), [know.bob])
    same(related(bob, "follow", "inward"), [know.ada])
    same(related(bob, "follow", "outward"), [])


@step
def friends() -> None:
    ask(ada, "relation:add", name="friend", targets=[know.bob])
    same(related(ada, "friend", "mutual"), [])
    ask(bob, "relation:add", name="friend", targets=[know.ada])
    same(related(ada, "friend", "mutual"), [know.bob])


@step
def search_of_whom_one_follows() -> None:
    save(bob, Note(title="bob's"), "b1")
    query = ada.query(Note).filter(Note.owner_id.related("follow", "outward"))
    same([note.id.key for note in query.all()], ["b1"])


@step
def unfollow() -> None:
    parted = ask(ada, "relation:remove", name="follow", targets=[know.bob])
    same(parted, [{"id": know.bob}])
    same(related(ada, "follow", "outward"), [])


@step
def register_a_device() -> None:
    about = {"type": "android", "device_token": "token-1", "topic": "com.example"}
    know.device = ask(ada, "device:register", **about)["id"]
    again = {**about, "id": know.device, "device_token": "token-2"}
    same(ask(ada, "device:register", **again), {"id": know.device})


@step
def push() -> None:
    to_user = {
        "user_ids": [know.ada],
        "notification": {"gcm": {"collapse_key": "user"}},
    }
    same(ask(ada, "push:user", **to_user), [{"_id": know.ada}])
    message = {"gcm": {"collapse_key": "device"}}
    to_device = {"device_ids": [know.device], "notification": message}
    same(ask(ada, "push:device", **to_device), [{"_id": know.device}])


@step
def unregister_a_device() -> None:
    same(ask(ada, "device:unregister", id=know.device), {"id": know.device})
    refused(110, ask, bob, "device:unregister", id="nowhere")


def hub() -> ClientConnection:
    """Return a connection to the hub, which our client has no words for."""
    return open_socket(f"{ENDPOINT.replace('http', 'ws', 1)}/pubsub?api_key={KEY}")


def say(hub: ClientConnection, action: str, channel: str, **more: Any) -> None:
    hub.send(json.dumps({"action": action, "channel": channel, **more}))


def hear(hub: ClientConnection) -> Any:
    return json.loads(hub.recv(SECONDS))


@step
def publish_to_a_subscriber() -> None:
    with hub() as subscriber, hub() as publisher:
        say(subscriber, "sub", "news")
        # what it publishes itself comes after what it subscribed to
        say(subscriber, "pub", "news", data={})
        same(hear(subscriber), {"channel": "news", "data": {}})
        say(publisher, "pub", "news", data={"text": "naïve ☃"})
        same(hear(subscriber), {"channel": "news", "data": {"text": "naïve ☃"}})


@step
def unsubscribe() -> None:
    with hub() as subscriber:
        for action in ("sub", "unsub"):
            say(subscriber, action, "news")
        say(subscriber, "pub", "news", data={})
        say(subscriber, "sub", "last")
        say(subscriber, "pub", "last", data={})
        same(hear(subscriber)["channel"], "last")
