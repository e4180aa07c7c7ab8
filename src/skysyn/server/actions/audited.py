"""Audited: actions on users that leave a line in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON, Answer
    from skysyn.server.context import Context
    from skysyn.transport import Response

    from .action import Action

_EVENTS = {
    "auth:signup": "signup",
    "auth:login": "login_success",
    "auth:logout": "logout",
    "auth:password": "change_password",
    "auth:reset_password": "reset_password",
    "sso:oauth:signup": "signup",
    "sso:oauth:login": "login_success",
    "sso:custom_token:login": "login_success",
    "role:assign": "change_roles",
    "role:revoke": "change_roles",
    "auth:disable:set": "disable_user",
}
_FAILURES = {
    name: "login_failure" for name, event in _EVENTS.items() if event == "login_success"
}


def audited(actions: Mapping[str, Action]) -> dict[str, Action]:
    """Return *actions*, of which those that change who is who leave a line."""
    return {
        name: _audited(name, action) if name in _EVENTS else action
        for name, action in actions.items()
    }


def _audited(name: str, action: Action) -> Action:
    def run(context: Context) -> JSON | Answer | Response:
        trail = context.services.trail
        about = {"action": name, "by": _by(context)}
        try:
            found = action.run(context)
        except RemoteError as error:
            if name in _FAILURES:
                trail.note(_FAILURES[name], **about, code=error.code)
            raise
        trail.note(_event(name, context), user=_about(context, found), **about)
        return found

    return attrs.evolve(action, run=run)


def _event(name: str, context: Context) -> str:
    if name == "auth:disable:set" and context.asked.payload.get("disabled") is not True:
        return "enable_user"
    return _EVENTS[name]


def _by(context: Context) -> str | None:
    """Return who asks."""
    return "master" if context.is_master else context.user_id


def _about(context: Context, found: JSON | Answer | Response) -> object:
    """Return whom an event is about."""
    payload = context.asked.payload
    match found:
        case {"user_id": str(user)}:
            return user
        case _:
            return payload.get("auth_id") or payload.get("users") or context.user_id
