"""Services: opened together by the settings of a server, and closed together."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.endpoint import SkygearEndpoint

from .actions import ACTIONS
from .assets import Assets
from .context import Services
from .hubs import open_hubs
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Generator

    from .settings import Settings


@contextmanager
def open_services(settings: Settings) -> Generator[Services]:
    """Open what *settings* ask for, all of it or nothing."""
    endpoint = SkygearEndpoint(frozenset(ACTIONS), settings.limits)
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(settings.database, settings.app)))
        folder = settings.assets or Path(
            stack.enter_context(TemporaryDirectory(prefix="skysyn-"))
        )
        prefix = settings.asset_url_prefix or "http://localhost/files"
        assets = Assets(folder, prefix, settings.asset_secret)
        hubs = stack.enter_context(closing(open_hubs(settings)))
        yield Services(settings, store, endpoint, assets, hubs)
