"""Actions on push, which no service is there to send by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains

from .action import Action

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context

_CHAIN = (chains.key, chains.database)


def send(context: Context) -> JSON:
    """Refuse to send, as the original does where no push service is configured."""
    del context
    msg = "Unable to send push notification because no push service is configured"
    raise refuse(10003, msg)


ACTIONS = {
    "push:user": Action(_CHAIN, send),
    "push:device": Action(_CHAIN, send),
}
