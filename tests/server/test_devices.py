"""Devices: where a user can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asking import Asker

UNREADABLE = "fails to decode the request payload"


def register(asker: Asker, **more: Any) -> str:
    found: str = asker.result("device:register", **{"type": "ios", **more})["id"]
    return found


def test_devices_are_registered_changed_and_forgotten(ada: Asker) -> None:
    made = register(ada, device_token="t1", topic="app")

    changed = register(ada, id=made, device_token="t2")
    forgotten = ada.result("device:unregister", id=made)
    again = register(ada, id=made, type="android")

    assert [changed, forgotten, again] == [made, {"id": made}, made]


def test_a_token_belongs_to_the_device_that_had_it_last(ada: Asker, bob: Asker) -> None:
    first = register(ada, device_token="t1")

    second = register(bob, device_token="t1")

    assert first != second
    assert ada.code("device:unregister", id=first) == (404, 110)


def test_the_devices_of_others_are_out_of_reach(ada: Asker, bob: Asker) -> None:
    made = register(ada)

    assert bob.code("device:unregister", id=made) == (404, 110)
    assert bob.code("device:register", id=made, type="ios") == (404, 110)


@pytest.mark.parametrize(
    ("action", "payload", "refused"),
    [
        ("device:register", {}, (400, 108)),
        ("device:register", {"type": "toaster"}, (400, 108)),
        ("device:register", {"type": 5}, (400, 107)),
        ("device:register", {"type": "ios", "id": "no"}, (404, 110)),
        ("device:unregister", {}, (400, 108)),
    ],
)
def test_what_is_no_device_is_refused(
    ada: Asker, action: str, payload: dict[str, Any], refused: tuple[int, int]
) -> None:
    assert ada.code(action, **payload) == refused


@pytest.mark.parametrize(
    ("action", "payload", "message"),
    [
        ("device:register", {}, "empty device type"),
        ("device:register", {"type": "tv"}, "unknown device type = tv"),
        ("device:register", {"type": "ios", "id": "no"}, "Device not found"),
        ("device:unregister", {}, "Missing device id"),
        ("device:unregister", {"id": "no"}, "Device not found"),
        ("device:register", {"type": "tv", "id": 1}, UNREADABLE),
        ("device:register", {"type": "ios", "topic": 1}, UNREADABLE),
    ],
)
def test_refusals_say_what_the_original_said(
    ada: Asker, action: str, payload: dict[str, Any], message: str
) -> None:
    assert ada.ask(action, **payload)["error"]["message"] == message


def test_devices_are_for_users(anyone: Asker) -> None:
    assert anyone.code("device:register", type="ios") == (401, 101)
