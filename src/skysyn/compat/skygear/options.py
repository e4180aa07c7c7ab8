"""Options: what cloud code is told by the command line or the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from skysyn import cloud

if TYPE_CHECKING:
    from skysyn.cloud import Options

_TRUE = {"yes", "y", "true", "1", "t", "on"}
_TEXTS: dict[str, str | None] = {
    "asset_store": "fs",
    "asset_store_url_prefix": None,
    "asset_store_secret": None,
    "asset_store_access_key": None,
    "asset_store_secret_key": None,
    "asset_store_region": None,
    "asset_store_bucket": None,
    "asset_store_s3_url_prefix": None,
    "cloud_asset_host": None,
    "cloud_asset_token": None,
    "cloud_asset_public_prefix": None,
    "cloud_asset_private_prefix": None,
    "skygear_address": "tcp://127.0.0.1:5555",
    "collect_assets": None,
    "subprocess": None,
}
_SWITCHES = ("asset_store_public", "http", "force_assets")


class AppOptions:
    """The options of the app that runs now; looked up when they are read.

    A module can import them before there is an app.
    """

    def __getattr__(self, name: str) -> Any:
        current: Options = cloud.options
        if not name.startswith("_") and hasattr(current, name):
            return getattr(current, name)
        if name in _TEXTS:
            return os.environ.get(name.upper(), _TEXTS[name])
        if name in _SWITCHES:
            return os.environ.get(name.upper(), "").lower() in _TRUE
        msg = f"there is no option {name!r}"
        raise AttributeError(msg)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(cloud.options, name, value)

    def __repr__(self) -> str:
        return repr(cloud.options)


options = AppOptions()
