"""Sending: deliveries, requests, streams and their recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .telling import by

if TYPE_CHECKING:
    from .telling import Teller


def parcels(s: Any, tell: Teller, kim: Any) -> None:
    delivery = tell("make a delivery", s.create, "Delivery", {"name": "Grade refs"})
    tell("submit nothing", s.update, "Delivery", delivery["id"], {"status": "pending"})
    tell(
        "grant a recipient",
        s.grant,
        "User",
        "lee@vendor.example",
        "Delivery",
        delivery["id"],
        {"invite": False},
    )
    tell(
        "grant somebody new",
        s.grant,
        "User",
        "new@vendor.example",
        "Delivery",
        delivery["id"],
    )
    tell.here(
        "refuse somebody unknown",
        s.grant,
        "User",
        "unknown@vendor.example",
        "Delivery",
        delivery["id"],
        {"invite": False},
    )
    tell("recipients", s.access, "Delivery", delivery["id"])
    tell(
        "revoke a recipient",
        lambda: bool(
            s.revoke("User", "new@vendor.example", "Delivery", delivery["id"])
        ),
    )
    tell(
        "revoke no recipient",
        lambda: bool(s.revoke("User", kim["id"], "Delivery", delivery["id"])),
    )
    tell(
        "abort a delivery", s.update, "Delivery", delivery["id"], {"status": "aborted"}
    )
    sent = tell(
        "send files",
        s.create,
        "Delivery",
        {
            "name": "Plates",
            "tasks": ["share=proj/scd/a.mov"],
            "recipients": ["lee@vendor.example"],
        },
    )
    tell.until(
        "waits",
        lambda: s.find_one(
            f"Delivery WHERE id={sent['id']}", attributes=["name", "status"]
        ),
        by("status", "waiting"),
    )
    tell("list a delivery", s.ls, f"delivery={sent['id']}")
    tell(
        "close it",
        lambda: s.update("Delivery", sent["id"], {"status": "done"})["status"],
    )
    request = tell(
        "request files",
        s.create,
        "Request",
        {
            "name": "Send us",
            "destination": "share=proj/in",
            "recipients": ["lee@vendor.example"],
            "status": "init",
        },
    )
    tell("who is asked", s.access, "Request", request["id"])
    stream = tell(
        "stream",
        s.create,
        "Stream",
        {"name": "Watch", "tasks": ["share=proj/scd/a.mov"], "status": "init"},
    )
    tell("delete a stream", s.delete_one, "Stream", stream["id"])
