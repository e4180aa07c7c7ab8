"""SecretPlaces: where a service's messages hold what nobody else may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def _whole(value: str) -> Iterable[str]:
    return (value,)


@attrs.frozen
class SecretPlaces:
    """Names of what is secret besides what is so everywhere.

    *headers* are those of requests and responses, *members* those of JSON objects and
    the parameters of URLs. *unwrap* returns the secrets in the value of a header.
    Case, `_` and `-` do not count in names of members.
    """

    headers: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    unwrap: Callable[[str], Iterable[str]] = _whole

    def is_header(self, name: str) -> bool:
        """Return whether the header *name* holds a secret."""
        return name.lower() in self.headers | _ALWAYS_HEADERS

    def is_member(self, name: str) -> bool:
        """Return whether what is called *name* in JSON or in a URL is a secret."""
        bare = name.lower().replace("_", "").replace("-", "")
        return bare in self.members | _ALWAYS or bare.endswith(_ENDINGS)
