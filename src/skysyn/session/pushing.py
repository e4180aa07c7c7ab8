"""Pushing: notifications to users and devices, and who was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import msgspec

from skysyn.dialects.skygear import faults
from skysyn.dialects.skygear.answers import Entry
from skysyn.dialects.skygear.notifications import dump_notification
from skysyn.errors import ProtocolError, QueryError, RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn.dialects.skygear.notifications import Notification
    from skysyn.models import JSON

    Call = Callable[[str, Mapping[str, JSON]], JSON]


@attrs.frozen
class PushReport:
    """Who is known of those that a notification was meant for.

    It is sent later, so nobody knows yet who gets it: a user without a device counts
    as *found*. *failed* has the error of each that the server does not know, *skipped*
    are devices of another topic.
    """

    found: tuple[str, ...] = ()
    failed: Mapping[str, RemoteError] = attrs.field(factory=dict[str, RemoteError])
    skipped: tuple[str, ...] = ()


def push(
    call: Call,
    target: str,
    ids: tuple[str, ...],
    notification: Notification | Mapping[str, JSON],
    topic: str | None,
) -> PushReport:
    """Ask for *notification* to be sent to users or devices, as *target* says."""
    if not ids:
        msg = f"a push needs the id of a {target}"
        raise QueryError(msg)
    for one in ids:
        if not (one and isinstance(one, str)):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
            msg = f"{one!r:.80} is no id of a {target}"
            raise QueryError(msg)
    payload: dict[str, JSON] = {
        f"{target}_ids": list(ids),
        "notification": dump_notification(notification),
    }
    if topic is not None:
        payload["topic"] = topic
    return load_report(ids, call(f"push:{target}", payload))


def load_report(ids: tuple[str, ...], result: JSON) -> PushReport:
    """Return what the server answers about *ids*."""
    try:
        entries = msgspec.convert(result, list[Entry])
    except msgspec.ValidationError as error:
        msg = f"a push was answered with something else than a list: {error}"
        raise ProtocolError(msg, status=200) from error
    found: list[str] = []
    failed: dict[str, RemoteError] = {}
    for entry in entries:
        if entry.type == "error":
            failed[entry.id or ""] = faults.lift(entry)
        else:
            found.append(entry.id or "")
    known = {*found, *failed}
    return PushReport(tuple(found), failed, tuple(i for i in ids if i not in known))
