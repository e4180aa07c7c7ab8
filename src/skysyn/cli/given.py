"""Given: options that cannot be meant as they are given, whatever else is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HERE = {"COMMANDLINE", "DEFAULT_MAP"}
_ONLY_WITH = {
    "reload": (("code",), "--code"),
    "skygear_": (("from_skygear",), "--from-skygear"),
    "audit": (("audit_trail",), "--audit-trail"),
    "apns_": (("apns",), "--apns"),
    "fcm_": (("fcm", "gcm"), "--fcm"),
    "gcm_": (("fcm", "gcm"), "--fcm"),
}


def check_given(context: typer.Context) -> None:
    """Refuse empty values, and options that another one has to go with.

    Variables may be empty, and say more than is used: the original took no offence.

    Raises:
        BadParameter: there is one.
    """
    for name, option in _given(context):
        value = context.params[name]
        if value == "" or (isinstance(value, (list, tuple)) and "" in value):
            msg = "it is empty: leave the option out, or say something"
            raise typer.BadParameter(msg, param_hint=option)
        missing = _missing(name, context.params) if value else None
        if missing is not None:
            msg = f"it says nothing without {missing}"
            raise typer.BadParameter(msg, param_hint=option)


def _missing(name: str, params: Mapping[str, object]) -> str | None:
    """Return the option that the parameter *name* has to go with and does not."""
    if name.startswith("s3_") and params["asset_store"] != "s3":
        return "--asset-store s3"
    for start, (others, said) in _ONLY_WITH.items():
        is_one = name.startswith(start) if start.endswith("_") else name == start
        if is_one and not any(params[other] for other in others):
            return said
    return None


def _given(context: typer.Context) -> Iterator[tuple[str, str]]:
    """Yield the name of each parameter that the user chose, and its option."""
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        if source is not None and source.name in _HERE:
            yield name, parameter.opts[0] if parameter.opts else name
