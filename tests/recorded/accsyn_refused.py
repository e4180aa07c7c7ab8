"""The recorded calls that the client refused before it sent anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.accsyn.stub import ACL, ENTITY, JOB, TASK, USER, VOLUME

if TYPE_CHECKING:
    from .accsyn_call import Plain

REFUSED: dict[str, Plain] = {
    "find('Transfer status=failed')  (two tokens)": lambda s: s.find(
        "Transfer status=failed"
    ),
    "find('Transfer HAVING a=1')": lambda s: s.find("Transfer HAVING a=1"),
    "find('Transfer', attributes='id')": lambda s: s.find("Transfer", attributes="id"),
    "find('Transfer', limit='5')": lambda s: s.find("Transfer", limit=_wrong("5")),
    "get_entity('Delivery', 'short')": lambda s: s.get_entity("Delivery", "short"),
    "create('', {})": lambda s: s.create("", {}),
    "create('User', {})": lambda s: s.create("User", {}),
    "update('acl', ...)": lambda s: s.update("acl", ACL, {"read": True}),
    "update('User', OID, {})": lambda s: s.update("User", ENTITY, {}),
    "update_many('Transfer', ...)": lambda s: s.update_many(
        "Transfer", JOB, [{"id": TASK}]
    ),
    "assign('Delivery','user',...)  (unsupported since 3.4)": lambda s: s.assign(
        "Delivery", "user", {}
    ),
    "grant('Queue', ...)  (unsupported entity type)": lambda s: s.grant(
        "Queue", ENTITY, "Volume", VOLUME
    ),
    "grant('User', UID, 'Site', OID)  (unsupported target)": lambda s: s.grant(
        "User", USER, "Site", ENTITY
    ),
    "access('Site', OID)": lambda s: s.access("Site", ENTITY),
    "delete_one('acl', ACL)": lambda s: s.delete_one("acl", ACL),
    "delete_many('Folder', ...)": lambda s: s.delete_many(
        "Folder", ENTITY, {"files": [TASK]}
    ),
    "ls('')": lambda s: s.ls(""),
    "set_setting(value not a string)": lambda s: s.set_setting("queue", "a", 1),
}


def _wrong(value: Any) -> Any:
    return value
