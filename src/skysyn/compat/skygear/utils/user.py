"""Users: their passwords."""

from __future__ import annotations

from typing import Any

import bcrypt

from skysyn.compat.skygear.container import SkygearContainer
from skysyn.compat.skygear.error import SkygearException
from skysyn.compat.skygear.options import options


def hash_password(password: str) -> str:
    """Return what Skygear stores in place of *password*."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def reset_password_by_username(username: str, new_password: str) -> bool:
    """Set the password of a user; return whether there is one of this name.

    It needs the master key. The original writes to the database, which refuses it.
    """
    given: list[object] = [username, new_password]
    for value in given:
        if not isinstance(value, str):
            msg = "username and new_password must be string"
            raise ValueError(msg)  # noqa: TRY004  # as the original
    container = SkygearContainer(api_key=options.masterkey)
    named = ["eq", {"$type": "keypath", "$val": "username"}, username]
    query = {"record_type": "user", "predicate": named, "limit": 1}
    found = container.send_action("record:query", query)
    _check(found)
    if not found["result"]:
        return False
    auth_id = found["result"][0]["_id"].partition("/")[2]
    asked = {"auth_id": auth_id, "password": new_password}
    _check(container.send_action("auth:reset_password", asked))
    return True


def _check(answer: dict[str, Any]) -> None:
    if "error" in answer:
        raise SkygearException.from_dict(answer["error"])
