"""Looking around: entity types, attributes, and what a workspace has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import Teller


def looking(s: Any, tell: Teller) -> None:
    tell("entity types", s.find, "entitytypes")
    tell("attributes", s.find, "attributes WHERE entitytype=transfer")
    tell(
        "attributes to create",
        s.find,
        "attributes WHERE entitytype=folder",
        create=True,
    )
    tell(
        "attributes to update", s.find, "attributes WHERE entitytype=queue", update=True
    )
    tell("queues", s.find, "Queue")
    tell("sites", s.find, "Site WHERE main=True")
    tell("volumes", s.find, "Volume", attributes=["code", "default", "status"])
    tell("workspace", s.find_one, "Workspace")
    tell("who am i", s.find_one, "User WHERE role=admin")
    tell("nobody", s.find_one, "User WHERE code=nobody@acme.example")
    tell("engines", s.find, "Engine", attributes=["code"])
    tell("no transfers", s.find, "Transfer")
    tell.here("unknown type", s.find, "Spaceship")
    tell.here("bad expression", s.find, "User WHERE (role=admin")
    tell("unknown attribute", s.find, "User WHERE shoesize=44")
    tell.here("two words", s.find, "Transfer status=failed")
    tell.here("attributes as text", s.find, "User", attributes="code")
    tell.here("limit as text", s.find, "User", limit="5")
