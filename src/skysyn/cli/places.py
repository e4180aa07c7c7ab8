"""Places: where sessions and files are kept, by the original's variables."""

from __future__ import annotations

from pathlib import Path

import typer


def token_store(store: str, path: str) -> str:
    """Return where sessions are kept: the original's `fs` is our database."""
    match store:
        case "fs" | "":
            return "database"
        case "redis" if path:
            return path
        case "redis":
            msg = "say where Redis is, by --token-store redis://host:6379/0"
            raise typer.BadParameter(msg, param_hint="--token-store")
        case _:
            return store


def file_store(store: str, path: str, bucket: str, database: str) -> str | None:
    """Return where files are kept: a folder or a URL; None if nothing is kept."""
    match store:
        case "fs" | "":
            return path or beside(database)
        case "s3" if bucket:
            return f"s3://{bucket}"
        case "s3":
            msg = "say which bucket has the files, by --s3-bucket"
            raise typer.BadParameter(msg, param_hint="--asset-store")
        case _:
            msg = (
                f"no store of files is called {store!r}: use fs or s3, or --assets URL"
            )
            raise typer.BadParameter(msg, param_hint="--asset-store")


def s3_options(key: str, secret: str, region: str) -> dict[str, object]:
    """Return what a bucket is opened with; what is not given is looked for by AWS."""
    given: dict[str, object] = {"key": key, "secret": secret}
    options = {name: value for name, value in given.items() if value}
    if region:
        options["client_kwargs"] = {"region_name": region}
    return options


def beside(database: str) -> str | None:
    """Return the folder of files that goes with a file of records."""
    if "://" in database or database == ":memory:":
        return None
    return str(Path(f"{database}-files"))
