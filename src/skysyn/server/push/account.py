"""Account: a service account of Google's, and the tokens that it gets."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs
import httpx2
import jwt
import msgspec

from skysyn.errors import DeclarationError

from . import replies
from .sender import Busy, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_HOUR = 3600
_EARLY = 300
"""How many seconds before its end a token is replaced."""


class Account(msgspec.Struct, frozen=True):
    """What the file of a service account says."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105  # a URL
    private_key_id: str = ""

    def __repr__(self) -> str:
        return f"Account({self.client_email!r})"

    def sign(self, claims: Mapping[str, str | int]) -> str:
        """Return a token with *claims*, signed with the key of the account."""
        headers = {"kid": self.private_key_id} if self.private_key_id else None
        key = self.private_key
        return jwt.encode(dict(claims), key, algorithm="RS256", headers=headers)


def load(text: str) -> Account:
    """Return the account that the *text* of a file describes.

    Raises:
        DeclarationError: it describes none.
    """
    msg = "this is no service account of Firebase: it needs "
    # neither error is shown: what they say can have a piece of the key
    try:
        found = msgspec.json.decode(text, type=Account)
    except msgspec.MsgspecError:
        msg += "a JSON object with project_id, client_email and private_key"
        raise DeclarationError(msg) from None
    try:
        found.sign({})
    except (ValueError, TypeError, jwt.PyJWTError):
        msg += "a private_key that is an RSA key as PEM"
        raise DeclarationError(msg) from None
    return found


@attrs.frozen
class Exchange:
    """Gets tokens for an account."""

    _account: Account
    _client: httpx2.Client

    def __call__(self) -> tuple[str, float]:
        """Return a new token, and for how many seconds it is to be used.

        Raises:
            Busy: none can be got now.
            Refused: the account gets none.
        """
        form = {"grant_type": _GRANT, "assertion": self._assertion()}
        try:
            reply = self._client.post(self._account.token_uri, data=form)
        except httpx2.HTTPError as error:
            msg = f"no token: Google cannot be reached ({type(error).__name__})"
            raise Busy(msg) from error
        replies.check(reply)
        found = replies.read(reply)
        match found.get("access_token"), found.get("expires_in", _HOUR):
            case str(token), int() | float() as seconds if reply.is_success:
                return token, seconds - _EARLY
            case _:
                msg = f"no token: Google says {found.get('error', reply.status_code)}"
                raise Refused(msg)

    def _assertion(self) -> str:
        now = int(time.time())
        return self._account.sign(
            {
                "iss": self._account.client_email,
                "scope": _SCOPE,
                "aud": self._account.token_uri,
                "iat": now,
                "exp": now + _HOUR,
            }
        )
