"""Variables: those of the original that say nothing here, and what to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import typer

_SENTRY = "errors are not sent to Sentry: collect what --log-formatter json prints"
_ACCESS = "access is by roles, the only way that the original could do"
_INSTEAD = {
    "SENTRY_": _SENTRY,
    "BAIDU_": "Baidu's push service is not spoken to: write a Sender for its devices",
    "ZMQ_": "cloud code is not reached by ZeroMQ: let it listen by HTTP, and name it "
    "by --code http://…",
    "CLOUD_ASSET_": "the cloud store of files is gone: use --assets s3://… or a folder",
    "DB_IMPL_NAME": "--database says by its URL which database it is",
    "ACCESS_CONRTOL": _ACCESS,
    "ACCESS_CONTROL": _ACCESS,
    "LOG_ROUTER_BYTE_LIMIT": "bodies of requests are never logged",
    "PUBSUB_URL": "clients reach channels at the server's own address",
    "PORT": "the port is read from HOST, as in HOST=:3000, or from --port",
}
_WITHOUT_EFFECT = {
    "DB_IMPL_NAME": "pq",
    "ACCESS_CONRTOL": "role",
    "ACCESS_CONTROL": "role",
}
_OURS = (
    "APNS_",
    "ASSET_STORE",
    "FCM_",
    "GCM_",
    "TOKEN_STORE",
    "USER_AUDIT_",
    "VERIFY_",
)


def ignored(environ: Mapping[str, str], context: typer.Context) -> Iterator[str]:
    """Yield a line for each variable that is set and that no option reads."""
    read = set(_read(context))
    for name, value in sorted(environ.items()):
        if not value or name in read or _WITHOUT_EFFECT.get(name) == value:
            continue
        said = _instead(name)
        if said is not None:
            yield f"{name} is ignored: {said}"
    if environ.get("TOKEN_STORE_PATH") and environ.get("TOKEN_STORE", "fs") == "fs":
        said = "sessions are kept in the database, or where --token-store says"
        yield f"TOKEN_STORE_PATH is ignored: {said}"


def _read(context: typer.Context) -> Iterator[str]:
    for parameter in context.command.params:
        names = parameter.envvar or ()
        yield from [names] if isinstance(names, str) else names


def _instead(name: str) -> str | None:
    for start, said in _INSTEAD.items():
        if name == start or (start.endswith("_") and name.startswith(start)):
            return said
    if name.startswith(_OURS):
        return "no option has this variable; --help lists them"
    return None
