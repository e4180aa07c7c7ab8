"""People: users are invited, found in many ways, changed and deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import Teller


def people(s: Any, tell: Teller) -> Any:
    kim = tell(
        "invite",
        s.create,
        "User",
        {"code": "Kim@Acme.example", "role": "employee", "mail": False},
    )
    tell("invite again", s.create, "User", {"code": "kim@acme.example"})
    tell(
        "invite a customer",
        s.create,
        "User",
        {"code": "lee@vendor.example", "role": "standard", "mail": False},
    )
    tell("find by case", s.find_one, "User WHERE code=KIM@ACME.EXAMPLE")
    tell(
        "roles",
        s.find,
        "User WHERE role IN 'employee,standard'",
        attributes=["code", "role"],
    )
    tell(
        "not contains", s.find, "User WHERE code NOT CONTAINS acme", attributes=["code"]
    )
    tell("wildcard", s.find, 'User WHERE code="*@vendor.example"', attributes=["code"])
    tell("matches", s.find, 'User WHERE code MATCHES "^k[a-z]+@"', attributes=["code"])
    tell(
        "nested",
        s.find,
        "User WHERE (role=employee OR role=standard) AND "
        "(code=kim@acme.example OR status<>enabled)",
        attributes=["code"],
    )
    tell("page", s.find, "User", limit=1, skip=1, attributes=["code"])
    tell(
        "change a user",
        s.update,
        "User",
        kim["id"],
        {"description": "Größe 5 'quoted' \"twice\""},
    )
    tell("wrong status", s.update, "User", kim["id"], {"status": "sleeping"})
    tell("deactivate", s.deactivate_one, "User", kim["id"])
    tell("gone", s.find_one, "User WHERE code=kim@acme.example")
    tell("inactive", s.find, "User", inactive=True, attributes=["code", "inactive"])
    tell("get whatever its state", s.get_entity, "User", kim["id"])
    tell("activate by email", s.activate_one, "User", "kim@acme.example")
    tell(
        "there again",
        s.find_one,
        "User WHERE code=kim@acme.example",
        attributes=["code", "status"],
    )
    tell.here("change access", s.update, "acl", kim["id"], {"read": True})
    tell.here("change nothing", s.update, "User", kim["id"], {})
    return kim
