"""Actions: everything that a request can ask for, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    asset,
    auth,
    device,
    home,
    push,
    record,
    relation,
    role,
    schema,
    sso,
    subscription,
)
from .audited import audited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .action import Action

ACTIONS: Mapping[str, Action] = {
    **home.ACTIONS,
    **audited({**auth.ACTIONS, **sso.ACTIONS, **role.ACTIONS}),
    **record.ACTIONS,
    **schema.ACTIONS,
    **asset.ACTIONS,
    **device.ACTIONS,
    **subscription.ACTIONS,
    **push.ACTIONS,
    **relation.ACTIONS,
}
"""Every action; names are looked up exactly, never as attributes of something."""
