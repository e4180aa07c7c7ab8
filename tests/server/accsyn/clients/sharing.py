"""Sharing: folders, collections, access, and the servers of volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import Teller


def shares(s: Any, tell: Teller, kim: Any) -> None:
    folder = tell(
        "make a folder share",
        s.create,
        "Folder",
        {"name": "SCD vendor", "code": "scdv", "path": "scd"},
    )
    tell(
        "code is taken",
        s.create,
        "Folder",
        {"name": "again", "code": "SCDV", "path": "empty"},
    )
    tell("ls of a folder share", s.ls, "folder=scdv", include="*.mov")
    tell(
        "change a share",
        s.update,
        "Folder",
        folder["id"],
        {"description": "for vendors"},
    )
    tell(
        "grant",
        s.grant,
        "user",
        kim["id"],
        "folder",
        folder["id"],
        {"read": True, "write": False, "path": "IN"},
    )
    tell("grant by code", s.grant, "user", "lee@vendor.example", "folder", "scdv")
    tell("access", s.access, "folder", folder["id"])
    tell("access of one", s.access, "folder", folder["id"], "user", kim["id"])
    tell("revoke", lambda: bool(s.revoke("user", kim["id"], "folder", folder["id"])))
    tell(
        "revoke again",
        lambda: bool(s.revoke("user", kim["id"], "folder", folder["id"])),
    )
    tell("access is less", s.access, "folder", folder["id"])
    tell("deactivate a share", s.deactivate_one, "Folder", folder["id"])
    tell("not there", s.find, "Folder")
    tell("activate a share", s.activate_one, "Folder", folder["id"])
    collection = tell(
        "make a collection",
        s.create,
        "Collection",
        {"name": "Refs", "code": "refs", "files": ["share=proj/scd/a.mov"]},
    )
    tell(
        "add a file",
        s.create,
        "File",
        {"files": ["share=proj/scd/b.mov"]},
        collection["id"],
    )
    files = tell("files of a collection", s.find, "File", entityid=collection["id"])
    tell("list a collection", s.ls, "collection=refs")
    tell(
        "take a file out",
        s.delete_many,
        "collection",
        collection["id"],
        {"files": [files[0]["id"]]},
    )
    tell("files are fewer", s.find, "File", entityid=collection["id"])
    tell("delete a collection", s.delete_one, "Collection", collection["id"])
    tell("delete a share", s.delete_one, "Folder", folder["id"])
    tell.here("delete access", s.delete_one, "acl", collection["id"])


def servers(s: Any, tell: Teller) -> None:
    volume = s.find_one("Volume WHERE code=proj")
    server = tell("servers", s.find_one, "Server")
    tell("assignments", s.assignments, "Volume", volume["id"])
    tell(
        "deassign",
        s.deassign,
        "Volume",
        "server",
        {"volume": volume["id"], "server": server["id"]},
    )
    tell("no assignments", s.assignments, "Volume", volume["id"])
    tell(
        "assign",
        s.assign,
        "Volume",
        "server",
        {"volume": volume["id"], "server": server["id"]},
    )
    tell("app", s.app_is_running)
    tell("app by its older name", s.gui_is_running)
    tell("daemon", s.daemon_is_running)
    tell("daemon by its older name", s.server_is_running)
    tell.here(
        "assign to a delivery", s.assign, "Delivery", "user", {"volume": volume["id"]}
    )
