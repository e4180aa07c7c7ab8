"""Custom tokens: what another service signed to say who its user is."""

from __future__ import annotations

from typing import Any

import jwt
import msgspec

from skysyn.dialects.skygear.refusals import refuse, undecodable

_ALGORITHMS = ["HS256", "HS384", "HS512"]


class Claims(msgspec.Struct):
    """What a custom token claims."""

    sub: str | None = None
    exp: int | None = None
    iat: int | None = None
    skyprofile: dict[str, Any] | None = None

    def principal(self) -> str:
        """Return whom they are about.

        Raises:
            RemoteError: one is not there that has to be.
        """
        for name, value in (
            ("subject (sub)", self.sub),
            ("expires at (exp)", self.exp),
            ("issued at (iat)", self.iat),
        ):
            if not value:
                raise refuse(105, f"invalid token: {name} not specified")
        return self.sub or ""


def claims_of(token: str, secret: str) -> Claims:
    """Return what a custom token claims.

    Raises:
        RemoteError: it is not signed by *secret*, or its time is not now.
    """
    # HMAC fills keys up with zeros itself; done here, jwt warns of none that is short
    key = secret.encode("utf-8", "replace").ljust(64, b"\0")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            options={"verify_aud": False},  # whoever it is for, the secret is ours
        )
        return msgspec.convert(claims, Claims)
    except (jwt.InvalidTokenError, msgspec.ValidationError):
        raise undecodable() from None
