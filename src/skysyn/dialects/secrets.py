"""SecretPlaces: where a service's messages hold what nobody else may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

_ALWAYS_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie"}
)
_ALWAYS = frozenset(
    {
        "authorization",
        "credential",
        "credentials",
        "pwd",
        "sessionid",
        "sessionkey",
        "sig",
    }
)
_ENDINGS = ("apikey", "masterkey", "password", "secret", "signature", "token")


def _whole(value: str, alias: Callable[[str], str]) -> str:
    return alias(value)


@attrs.frozen
class SecretPlaces:
    """Names of what is secret besides what is so everywhere.

    *headers* are those of requests and responses, *members* those of JSON objects and
    the parameters of URLs. *rewrap* returns the value of a header with the secret in
    it replaced by its alias. Case, `_` and `-` do not count in names of members.
    """

    headers: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    rewrap: Callable[[str, Callable[[str], str]], str] = _whole

    def is_header(self, name: str) -> bool:
        """Return whether the header *name* holds a secret."""
        return name.lower() in self.headers | _ALWAYS_HEADERS

    def is_member(self, name: str) -> bool:
        """Return whether what is called *name* in JSON or in a URL is a secret."""
        bare = name.lower().replace("_", "").replace("-", "")
        return bare in self.members | _ALWAYS or bare.endswith(_ENDINGS)
