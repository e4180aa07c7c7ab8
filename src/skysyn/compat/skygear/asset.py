"""Assets: URLs that let anybody read a file for a while."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import quote

import attrs

from .error import InvalidArgument, SkygearException
from .options import options

_SECONDS = 15 * 60


@attrs.frozen
class FileSystemAssetSigner:
    """Signs for the file store of a server: *secret* is the one that it has."""

    url_prefix: str
    secret: str
    public: bool = False

    @property
    def signature_required(self) -> bool:
        """Whether files need a signature to be read."""
        return not self.public

    def sign(self, name: str) -> str:
        """Return the URL of the file *name*."""
        url = f"{self.url_prefix}/{quote(name, safe='/')}"
        if not self.signature_required:
            return url
        until = str(int(time.time() + _SECONDS))
        made = hmac.new(
            self.secret.encode(), (name + until).encode(), hashlib.sha256
        ).digest()
        signature = base64.urlsafe_b64encode(made).decode()
        return f"{url}?expiredAt={until}&signature={signature}"


def get_signer() -> FileSystemAssetSigner:
    """Return what signs for the file store that the options name.

    Raises:
        SkygearException: it is another kind of store, or the options lack something.
    """
    if options.asset_store != "fs":
        msg = (
            f"files in {options.asset_store!r} are signed by the server only: read the "
            "`$url` that it gives"
        )
        raise SkygearException(msg, InvalidArgument)
    prefix, secret = options.asset_store_url_prefix, options.asset_store_secret
    for name, value in (("URL_PREFIX", prefix), ("SECRET", secret)):
        if not value:
            msg = f"no file can be signed: set ASSET_STORE_{name} to that of the server"
            raise SkygearException(msg, InvalidArgument)
    return FileSystemAssetSigner(prefix, secret, options.asset_store_public)
