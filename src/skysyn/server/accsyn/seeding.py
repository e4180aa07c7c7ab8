"""Seeding: what a workspace has from its first day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import accounts
from .tables import CLIENTS, ENGINES, JOBS, SHARES, SITES, USERS, WORKSPACES, assignment
from .work import new_id

if TYPE_CHECKING:
    from .settings import Account, Space
    from .work import Work

_BUILTIN = "accsyn"
_QUEUES = (("High", 999), ("Medium", 500), ("Low", 1))
_SITES = ("hq", "roaming", "accsyn")
_ENGINES = ("builtin-accsyn-transfer", "builtin-accsyn-utility")


def seed(work: Work, space: Space) -> None:
    """Make what is missing of a workspace: itself, its users, queues and volumes."""
    if work.one(WORKSPACES.table) is None:
        _found(work, space)
    for account in space.accounts:
        _let_in(work, account)
    for code, folder in space.shares.items():
        _mount(work, code, str(folder.absolute()))


def common(work: Work, kind: str, code: str, name: str) -> dict[str, Any]:
    """Return what every new entity has."""
    return {
        "id": new_id(work.now),
        "_kind": kind,
        "_archived": False,
        "code": code,
        "name": name,
        "created": work.now,
        "creator": _BUILTIN,
        "modified": work.now,
        "modifier": _BUILTIN,
        "description": "",
        "metadata": {},
    }


def _found(work: Work, space: Space) -> None:
    made = common(work, "workspace", space.code, space.code)
    work.insert(WORKSPACES.table, {**made, "_key": space.code.lower()})
    for name, priority in _QUEUES:
        work.insert(
            JOBS.table,
            {
                **common(work, "queue", name.lower(), name),
                "_key": name.lower(),
                "status": "waiting",
                "priority": priority,
                "default": name == "Medium",
                "compute_default": name == "Medium",
                "uri": space.code,
            },
        )
    for code in _SITES:
        row = common(work, "site", code, code)
        flags = {"main": code == "hq", "accsyn": code == "accsyn"}
        work.insert(SITES.table, {**row, **flags, "_key": code, "status": "enabled"})
    for code in _ENGINES:
        row = common(work, "engine", code, code)
        more = {"_key": code, "status": "enabled", "type": "builtin"}
        work.insert(ENGINES.table, {**row, **more})


def _let_in(work: Work, account: Account) -> None:
    users = USERS.table
    known = work.one(users, users.c["_key"] == account.code)
    if known is None:
        known = {
            **common(work, "user", account.code, account.code),
            "_key": account.code,
            "role": account.role,
            "status": "enabled",
            "phase": "joined",
            "inactive": False,
        }
        work.insert(users, known)
    accounts.set_keys(work, str(known["id"]), account.api_key, account.password)


def _mount(work: Work, code: str, folder: str) -> None:
    shares = SHARES.table
    known = work.one(shares, shares.c["_key"] == code.lower())
    if known is not None:
        work.change(shares, known["id"], {"path": folder, "paths": {"linux": folder}})
        return
    first = work.one(shares, shares.c["default"].is_(True)) is None
    made = {
        **common(work, "volume", code, code),
        "_key": code.lower(),
        "status": "enabled",
        "email": "",
        "type": "volume",
        "licensed": True,
        "inactive": False,
        "default": first,
        "path": folder,
        "paths": {"linux": folder},
    }
    work.insert(shares, made)
    served = {"share": made["id"], "client": _server(work), "main": True}
    work.insert(assignment, served)


def _server(work: Work) -> str:
    """Return the id of the server that has the volumes, made with the first."""
    clients = CLIENTS.table
    known = work.one(clients, clients.c["_kind"] == "server")
    if known is not None:
        return str(known["id"])
    sites = SITES.table
    main = work.one(sites, sites.c.main.is_(True))
    made: dict[str, Any] = {
        **common(work, "server", "storage", "storage"),
        "type": 1,
        "status": "online",
        "os": "linux",
        "roles": "storage",
        "site": None if main is None else main["id"],
        "host_ident": "",
        "username": "accsyn",
        "version": "3.5",
        "wan_ip": "127.0.0.1",
        "benchmark": -1,
        "metrics": {},
        "last_checkin": work.now,
    }
    work.insert(clients, made)
    return str(made["id"])
