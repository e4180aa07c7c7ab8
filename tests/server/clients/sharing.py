"""The story's end: who may see what, files, relations, devices and messages."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from contextlib import closing
from importlib import import_module
from typing import Any

from .container import (
    ENDPOINT,
    KEY,
    Client,
    Where,
    ada,
    bob,
    entries,
    eve,
    master,
    models,
    path,
    queries,
    record,
)
from .steps import know, refused, same, step

pushing: Any = import_module("skygear.action")
pubsub: Any = import_module("skygear.pubsub")
options: Any = import_module("skygear.options").options
websocket: Any = import_module("websocket")

URL = f"{ENDPOINT.replace('http', 'ws', 1)}/pubsub"


@step
def a_record_of_nobody_else() -> None:
    ada.save("paper/secret", [], text="secret")
    same(bob.keys("paper"), [])
    same(ada.keys("paper"), ["locked", "secret"])


@step
def a_record_that_everybody_reads() -> None:
    ada.save("paper/shown", [models.PublicAccessControlEntry("read")], text="shown")
    same(bob.keys("paper"), ["shown"])
    refused(102, bob.save, "paper/shown", text="bob's")


@step
def a_record_that_everybody_writes() -> None:
    ada.save("paper/wall", [models.PublicAccessControlEntry("write")], text="wall")
    same(bob.save("paper/wall", text="bob was here")["text"], "bob was here")


@step
def a_record_for_one_user() -> None:
    acl = [models.DirectAccessControlEntry(bob.user_id, "read")]
    ada.save("paper/letter", acl, text="dear bob")
    same([("letter" in who.keys("paper")) for who in (bob, eve)], [True, False])
    refused(102, bob.save, "paper/letter", text="bob's")


@step
def a_record_for_a_role() -> None:
    acl = [models.RoleAccessControlEntry("editor", "write")]
    ada.save("paper/draft", acl, text="draft")
    same("draft" in bob.keys("paper"), False)


@step
def assign_a_role() -> None:
    editor = {"users": [bob.user_id], "roles": ["editor"]}
    master.ask("role:admin", roles=["boss"])
    refused(102, ada.ask, "role:assign", **editor)
    master.ask("role:assign", users=[ada.user_id], roles=["boss"])
    ada.ask("role:assign", **editor)
    same("draft" in bob.keys("paper"), True)


@step
def fetch_roles() -> None:
    found = ada.ask("role:get", users=[ada.user_id, bob.user_id])
    same(found, {ada.user_id: ["boss"], bob.user_id: ["editor"]})


@step
def revoke_a_role() -> None:
    ada.ask("role:revoke", users=[bob.user_id], roles=["editor"])
    same("draft" in bob.keys("paper"), False)


@step
def roles_by_default() -> None:
    master.ask("role:default", roles=["reader"])
    eve.signup(auth_data={"username": "eve"}, password="secret")
    found = master.ask("role:get", users=[eve.user_id])
    same(found, {eve.user_id: ["reader"]})


@step
def only_a_role_may_create() -> None:
    master.ask("schema:access", type="law", create_roles=["boss"])
    refused(102, bob.save, "law/l1", text="x")
    ada.save("law/l1", text="x")


@step
def access_by_default() -> None:
    acl = [{"role": "reader", "level": "read"}]
    master.ask("schema:default_access", type="news", default_access=acl)
    ada.save("news/n1", text="x")
    same(eve.keys("news"), ["n1"])
    same(bob.keys("news"), [])


def download(url: str) -> tuple[str | None, bytes]:
    with closing(urllib.request.urlopen(url)) as answer:
        return answer.headers["Content-Type"], answer.read()


@step
def upload_a_file() -> None:
    # py-skygear uploads nothing itself
    request = urllib.request.Request(f"{ENDPOINT}/files/hello.txt", method="PUT")
    request.add_header("X-Skygear-API-Key", KEY)
    request.add_header("Content-Type", "text/plain")
    with closing(urllib.request.urlopen(request, b"Hello, file!")) as answer:
        know.name = json.load(answer)["result"]["$name"]
    ada.save("album/a1", attachment=models.Asset(know.name, "text/plain"))


@step
def download_a_file() -> None:
    options.asset_store, options.asset_store_public = "fs", False
    options.asset_store_url_prefix = f"{ENDPOINT}/files"
    options.asset_store_secret = os.environ["STORY_ASSET_SECRET"]
    (found,) = ada.public.query(queries.Query("album", Where(_id__eq="a1")))
    # this URL is signed by py-skygear
    know.url = found["attachment"]["$url"]
    same(download(know.url), ("text/plain", b"Hello, file!"))


@step
def a_file_without_its_signature_is_refused() -> None:
    try:
        download(know.url.partition("?")[0])
    except urllib.error.HTTPError as error:
        error.close()
        same(error.code, 400)
    else:
        same("it is not refused", 400)


@step
def a_private_database() -> None:
    entries(ada.private.save(record("diary/d1", text="dear diary")))
    query = queries.Query("diary", Where(_id__eq="d1"))
    found = [who.query(query) for who in (ada.private, bob.private, ada.public)]
    same([[one.id.key for one in part] for part in found], [["d1"], [], []])


def related(who: Client, name: str, direction: str) -> list[str]:
    found = who.ask("relation:query", name=name, direction=direction)
    return [entry["id"] for entry in found]


@step
def follow() -> None:
    added = ada.ask("relation:add", name="follow", targets=[bob.user_id, "x"])
    same([entry["type"] for entry in added], ["user", "error"])


@step
def who_follows_whom() -> None:
    same(related(ada, "follow", "outward"), [bob.user_id])
    same(related(bob, "follow", "inward"), [ada.user_id])
    same(related(bob, "follow", "outward"), [])


@step
def friends() -> None:
    ada.ask("relation:add", name="friend", targets=[bob.user_id])
    same(related(ada, "friend", "mutual"), [])
    bob.ask("relation:add", name="friend", targets=[ada.user_id])
    same(related(ada, "friend", "mutual"), [bob.user_id])


@step
def search_of_whom_one_follows() -> None:
    bob.save("note/b1", title="bob's")
    relation = {"$type": "relation", "$name": "_follow", "$direction": "outward"}
    predicate = ["func", "userRelation", path("_owner"), relation]
    same(ada.keys("note", predicate), ["b1"])


@step
def unfollow() -> None:
    parted = ada.ask("relation:remove", name="follow", targets=[bob.user_id])
    same(parted, [{"id": bob.user_id}])
    same(related(ada, "follow", "outward"), [])


@step
def register_a_device() -> None:
    params = {"type": "android", "device_token": "token-1", "topic": "com.example"}
    know.device = ada.ask("device:register", **params)["id"]
    params |= {"id": know.device, "device_token": "token-2"}
    same(ada.ask("device:register", **params), {"id": know.device})


@step
def push() -> None:
    message = {"gcm": {"collapse_key": "user"}}
    sent = pushing.push_users(ada.container, [ada.user_id], message)
    same(sent["result"], [{"_id": ada.user_id}])
    message = {"gcm": {"collapse_key": "device"}}
    sent = pushing.push_device(ada.container, know.device, message, "com.example")
    same(sent["result"], [{"_id": know.device}])


@step
def unregister_a_device() -> None:
    same(ada.ask("device:unregister", id=know.device), {"id": know.device})
    refused(110, bob.ask, "device:unregister", id="nowhere")


class Subscriber:
    """The other side of py-skygear's hub, which only publishes."""

    def __init__(self) -> None:
        self._socket = websocket.create_connection(f"{URL}?api_key={KEY}", timeout=60)

    def say(self, action: str, channel: str, **more: Any) -> None:
        self._socket.send(json.dumps({"action": action, "channel": channel, **more}))

    def hear(self) -> Any:
        return json.loads(self._socket.recv())


@step
def publish_to_a_subscriber() -> None:
    know.subscriber = subscriber = Subscriber()
    subscriber.say("sub", "news")
    # what it publishes itself comes after what it subscribed to
    subscriber.say("pub", "news", data={})
    same(subscriber.hear(), {"channel": "news", "data": {}})
    said = {"text": "naïve ☃", "n": [1]}
    pubsub.Hub(URL, KEY).publish(["gossip", "news"], said)
    same(subscriber.hear(), {"channel": "news", "data": said})


@step
def unsubscribe() -> None:
    subscriber = know.subscriber
    subscriber.say("unsub", "news")
    subscriber.say("pub", "news", data={"n": 2})
    subscriber.say("sub", "last")
    subscriber.say("pub", "last", data={})
    same(subscriber.hear()["channel"], "last")
