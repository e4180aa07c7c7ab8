"""Disabling: users who may not log in, for a time or for good (protocol §13.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asking import Asker

LOGIN = {"auth_data": {"username": "ada"}, "password": "wrong"}


def test_who_is_disabled_is_told_until_when_and_why(master: Asker, ada: Asker) -> None:
    said = {"message": "bad boy", "expiry": "2130-01-01T08:00:00.75+08:00"}
    done = master.ask("auth:disable:set", auth_id=ada.user_id, disabled=True, **said)
    refused = {
        "name": "UserDisabled",
        "code": 127,
        "message": "user is disabled",
        "info": {"expiry": "2130-01-01T00:00:00Z", "message": "bad boy"},
    }

    assert done == {"result": {"status": "OK"}}
    assert ada.ask("me") == ada.ask("auth:login", **LOGIN) == {"error": refused}


def test_to_enable_a_user_the_rest_does_not_count(master: Asker, ada: Asker) -> None:
    rest = {"auth_id": ada.user_id, "message": "m", "expiry": "tomorrow"}
    master.result("auth:disable:set", auth_id=ada.user_id, disabled=True)

    assert master.code("auth:disable:set", **rest, disabled=True) == (400, 108)
    assert master.ask("auth:disable:set", **rest) == {"result": {"status": "OK"}}
    assert ada.result("me")["user_id"] == ada.user_id


def test_an_expiry_that_is_past_disables_nobody(master: Asker, ada: Asker) -> None:
    past = {"disabled": True, "expiry": "2001-01-01T00:00:00Z"}

    master.result("auth:disable:set", auth_id=ada.user_id, **past)

    assert ada.code("auth:login", **LOGIN) == (401, 105)


@pytest.mark.parametrize(
    ("payload", "refused"),
    [
        ({}, (404, 110)),
        ({"auth_id": "nobody", "disabled": True}, (404, 110)),
        ({"auth_id": 1}, (400, 107)),
        ({"auth_id": "nobody", "disabled": "yes"}, (400, 107)),
        ({"auth_id": "nobody", "disabled": True, "expiry": "no"}, (400, 108)),
    ],
)
def test_who_is_nobody_cannot_be_disabled(
    master: Asker, payload: dict[str, Any], refused: tuple[int, int]
) -> None:
    assert master.code("auth:disable:set", **payload) == refused
