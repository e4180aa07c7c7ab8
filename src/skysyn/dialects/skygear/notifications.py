"""Notifications: what is pushed to devices, as the push services want it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from skysyn.arguments import check_argument
from skysyn.errors import ConversionError, QueryError

from .channels import plain

if TYPE_CHECKING:
    from skysyn.models import JSON


def _nothing() -> Mapping[str, JSON]:
    return {}


@attrs.frozen(kw_only=True)
class Alert:
    """What an Apple device shows; a *…_key* names a text of the app's own."""

    title: str | None = attrs.field(default=None, kw_only=False)
    body: str | None = attrs.field(default=None, kw_only=False)
    subtitle: str | None = None
    launch_image: str | None = None
    title_key: str | None = attrs.field(default=None, metadata={"as": "title-loc-key"})
    title_args: list[str] | None = attrs.field(
        default=None, metadata={"as": "title-loc-args"}
    )
    body_key: str | None = attrs.field(default=None, metadata={"as": "loc-key"})
    body_args: list[str] | None = attrs.field(default=None, metadata={"as": "loc-args"})
    action_key: str | None = attrs.field(
        default=None, metadata={"as": "action-loc-key"}
    )


@attrs.frozen(kw_only=True)
class APNs:
    """A notification for Apple devices; *data* is what the app itself reads.

    *content_available* wakes the app without showing anything.
    """

    alert: str | Alert | None = None
    badge: int | None = None
    sound: str | Mapping[str, JSON] | None = None
    category: str | None = None
    thread_id: str | None = None
    interruption_level: (
        Literal["passive", "active", "time-sensitive", "critical"] | None
    ) = None
    content_available: bool = False
    mutable_content: bool = False
    data: Mapping[str, JSON] = attrs.field(factory=_nothing)


@attrs.frozen(kw_only=True)
class FCM:
    """A notification for Android devices; *data* is what the app itself reads.

    *more* are other keys of Firebase's message.
    """

    title: str | None = None
    body: str | None = None
    icon: str | None = None
    sound: str | None = None
    click_action: str | None = None
    data: Mapping[str, str] = attrs.field(factory=dict[str, str])
    collapse_key: str | None = None
    priority: Literal["normal", "high"] | None = None
    more: Mapping[str, JSON] = attrs.field(factory=_nothing)


@attrs.frozen(kw_only=True)
class Notification:
    """What is pushed: to each device the form of its kind.

    *gcm* is what devices of Android get from servers that have no *fcm*. A mapping is
    sent as it is.
    """

    apns: APNs | Mapping[str, JSON] | None = None
    fcm: FCM | Mapping[str, JSON] | None = None
    gcm: FCM | Mapping[str, JSON] | None = None
    baidu_android: Mapping[str, JSON] | None = None


def dump_notification(notification: Notification | Mapping[str, JSON]) -> JSON:
    """Return *notification* as the server takes it.

    Raises:
        QueryError: it is for no kind of device.
        ConversionError: it cannot be written as JSON.
    """
    takes = "a push takes a Notification, or a dict by push service"
    check_argument(notification, (Notification, Mapping), takes)
    found: JSON = (
        _forms(notification)
        if isinstance(notification, Notification)
        else plain(dict(notification))
    )
    if not found:
        msg = "a notification has at least one form: apns=APNs(…) or fcm=FCM(…)"
        raise QueryError(msg)
    return found


def _forms(notification: Notification) -> JSON:
    forms: dict[str, JSON] = {}
    if notification.apns is not None:
        forms["apns"] = _apple(notification.apns)
    for name in ("fcm", "gcm"):
        form: FCM | Mapping[str, JSON] | None = getattr(notification, name)
        if form is not None:
            forms[name] = _google(form)
    if notification.baidu_android is not None:
        forms["baidu-android"] = plain(dict(notification.baidu_android))
    return forms


def _apple(form: APNs | Mapping[str, JSON]) -> JSON:
    check_argument(form, (APNs, Mapping), "apns= takes APNs(…) or a dict")
    if not isinstance(form, APNs):
        return plain(dict(form))
    if "aps" in form.data:
        msg = "data={'aps': …} would replace the notification: use the other arguments"
        raise ConversionError(msg, field="data", value=form.data)
    aps = _set(form, "badge", "sound", "category", "thread_id", "interruption_level")
    shown = _alert(form.alert) if isinstance(form.alert, Alert) else form.alert
    if shown is not None:
        aps["alert"] = shown
    for name in ("content_available", "mutable_content"):
        if getattr(form, name):
            aps[name] = 1
    dashed: JSON = {name.replace("_", "-"): value for name, value in aps.items()}
    return plain({"aps": dashed, **form.data})


def _alert(alert: Alert) -> dict[str, JSON]:
    named = {
        attribute.metadata.get("as", attribute.name.replace("_", "-")): getattr(
            alert, attribute.name
        )
        for attribute in attrs.fields(Alert)
    }
    return {name: value for name, value in named.items() if value is not None}


def _google(form: FCM | Mapping[str, JSON]) -> JSON:
    check_argument(form, (FCM, Mapping), "fcm= and gcm= take FCM(…) or a dict")
    if not isinstance(form, FCM):
        return plain(dict(form))
    message = _set(form, "collapse_key", "priority")
    shown = _set(form, "title", "body", "icon", "sound", "click_action")
    if shown:
        message["notification"] = shown
    if form.data:
        message["data"] = dict(form.data)
    return plain({**message, **form.more})


def _set(form: APNs | FCM, *names: str) -> dict[str, JSON]:
    """Return those of *names* that *form* says something about."""
    values: dict[str, JSON] = {name: getattr(form, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
