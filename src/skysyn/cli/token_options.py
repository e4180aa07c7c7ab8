"""Options of sessions: where `skysyn serve` keeps tokens, and for how long."""

from __future__ import annotations

import attrs

from . import options as option
from . import places


@attrs.frozen(kw_only=True)
class TokenOptions:
    """What the command line says about tokens."""

    token_store: option.TokenStore = "database"  # noqa: S105  # no secret
    token_store_path: option.TokenStorePath = ""
    token_prefix: option.TokenPrefix = "skysyn"  # noqa: S105  # no secret
    token_secret: option.TokenSecret = ""
    token_seconds: option.TokenSeconds = 0
    custom_token_secret: option.CustomTokenSecret = ""

    def place(self) -> str:
        """Return where they are kept.

        Raises:
            BadParameter: that is not said.
        """
        return places.token_store(self.token_store, self.token_store_path)
