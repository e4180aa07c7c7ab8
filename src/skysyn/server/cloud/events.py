"""Events: what cloud code is told of the server itself (protocol §20.9, §22.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.server.store.database import read_url

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.settings import Settings
    from skysyn.server.store import Work


def tell_schema(context: Context) -> None:
    """Tell cloud code that the schema is another one."""
    if context.cloud.code is not None:
        with context.store.read() as work:
            types = describe(work)
        context.cloud.tell({"kind": "event", "name": "schema-changed", "param": types})


def describe(work: Work) -> dict[str, JSON]:
    """Return every record type with its fields."""
    return {
        name: {
            "fields": [
                {"name": field, "type": str(column.kind)}
                for field, column in sorted(owner.fields.items())
                if not field.startswith("_")
            ]
        }
        for name, owner in sorted(work.catalog.types.items())
        if not name.startswith("_")
    }


def configuration(settings: Settings) -> dict[str, JSON]:
    """Return what cloud code is told of the settings at the start."""
    groups: list[JSON] = [[*group] for group in settings.auth_keys]
    url = settings.database
    is_sqlite = read_url(url).get_backend_name() == "sqlite"
    return {
        "app": {
            "name": settings.app,
            "api_key": settings.api_key,
            "master_key": settings.master_key,
            "access_control": "role",
            "auth_record_keys": groups,
            "dev_mode": settings.dev_mode,
            "cors_host": settings.cors_host,
            "slave": settings.slave,
            "response_timeout": settings.response_seconds,
        },
        "database": {
            "implementation": "sqlite" if is_sqlite else "pq",
            "option": url,
        },
        "auth": {"custom_token_secret": settings.custom_token_secret or ""},
        "asset_store": {
            "implementation": "fs",
            "public": settings.asset_public,
            "fs": {
                "url_prefix": settings.asset_url_prefix or "",
                "secret": settings.file_secret,
            },
        },
        "verification": {"required": settings.verify_required},
        "log": {},
    }
