"""The recorded calls about who may see and do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.accsyn import Delivery, Folder, Rights, Share, User, Volume
from tests.accsyn.stub import ENTITY, USER, VOLUME

if TYPE_CHECKING:
    from .accsyn_call import Call

ACCESS: dict[str, Call] = {
    "grant('User', UID, 'Delivery', OID)": (
        lambda s: s.grant("User", USER, "Delivery", ENTITY),
        lambda s: s.access.add_recipient(USER, Delivery.ref(ENTITY)),
    ),
    "grant('User', 'Lisa@Example.com', 'Delivery', OID, {'invite': False})  (known "
    "user)": (
        lambda s: s.grant(
            "User", "Lisa@Example.com", "Delivery", ENTITY, {"invite": False}
        ),
        lambda s: s.access.add_recipient(
            "Lisa@Example.com", Delivery.ref(ENTITY), invite=False
        ),
    ),
    "grant unknown user with invite False": (
        lambda s: s.grant(
            "User", "new@example.com", "Delivery", ENTITY, {"invite": False}
        ),
        lambda s: s.access.add_recipient(
            "new@example.com", Delivery.ref(ENTITY), invite=False
        ),
    ),
    "grant unknown user -> invited (ACL)": (
        lambda s: s.grant(
            "User",
            "new@example.com",
            "Volume",
            VOLUME,
            {
                "read": True,
                "write": True,
                "notify": True,
                "message": "hi",
                "path": "IN",
            },
        ),
        lambda s: s.access.grant(
            "new@example.com",
            Volume.ref(VOLUME),
            Rights(notify=True, message="hi", path="IN"),
        ),
    ),
    "grant('User', UID, 'Volume', VOL)  (no data)": (
        lambda s: s.grant("User", USER, "Volume", VOLUME),
        lambda s: s.access.grant(User.ref(USER), Volume.ref(VOLUME)),
    ),
    "grant(target by code)": (
        lambda s: s.grant("User", USER, "Folder", "TheProject"),
        None,
    ),
    "grant(code with a quote) - no escaping": (
        lambda s: s.grant("User", "o'hara@example.com", "Volume", VOLUME),
        lambda s: s.access.grant("o'hara@example.com", Volume.ref(VOLUME)),
    ),
    "access('Delivery', OID)": (
        lambda s: s.access("Delivery", ENTITY),
        lambda s: s.access.recipients(Delivery.ref(ENTITY)),
    ),
    "access('Volume', VOL, recursive=True)": (
        lambda s: s.access("Volume", VOLUME, recursive=True),
        lambda s: s.access.of_share(Volume.ref(VOLUME), recursive=True),
    ),
    "access('Folder', VOL, 'user', UID)": (
        lambda s: s.access("Folder", VOLUME, "user", USER),
        lambda s: s.access.of_share(Share.ref(VOLUME), user=USER),
    ),
    "access('Folder', VOL, 'user')": (
        lambda s: s.access("Folder", VOLUME, "user"),
        lambda s: s.access.of_share(Share.ref(VOLUME), user="*"),
    ),
    "revoke('User', UID, 'Delivery', OID)": (
        lambda s: s.revoke("User", USER, "Delivery", ENTITY),
        lambda s: s.access.remove_recipient(USER, Delivery.ref(ENTITY)),
    ),
    "revoke(non recipient)": (
        lambda s: s.revoke("User", ENTITY, "Delivery", ENTITY),
        lambda s: s.access.remove_recipient(ENTITY, Delivery.ref(ENTITY)),
    ),
    "revoke('User', UID, 'Folder', VOL)": (
        lambda s: s.revoke("User", USER, "Folder", VOLUME),
        lambda s: s.access.revoke(USER, Folder.ref(VOLUME)),
    ),
    "revoke(user by code, share)": (
        lambda s: s.revoke("User", "Lisa@Example.com", "Folder", VOLUME),
        lambda s: s.access.revoke("Lisa@Example.com", Folder.ref(VOLUME)),
    ),
}
