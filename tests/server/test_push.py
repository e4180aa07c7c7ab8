"""Actions on push, as long as the server has no service to send by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asking import Asker


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
