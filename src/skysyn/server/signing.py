"""Signing: URLs that lead to files, and for how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote

import attrs

from skysyn.dialects.skygear.refusals import refuse

_SECONDS = 15 * 60


def secret_for(purpose: str, key: str) -> str:
    """Return a secret made of *key* that says nothing about it or other purposes."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


@attrs.define
class Signer:
    """Makes the URLs of files, under *prefix*; public ones need no signature."""

    prefix: str
    secret: str = attrs.field(repr=False)
    is_public: bool = False

    def sign(self, name: str) -> str:
        """Return a URL of the file *name*, good for 15 minutes unless it is public."""
        url = f"{self.prefix.rstrip('/')}/{quote(name, safe='$&+:=@')}"
        if self.is_public:
            return url
        expires = int(time.time()) + _SECONDS
        signature = quote(self._signature(name, expires), safe="-_=")
        return f"{url}?expiredAt={expires}&signature={signature}"

    def check(self, name: str, expires: str, signature: str) -> None:
        """Refuse a URL of *name* that we did not sign, or so long ago.

        Raises:
            RemoteError: it is refused.
        """
        if self.is_public:
            return
        try:
            until = int(expires)
        except ValueError:
            raise refuse(108, "expect expiredAt to be an integer") from None
        if until < time.time():
            raise refuse(102, "Access denied")
        right = self._signature(name, until).encode()
        if not hmac.compare_digest(right, signature.encode("utf-8", "replace")):
            raise refuse(106, "Invalid signature")

    def _signature(self, name: str, expires: int) -> str:
        signed = f"{name}{expires}".encode("utf-8", "replace")
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()
