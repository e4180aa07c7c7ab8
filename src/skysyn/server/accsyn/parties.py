"""Parties: whose machine each end of a job is, by the places that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.places import Place
from skysyn.dialects.accsyn.refusals import invalid, unknown
from skysyn.errors import ConversionError

from .references import look_up, user_of
from .standpoint import Standpoint
from .tables import CLIENTS, SHARES, SITES, WORKSPACES
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context

_MAIN = "hq"


@attrs.frozen
class End:
    """One end of a task: the *party* of its job, and the *shown* dict of the task."""

    party: str
    shown: Mapping[str, JSON]
    place: Place


def parse(text: str) -> Place:
    """Return the place that *text* names.

    Raises:
        InvalidRequest: it names none.
    """
    try:
        return Place.parse(text)
    except ConversionError as error:
        msg = f"path: {error}"
        raise invalid(msg) from None


def find_end(context: Context, text: str, party: str | None = None) -> End:
    """Return the end that *text* names; a bare path is one of the *party*'s.

    Raises:
        RemoteError: it names nothing that the caller may use.
    """
    place = parse(text)
    if party is None or not _is_bare(place):
        party = _party(context, place)
    shown: dict[str, JSON] = {"path": place.path or text}
    kind, _, key = party.partition(":")
    if kind in {"user", "site", "client"}:
        shown[kind] = key
    else:
        shown |= _storage(context, place)
    return End(party, shown, place)


def mirror_end(context: Context, party: str) -> End:
    """Return the end of a task that is to have its source's path at *party*."""
    kind, _, key = party.partition(":")
    shown: dict[str, JSON] = {} if kind == "workspace" else {kind: key}
    return End(party, shown, parse(f"{context.work.workspace}:"))


def _is_bare(place: Place) -> bool:
    """Whether a place is a relative path, which each side has its own start for."""
    is_absolute = place.path.startswith(("/", "\\", "~")) or place.path[1:2] == ":"
    return place.host is None and place.root is None and not is_absolute


def workspace_party(context: Context) -> str:
    """Return the workspace itself as a party."""
    found = context.work.one(WORKSPACES.table)
    return f"workspace:{'' if found is None else found['id']}"


def _party(context: Context, place: Place) -> str:
    host = place.host
    if host is None:
        is_own = place.root is None and _is_local(context, place.path)
        return context.caller.party if is_own else workspace_party(context)
    match host.kind:
        case "site":
            return f"site:{_site(context, host.name)}"
        case "client":
            return f"client:{_client(context, host.name)}"
        case "user":
            return f"user:{_user(context, host.name)}"
        case _:
            return _coded(context, host.name)


def _coded(context: Context, name: str) -> str:
    """Return the party of a code: an email, a workspace's, `hq` or a site's."""
    lower = name.lower()
    if lower in {_MAIN, context.work.workspace}:
        return workspace_party(context)
    if "@" in name:
        email = "@".join(name.split("@")[:2])
        return f"user:{_user(context, email)}"
    return f"site:{_site(context, name)}"


def _is_local(context: Context, path: str) -> bool:
    """Whether a path is one of the caller's machine: absolute, and on no volume."""
    if not path.startswith(("/", "\\")) and path[1:3] not in {":\\", ":/"}:
        return False
    table = SHARES.table
    volumes = context.work.rows(table, table.c["_kind"] == "volume")
    mounts = [str(m) for v in volumes for m in members(v["paths"]).values()]
    mounts += [str(volume["path"]) for volume in volumes if volume["path"]]
    return not any(_is_below(path, mount) for mount in mounts)


def _is_below(path: str, mount: str) -> bool:
    root = mount.rstrip("/\\")
    return bool(root) and (path == root or path.startswith((f"{root}/", f"{root}\\")))


def _site(context: Context, name: str) -> str:
    found = look_up(context.work, SITES, name)
    if found is None:
        msg = f"site {name:.80}"
        raise unknown(msg)
    return str(found["id"])


def _client(context: Context, name: str) -> str:
    found = context.work.get(CLIENTS.table, name)
    if found is None:
        msg = f"client {name:.80}"
        raise unknown(msg)
    return str(found["id"])


def _user(context: Context, name: str) -> str:
    found = user_of(context.work, name)
    if found is None:
        msg = f"user {name:.80}"
        raise unknown(msg)
    return str(found["id"])


def _storage(context: Context, place: Place) -> dict[str, JSON]:
    """Return the volume and share of a place, which the caller must see."""
    if place.root is not None and place.root.kind in {"collection", "delivery"}:
        return {}
    root = place.root
    spot = Standpoint(context)
    found = (
        spot.spot(root.kind, root.name)
        if root is not None
        else (spot.home() if place.path.startswith("~") else None)
    )
    if root is not None and found is None:
        msg = f"{root}"
        raise unknown(msg)
    if found is None:
        return {}
    volume = look_up(context.work, SHARES, found.volume)
    shown: dict[str, JSON] = {} if volume is None else {"v": str(volume["id"])}
    return shown if found.kind == "volume" else {**shown, "s": found.id}
