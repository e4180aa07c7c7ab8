"""Options of files: where `skysyn serve` keeps them, and who reads them."""

from __future__ import annotations

import attrs

from . import options as option
from . import places


@attrs.frozen(kw_only=True)
class AssetOptions:
    """What the command line says about files."""

    assets: option.Assets = ""
    asset_store: option.AssetStore = "fs"
    asset_public: option.AssetPublic = False
    asset_url_prefix: option.AssetUrlPrefix = ""
    asset_secret: option.AssetSecret = ""
    s3_bucket: option.S3Bucket = ""
    s3_access_key: option.S3AccessKey = ""
    s3_secret_key: option.S3SecretKey = ""
    s3_region: option.S3Region = ""
    s3_url_prefix: option.S3UrlPrefix = ""

    def place(self, database: str) -> str | None:
        """Return where files are kept that go with *database*; None if nowhere.

        Raises:
            BadParameter: that is not said.
        """
        return places.file_store(
            self.asset_store, self.assets, self.s3_bucket, database
        )

    def opening(self) -> dict[str, object]:
        """Return what the place is opened with."""
        return places.s3_options(self.s3_access_key, self.s3_secret_key, self.s3_region)

    def url_prefix(self) -> str | None:
        """Return what URLs of files begin with, if not with the server's own."""
        public = self.s3_url_prefix if self.asset_public else ""
        return public or self.asset_url_prefix or None
