"""Actions on push: who is found, and what becomes of what is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.server import Server
from skysyn.server.push import Busy, Gone, Push, Recorder, Refused, Sent

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn.models import JSON
    from skysyn.server.store.devices import Device

SENT: dict[str, Any] = {
    "apns": {"aps": {"alert": "hello"}},
    "gcm": {"data": {"old": "1"}},
    "fcm": {"data": {"new": "1"}},
}


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("push:user", {"user_ids": ["u"], "notification": {"fcm": {}}}),
        ("push:device", {"device_ids": ["d"], "notification": {"apns": {}}}),
        ("push:user", {}),
    ],
)
def test_push_needs_a_service(
    anyone: Asker, action: str, payload: dict[str, Any]
) -> None:
    assert anyone.code(action, **payload) == (500, 10003)


def test_push_needs_a_key(anyone: Asker) -> None:
    wrong = type(anyone)(anyone.server, key="wrong")

    assert wrong.code("push:user") == (401, 103)


@pytest.fixture
def recording() -> Iterator[Asker]:
    """Somebody at a server that keeps what it is told to send."""
    with Server(settings(push=Push(record=True))) as server:
        yield Asker(server)


def register(asker: Asker, kind: str = "ios", token: str = "t", topic: str = "") -> str:
    device = {"type": kind, "device_token": token, "topic": topic}
    found: str = asker.result("device:register", **device)["id"]
    return found


def sent(asker: Asker) -> list[tuple[str, Mapping[str, JSON], str]]:
    """Return the tokens, contents and outcomes of what was sent."""
    assert asker.server.settle(60)
    return sorted(
        (found.device.token, found.content, found.outcome)
        for found in asker.server.pushes
    )


def test_a_device_keeps_the_token_and_the_topic_that_are_not_sent_again(
    recording: Asker,
) -> None:
    ada = recording.signup("ada")
    made = register(ada, "ios", "i", "app")

    ada.result("device:register", id=made, type="ios", topic="")
    found = recording.result(
        "push:device", device_ids=[made], topic="app", notification=SENT
    )

    assert found == [{"_id": made}]
    assert [token for token, *_ in sent(recording)] == ["i"]


@pytest.mark.parametrize(
    ("payload", "refused"),
    [
        ({}, ("empty user ids", ["user_ids"])),
        ({"user_ids": ["u"]}, ("no notification specified", ["notification"])),
    ],
)
def test_push_says_what_it_lacks(
    recording: Asker, payload: dict[str, Any], refused: tuple[str, list[str]]
) -> None:
    error = recording.ask("push:user", **payload)["error"]

    assert (error["message"], error["info"]["arguments"]) == refused


def test_a_topic_that_is_no_text_is_refused_whoever_is_found(recording: Asker) -> None:
    wrong = {"user_ids": ["nobody"], "notification": SENT, "topic": 5}

    assert recording.code("push:user", **wrong) == (400, 107)


def test_every_device_of_a_user_gets_what_is_for_its_type(recording: Asker) -> None:
    ada, bob = recording.signup("ada"), recording.signup("bob")
    register(ada, "ios", "i")
    register(ada, "android", "a")
    register(ada, "baidu-android", "b")
    register(bob, "ios", "other")

    found = recording.result("push:user", user_ids=[ada.user_id], notification=SENT)

    assert found == [{"_id": ada.user_id}]
    assert sent(recording) == [
        ("a", SENT["fcm"], "kept"),
        ("b", {}, "the notification has nothing for baidu-android"),
        ("i", SENT["apns"], "kept"),
    ]


def test_the_old_name_of_a_content_is_taken_too(recording: Asker) -> None:
    ada = recording.signup("ada")
    device = register(ada, "android", "a")
    old = {"gcm": SENT["gcm"]}

    recording.result("push:device", device_ids=[device], notification=old)

    assert sent(recording) == [("a", SENT["gcm"], "kept")]


def test_users_nobody_knows_are_answered_like_others(recording: Asker) -> None:
    found = recording.result("push:user", user_ids=["x", "y"], notification=SENT)

    assert found == [{"_id": "x"}, {"_id": "y"}]
    assert sent(recording) == []


def test_devices_nobody_knows_are_named(recording: Asker) -> None:
    device = register(recording.signup("ada"))

    found = recording.result("push:device", device_ids=[device, "x"], notification=SENT)

    error = {"_id": "x", "_type": "error", "name": "ResourceNotFound", "code": 110}
    error |= {"message": 'cannot find device "x"', "info": {"id": "x"}}
    assert found == [{"_id": device}, error]
    assert [token for token, *_ in sent(recording)] == ["t"]


def test_a_topic_leaves_out_other_devices(recording: Asker) -> None:
    ada = recording.signup("ada")
    one, two = register(ada, token="1", topic="a"), register(ada, token="2", topic="b")
    more = {"notification": SENT, "topic": "a"}

    by_device = recording.result("push:device", device_ids=[one, two], **more)
    by_user = recording.result("push:user", user_ids=[ada.user_id], **more)

    assert [by_device, by_user] == [[{"_id": one}], [{"_id": ada.user_id}]]
    assert [token for token, *_ in sent(recording)] == ["1", "1"]


@pytest.mark.parametrize(
    ("payload", "refused"),
    [
        ({}, (400, 108)),
        ({"user_ids": [], "notification": SENT}, (400, 108)),
        ({"user_ids": ["u"]}, (400, 108)),
        ({"user_ids": ["u"], "notification": 5}, (400, 107)),
        ({"user_ids": "u", "notification": SENT}, (400, 107)),
    ],
)
def test_what_cannot_be_sent_is_refused(
    recording: Asker, payload: dict[str, Any], refused: tuple[int, int]
) -> None:
    assert recording.code("push:user", **payload) == refused


def test_what_was_sent_is_forgotten_in_the_end() -> None:
    recorder = Recorder(room=2)
    device: Any = None

    for number in range(3):
        recorder.keep(Sent(device, {"n": number}, "sent"))
    kept = [found.content for found in recorder]
    recorder.clear()

    assert (kept, len(recorder)) == ([{"n": 1}, {"n": 2}], 0)


@attrs.define
class Service:
    """A push service that fails in turn by *failures*, then does as it is told."""

    failures: list[Callable[[Device], Exception]]
    got: list[str] = attrs.field(factory=list[str])

    def send(self, device: Device, content: Mapping[str, JSON]) -> None:
        self.got.append(device.token)
        if self.failures:
            raise self.failures.pop(0)(device)

    def close(self) -> None:
        """Do nothing."""


def failing(error: Exception) -> Callable[[Device], Exception]:
    return lambda _: error


def busy(after: float | None = None) -> Callable[[Device], Exception]:
    return lambda _: Busy("busy", after)


def gone(seconds: float | None = None) -> Callable[[Device], Exception]:
    """Return the news that a device went, *seconds* after it registered."""

    def failure(device: Device) -> Exception:
        if seconds is None:
            return Gone("gone")
        return Gone("gone", device.registered_at + timedelta(seconds=seconds))

    return failure


def push_by(service: Service, token: str = "t") -> tuple[list[str], bool]:
    """Return what becomes of a push by *service*, and whether the device stays."""
    push = Push(senders={"ios": service}, pause=0.001)
    with Server(settings(push=push)) as server:
        ada = Asker(server).signup("ada")
        device = register(ada, token=token)
        ada.result("push:user", user_ids=[ada.user_id], notification=SENT)
        outcomes = [outcome for *_, outcome in sent(ada)]
        known = ada.ask("device:register", id=device, type="ios", device_token=token)
    return outcomes, "result" in known


@pytest.mark.parametrize(
    ("failures", "outcome", "attempts"),
    [
        ([], "sent", 1),
        ([busy(), busy(0)], "sent", 3),
        ([busy()] * 9, "busy, 5 times", 5),
        ([failing(Refused("no"))], "no", 1),
        ([busy(), failing(Refused("no"))], "no", 2),
        ([failing(ValueError("unforeseen"))], "ValueError", 1),
    ],
)
def test_a_busy_service_is_asked_again(
    failures: list[Callable[[Device], Exception]], outcome: str, attempts: int
) -> None:
    service = Service(list(failures))

    outcomes, stays = push_by(service)

    assert (outcomes, len(service.got), stays) == ([outcome], attempts, True)


@pytest.mark.parametrize(
    ("failure", "stays"), [(gone(), False), (gone(5), False), (gone(-5), True)]
)
def test_devices_that_are_gone_are_forgotten_unless_they_came_back(
    failure: Callable[[Device], Exception], stays: bool
) -> None:
    assert push_by(Service([failure])) == (["gone"], stays)


def test_a_device_that_registers_meanwhile_is_kept() -> None:
    ada: Asker
    device = ""

    def failure(_: Device) -> Exception:
        ada.result("device:register", id=device, type="ios", device_token="new")
        return Gone("gone", datetime.now(UTC))

    push = Push(senders={"ios": Service([failure])})
    with Server(settings(push=push)) as server:
        ada = Asker(server).signup("ada")
        device = register(ada)
        ada.result("push:device", device_ids=[device], notification=SENT)
        sent(ada)

        again = ada.result("device:register", id=device, type="ios")

    assert again == {"id": device}


def test_a_device_without_a_token_is_not_tried() -> None:
    service = Service([])

    assert push_by(service, token="") == (["the device has no token"], True)
    assert service.got == []


def test_a_token_gets_a_notification_once(recording: Asker) -> None:
    device = register(recording.signup("ada"))

    recording.result("push:device", device_ids=[device, device], notification=SENT)

    assert len(sent(recording)) == 1


def test_a_server_stops_at_once_while_a_service_is_busy() -> None:
    push = Push(senders={"ios": Service([busy(3600)])})
    with Server(settings(push=push)) as server:
        ada = Asker(server).signup("ada")
        device = register(ada)
        ada.result("push:device", device_ids=[device], notification=SENT)

    assert [found.outcome for found in server.pushes] in (
        [],
        ["busy, and the server stops"],
    )


@pytest.mark.parametrize(
    ("info", "aps"),
    [
        (None, {"content-available": 1}),
        ({"aps": {"alert": {"body": "B"}, "sound": "S"}}, None),
        (
            {"aps": {"should-badge": True, "should-send-content-available": True}},
            {"badge": 1, "content-available": 1},
        ),
    ],
)
def test_changes_that_a_device_subscribed_to_are_pushed(
    recording: Asker, info: Any, aps: Any
) -> None:
    ada = recording.signup("ada")
    device = register(ada)
    query = {"id": "mine", "type": "query", "query": {"record_type": "note"}}
    wanted = [{**query, "notification_info": info}]
    ada.result("subscription:save", device_id=device, subscriptions=wanted)

    ada.save({"_id": "note/a"})

    [(_, content, outcome)] = sent(ada)
    notice: Any = content["_skygear"]
    assert (content["aps"], outcome) == (aps or info["aps"], "kept")
    assert notice.keys() == {"seq-num", "subscription-id"}
    assert notice["subscription-id"] == "mine"
