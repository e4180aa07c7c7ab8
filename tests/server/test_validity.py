"""Settings that no server could work with are refused when they are made."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.errors import DeclarationError
from skysyn.server.policy import PasswordPolicy
from skysyn.server.push import FCM

from .asking import settings


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"auth_keys": ()}, "auth keys name no field"),
        ({"auth_keys": (("username",), ())}, "auth keys name no field"),
        ({"auth_keys": (("_id",),)}, "auth keys name '_id'"),
        ({"auth_keys": ((" a",),)}, "auth keys name ' a'"),
        ({"cors_host": ""}, "the CORS host is ''"),
        ({"cors_host": "a\r\nX: y"}, r"the CORS host is 'a\\r\\nX: y'"),
        ({"token_seconds": -1}, "token_seconds is -1: use 0 to 1000000000"),
        ({"token_seconds": 10**10}, "token_seconds is 10000000000"),
        ({"response_seconds": float("nan")}, "response_seconds is nan"),
        ({"response_seconds": float("inf")}, "response_seconds is inf"),
        ({"asset_url_prefix": "ftp://x"}, "asset_url_prefix is 'ftp://x'"),
        ({"asset_url_prefix": "http://"}, "asset_url_prefix is 'http://'"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(DeclarationError, match=said):
        settings(**changes)


def test_days_that_no_calendar_has_are_refused() -> None:
    with pytest.raises(DeclarationError, match="expiry_days is 999999999"):
        PasswordPolicy(expiry_days=999_999_999)


def test_a_service_that_is_at_no_url_is_refused() -> None:
    with pytest.raises(DeclarationError, match="the FCM URL is 'fcm'"):
        FCM(url="fcm", server_key="k")
