"""Assigning: which servers have which volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.models import Answer

from . import journal, making, shares
from .finding import Finding
from .given import Given
from .tables import CLIENTS, assignment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context
    from .work import Row


def _volume(context: Context, key: str | None) -> Row:
    found = Finding.of(context, "share").get(key or "")
    if found is None or found["_archived"]:
        if not context.caller.is_admin:
            what = "volume servers"
            raise denied(what)
        msg = f"volume {key!s:.80}"
        raise unknown(msg)
    return found


def _client(context: Context, data: Mapping[str, JSON]) -> str:
    found = Given(context, "server", data).text("client")
    if found is None:
        msg = "client: the id of a server is wanted"
        raise invalid(msg)
    return found


def assign(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Let a server serve a volume."""
    making.need_admin(context, "volume servers write")
    volume = _volume(context, key)
    is_site = data.get("site") is True
    shares.assign(
        context, str(volume["id"]), _client(context, data), is_main=not is_site
    )
    journal.note(context, "volume", str(volume["id"]), "server assigned")
    return Answer(True)


def unassign(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Let a server serve a volume no longer; return whether it did."""
    making.need_admin(context, "volume servers write")
    volume = _volume(context, key)
    row = assignment.c
    mine = row.share == volume["id"], row.client == _client(context, data)
    return Answer(context.work.delete(assignment, *mine) > 0)


def listed(context: Context, key: str | None) -> Answer:
    """Return which servers serve a volume."""
    volume = _volume(context, key)
    rows = context.work.rows(assignment, assignment.c.share == volume["id"])
    found: list[JSON] = []
    for row in rows:
        client = context.work.get(CLIENTS.table, str(row["client"]))
        if client is not None:
            shown: JSON = {
                "client": client["id"],
                "client_hr": f"{client['code']}({client['id']})",
                "main": bool(row["main"]),
                "site": client["site"],
                "status": client["status"],
            }
            found.append(shown)
    return Answer(found)
