"""Standpoint: where shares are, as one caller sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.places import DEFAULT

from .contracts import Grant, Listed, Spot
from .references import default_volume, look_up, user_of
from .tables import ACLS, ARCHIVED, FILES, SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import Context
    from .work import Row


@attrs.frozen
class Standpoint:
    """The `Places` of the caller of *context*, or of somebody who *sees_all*."""

    context: Context
    sees_all: bool = False

    def spot(self, kind: str, name: str) -> Spot | None:
        """Return the share that `kind=name` names; None if there is none to see."""
        found = self._share(kind, name)
        if found is None or found["inactive"] or found["status"] != "enabled":
            return None
        return self._seen(found)

    def home(self) -> Spot | None:
        """Return the caller's own home."""
        found = self._home_of(self.context.caller.id)
        return None if found is None else self._seen(found)

    def contents(self, kind: str, name: str) -> Sequence[Listed] | None:
        """Return what a collection or delivery lists; None if there is none to see."""
        # which measure files themselves
        from .finding import Finding  # noqa: PLC0415  # as above
        from .receiving import listed  # noqa: PLC0415  # as above

        found = None
        if kind == "delivery":
            found = Finding.of(self.context, "job").get(name)
            return None if found is None else listed(self.context, found)
        share = self._share("collection", name)
        if share is not None:
            found = Finding.of(self.context, "collection").get(str(share["id"]))
        if found is None:
            return None
        table = FILES.table
        rows = self.context.work.rows(table, table.c["_collection"] == found["id"])
        return [
            # whoever put in a file that has a size could read it
            Listed(
                str(row["path"]), attrs.evolve(self, sees_all=row["size"] is not None)
            )
            for row in sorted(rows, key=lambda row: str(row["path"]))
        ]

    def _share(self, kind: str, name: str) -> Row | None:
        work = self.context.work
        if name == DEFAULT:
            return default_volume(work)
        if kind == "home":
            owner = user_of(work, name)
            if owner is not None:
                return self._home_of(str(owner["id"]))
        found = look_up(work, SHARES, name)
        if found is None or kind not in {"share", found["_kind"]}:
            return None
        return found

    def _home_of(self, user: str) -> Row | None:
        table = SHARES.table
        alive = table.c[ARCHIVED].is_(False), table.c["_kind"] == "home"
        return self.context.work.one(table, table.c.user == user, *alive)

    def _seen(self, share: Row) -> Spot | None:
        volume = share
        if share["_kind"] != "volume":
            found = self.context.work.get(SHARES.table, str(share["parent"]))
            if found is None:
                return None
            volume = found
        grants = self._grants(share, volume)
        if grants is not None and not grants:
            return None
        folder = "" if share is volume else str(share["path"])
        spot = Spot(str(share["id"]), str(share["_kind"]), str(volume["code"]), folder)
        return attrs.evolve(spot, grants=grants)

    def _grants(self, share: Row, volume: Row) -> list[Grant] | None:
        """Return what the caller may do; None for everything."""
        caller, kind = self.context.caller, share["_kind"]
        is_own = kind == "home" and share["user"] == caller.id
        if (
            self.sees_all
            or caller.is_admin
            or is_own
            or (kind == "folder" and not caller.is_standard)
        ):
            return None
        given = [self._grant(row) for row in self._entries(share)]
        if share is not volume:
            given += [
                Grant(below, bool(row["read"]), bool(row["write"]))
                for row in self._entries(volume)
                if (below := _below(str(share["path"]), str(row["path"]))) is not None
            ]
        return given

    def _grant(self, row: Row) -> Grant:
        return Grant(str(row["path"] or "/"), bool(row["read"]), bool(row["write"]))

    def _entries(self, share: Row) -> list[Row]:
        table = ACLS.table
        return self.context.work.rows(
            table,
            table.c.target == f"share:{share['id']}",
            table.c.entity == self.context.caller.party,
            table.c[ARCHIVED].is_(False),
        )


def _below(folder: str, path: str) -> str | None:
    """Return the part of *path* of a volume that lies in a *folder* of it."""
    there = [part for part in folder.split("/") if part]
    granted = [part for part in path.split("/") if part]
    if there[: len(granted)] == granted:
        return "/"
    if granted[: len(there)] == there:
        return "/" + "/".join(granted[len(there) :])
    return None


def measure(context: Context, path: str) -> int | None:
    """Return the bytes at *path*; None if nothing is there.

    Raises:
        RemoteError: the caller may not read it.
    """
    return context.files.size(path, Standpoint(context))
