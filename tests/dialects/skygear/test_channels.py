"""What travels besides records comes back as it was: messages, faults, watches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from skysyn.dialects.skygear import channels, faults, refusals, subscriptions
from skysyn.dialects.skygear.faults import Fault
from skysyn.dialects.skygear.questions import Limits
from skysyn.dialects.skygear.subscriptions import (
    APS,
    Alert,
    NotificationInfo,
    Subscription,
)

if TYPE_CHECKING:
    from skysyn.models import JSON

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS: st.SearchStrategy[JSON] = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), TEXT
)
DATA: st.SearchStrategy[JSON] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=10,
)
ALERTS = st.builds(
    Alert, TEXT, TEXT, st.none() | st.lists(TEXT, max_size=3), TEXT, TEXT
)
NOTIFICATIONS = st.builds(
    NotificationInfo,
    st.builds(APS, st.none() | ALERTS, TEXT, st.booleans(), st.booleans()),
)


@given(TEXT.filter(bool), DATA)
def test_what_is_published_is_what_is_told(channel: str, data: JSON) -> None:
    published = json.loads(channels.dump_publish(channel, data))
    notice = channels.load_notice(json.dumps({"channel": channel, "data": data}))

    assert published == {"action": "pub", "channel": channel, "data": data}
    assert notice is not None
    assert (notice.channel, json.loads(bytes(notice.data))) == (channel, data)


@given(st.text() | DATA.map(json.dumps))
def test_any_text_is_a_notice_or_none(text: str) -> None:
    notice = channels.load_notice(text)

    assert notice is None or notice.channel == json.loads(text)["channel"]


@given(
    st.sampled_from(sorted(faults.NAMES)),
    TEXT.filter(bool),
    st.dictionaries(TEXT, DATA, max_size=3),
)
def test_a_refusal_is_lifted_as_the_same_error(
    code: int, message: str, info: dict[str, JSON]
) -> None:
    error = refusals.refuse(code, message, info=info)
    travelled = msgspec.json.encode(refusals.dump(error))

    assert faults.lift(msgspec.json.decode(travelled, type=Fault)) == error


@given(NOTIFICATIONS)
def test_how_a_notification_is_shown_is_kept(info: NotificationInfo) -> None:
    dumped = subscriptions.dump_notification(info)

    assert subscriptions.load_notification(json.loads(json.dumps(dumped))) == info


@given(TEXT, TEXT, TEXT.filter(bool), NOTIFICATIONS)
def test_a_subscription_is_kept_without_what_is_empty(
    key: str, kind: str, collection: str, info: NotificationInfo
) -> None:
    wire: JSON = {
        "id": key,
        "type": kind,
        "query": {"record_type": collection, "sort": [], "limit": None},
        "notification_info": subscriptions.dump_notification(info),
    }

    found = subscriptions.load(wire, Limits())

    assert found == Subscription(key, kind, {"record_type": collection}, info)
