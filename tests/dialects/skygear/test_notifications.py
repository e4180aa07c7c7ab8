"""Notifications in the forms of Apple and Google."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.dialects.skygear.notifications import (
    FCM,
    Alert,
    APNs,
    Notification,
    dump_notification,
)
from skysyn.errors import ConversionError, QueryError

ALERT = Alert("T", "B", title_key="K", title_args=["a"], action_key="A", subtitle="S")
SHOWN = {
    "title": "T",
    "body": "B",
    "subtitle": "S",
    "title-loc-key": "K",
    "title-loc-args": ["a"],
    "action-loc-key": "A",
}
FULL = APNs(
    alert=ALERT,
    badge=0,
    sound="S",
    category="C",
    thread_id="t",
    interruption_level="passive",
    content_available=True,
    mutable_content=True,
    data={"from": "skysyn"},
)


@pytest.mark.parametrize(
    ("form", "dumped"),
    [
        (APNs(alert="hello", badge=3), {"aps": {"alert": "hello", "badge": 3}}),
        (APNs(content_available=True), {"aps": {"content-available": 1}}),
        (APNs(data={"k": [1]}), {"aps": {}, "k": [1]}),
        (
            FULL,
            {
                "aps": {
                    "alert": SHOWN,
                    "badge": 0,
                    "sound": "S",
                    "category": "C",
                    "thread-id": "t",
                    "interruption-level": "passive",
                    "content-available": 1,
                    "mutable-content": 1,
                },
                "from": "skysyn",
            },
        ),
        ({"aps": {"alert": "as it is"}}, {"aps": {"alert": "as it is"}}),
    ],
)
def test_apple_gets_its_form(form: Any, dumped: object) -> None:
    assert dump_notification(Notification(apns=form)) == {"apns": dumped}


@pytest.mark.parametrize(
    ("form", "dumped"),
    [
        (FCM(title="T", body="B"), {"notification": {"title": "T", "body": "B"}}),
        (FCM(data={"k": "v"}), {"data": {"k": "v"}}),
        (
            FCM(icon="I", collapse_key="c", priority="high", more={"time_to_live": 5}),
            {
                "notification": {"icon": "I"},
                "collapse_key": "c",
                "priority": "high",
                "time_to_live": 5,
            },
        ),
        ({"data": {"as": "it is"}}, {"data": {"as": "it is"}}),
    ],
)
@pytest.mark.parametrize("name", ["fcm", "gcm"])
def test_google_gets_its_form(name: str, form: Any, dumped: object) -> None:
    assert dump_notification(Notification(**{name: form})) == {name: dumped}


def test_a_dict_is_sent_as_it_is() -> None:
    told: dict[str, Any] = {"apns": {"aps": {}}, "gcm": {}, "baidu-android": {"msg": 1}}

    assert dump_notification(told) == told


def test_baidu_has_its_own_name() -> None:
    told = Notification(baidu_android={"msg": "m"})

    assert dump_notification(told) == {"baidu-android": {"msg": "m"}}


@pytest.mark.parametrize("empty", [Notification(), {}])
def test_a_notification_for_no_device_is_refused(empty: Any) -> None:
    with pytest.raises(QueryError, match="at least one form"):
        dump_notification(empty)


@pytest.mark.parametrize(
    "wrong",
    [
        Notification(apns=APNs(data={"aps": {}})),
        Notification(apns=APNs(data={"k": object()})),  # type: ignore[dict-item]  # wrong on purpose
        {"apns": {"k": float("inf")}},
    ],
)
def test_what_cannot_be_sent_is_refused(wrong: Any) -> None:
    with pytest.raises(ConversionError):
        dump_notification(wrong)
