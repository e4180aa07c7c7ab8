"""Settings of push: what cannot work is refused, and what is secret not shown."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from skysyn.errors import DeclarationError
from skysyn.server.push import FCM, APNs, account
from skysyn.server.push.apns import APNsSender
from skysyn.server.push.fcm import FCMSender
from skysyn.server.push.kept import Kept

ACCOUNT = json.dumps(
    {"project_id": "p", "client_email": "e", "private_key": "a secret PRIVATE KEY"}
)


def test_a_token_that_was_replaced_already_is_let_be() -> None:
    made = iter([("one", 9.0), ("two", 9.0), ("three", -1.0), ("four", 9.0)])
    kept = Kept(lambda: next(made))
    found = [kept.token()]

    for dropped in ("one", "one", "two", "none"):
        kept.drop(dropped)
        found.append(kept.token())

    assert found == ["one", "two", "two", "three", "four"]


@pytest.mark.parametrize(
    "wrong",
    [
        APNs,
        lambda: APNs(team_id="T", key_id="K"),
        lambda: APNs(
            team_id="T", key_id="K", key="k", certificate="c", private_key="k"
        ),
        lambda: APNsSender(APNs(team_id="T", key_id="K", key="no key")),
        lambda: APNsSender(APNs(certificate="no certificate", private_key="no key")),
        FCM,
        lambda: FCM(account="{}", server_key="k"),
        lambda: FCMSender("{}"),
        lambda: FCMSender("no JSON"),
        lambda: FCMSender(ACCOUNT),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        wrong()

    assert "secret" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    known = (
        FCM(account=ACCOUNT),
        FCM(server_key="a secret"),
        APNs(team_id="T", key_id="K", key="a secret"),
        APNs(certificate="C", private_key="a secret"),
    )

    shown = repr((*known, msgspec.json.decode(ACCOUNT, type=account.Account)))

    assert "a secret" not in shown
    assert "PRIVATE KEY" not in shown
