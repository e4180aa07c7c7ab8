"""Services: opened together by the settings of a server, and closed together."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.endpoint import SkygearEndpoint
from skysyn.errors import DeclarationError

from .actions import ACTIONS
from .assets import open_assets
from .context import Services
from .database_tokens import DatabaseTokens
from .folder_assets import FolderAssets
from .hubs import open_hubs
from .notices import Notices
from .push.opening import open_pushing
from .signing import Signer
from .store import Store
from .trail import Trail

if TYPE_CHECKING:
    from collections.abc import Generator

    from .settings import Settings
    from .tokens import Tokens


@contextmanager
def open_services(settings: Settings) -> Generator[Services]:
    """Open what *settings* ask for, all of it or nothing."""
    endpoint = SkygearEndpoint(frozenset(ACTIONS), settings.limits)
    with ExitStack() as stack:
        seconds = settings.response_seconds
        store = Store(settings.database, settings.app, seconds)
        stack.enter_context(closing(store))
        place = settings.assets or Path(
            stack.enter_context(TemporaryDirectory(prefix="skysyn-"))
        )
        assets = open_assets(place, settings.asset_options)
        if isinstance(assets, FolderAssets):
            assets.check()
        hubs = stack.enter_context(closing(open_hubs(settings)))
        pushing = stack.enter_context(closing(open_pushing(settings.push, store)))
        notices = Notices(store, settings.limits, hubs.notices, pushing)
        stack.enter_context(closing(notices))
        store.observers.add(notices.observe)
        tokens = stack.enter_context(closing(_open_tokens(settings, store)))
        trail = stack.enter_context(closing(Trail(settings.trail)))
        yield Services(
            settings=settings,
            store=store,
            endpoint=endpoint,
            assets=assets,
            signer=_signer(settings),
            hubs=hubs,
            notices=notices,
            pushing=pushing,
            tokens=tokens,
            trail=trail,
        )


def _signer(settings: Settings) -> Signer:
    prefix = settings.asset_url_prefix or "http://localhost/files"
    return Signer(prefix, settings.file_secret, settings.asset_public)


def _open_tokens(settings: Settings, store: Store) -> Tokens:
    match settings.token_store, settings.token_seconds:
        case "database", seconds:
            return DatabaseTokens(store, seconds)
        case "jwt", seconds:
            # not at the top, as below: with cryptography it takes long to load
            from .signed_tokens import SignedTokens  # noqa: PLC0415  # only when it is wanted

            secret = settings.token_secret or settings.master_key
            return SignedTokens(store, seconds, settings.app, secret)
        case url, seconds if url.startswith(("redis://", "rediss://", "unix://")):
            # not at the top: a server without it should not need Redis' package
            from .redis_tokens import RedisTokens  # noqa: PLC0415  # only when it is wanted

            prefix = f"{settings.token_prefix}:{settings.app}:token"
            return RedisTokens(url, seconds, prefix)
        case unknown, _:
            scheme = unknown.partition("://")[0]
            msg = f"no token store {scheme!r}: use database, jwt or redis://host:6379/0"
            raise DeclarationError(msg)
