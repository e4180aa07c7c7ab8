"""Placeholders: what stands in the environment for keys while a cassette plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.skygear.dialect import Skygear

if TYPE_CHECKING:
    from skysyn.dialects.base import Dialect

    from .facts import Facts

Environment: TypeAlias = dict[str, str | None]
"""Variables and their values; None for those that are to be left out."""

_KEYS = {
    "skygear": {
        "SKYGEAR_API_KEY": "api_key",
        "SKYGEAR_ACCESS_TOKEN": "access_token",
    },
    "accsyn": {
        "ACCSYN_API_KEY": "api_key",
        "ACCSYN_SESSION_KEY": "session_key",
        "ACCSYN_CREDENTIALS_PATH": "env_file",
    },
}
_PLACES = {
    "skygear": {"SKYGEAR_ENDPOINT": "endpoint"},
    "accsyn": {"ACCSYN_WORKSPACE": "workspace", "ACCSYN_API_USER": "username"},
}
_USUAL = {
    "endpoint": "http://localhost",
    "workspace": "workspace",
    "username": "user@example.com",
    "secrets": "api_key",
}


def described(dialect: Dialect) -> dict[str, str]:
    """Return where *dialect* leads and which secrets it has, but none of them."""
    match dialect:
        case Skygear():
            found = {"endpoint": dialect.endpoint}
            held = {"api_key": dialect.api_key, "access_token": dialect.access_token}
        case Accsyn():
            found = {"workspace": dialect.workspace, "username": dialect.username}
            if dialect.hostname is not None:
                # who knows the host does not ask accsyn's registry for it
                found["hostname"] = dialect.hostname
            held = {"api_key": dialect.api_key, "session_key": dialect.session_key}
        case _:
            return {}
    return {**found, "secrets": " ".join(name for name in held if held[name])}


def dialect_like(service: str, facts: Facts | None) -> Skygear | Accsyn:
    """Return settings like those of the recording, from the environment it has."""
    if service == "skygear":
        return Skygear()
    known = {} if facts is None else facts.settings
    return Accsyn(hostname=known.get("hostname"))


def environment(service: str, facts: Facts | None) -> Environment:
    """Return the variables that settings are read from while a cassette plays."""
    known = dict(_USUAL)
    if facts is not None:
        known |= {"endpoint": facts.endpoint} if facts.endpoint else {}
        known |= facts.settings
    held = known["secrets"].split()
    found: Environment = {
        variable: known[name] for variable, name in _PLACES[service].items()
    }
    for variable, name in _KEYS[service].items():
        shown = name.replace("_", "-")
        found[variable] = f"replayed-{shown}" if name in held else None
    return found
