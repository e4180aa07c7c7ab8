"""Publishing: what may be published, and calls of integrations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.models import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context

_DEEPEST = 32
_STATUSES: list[JSON] = [
    {"label": "Work in progress", "value": "wip", "default": True},
    {"label": "Pending review", "value": "review", "default": False},
]


def preprocess(context: Context, data: Mapping[str, JSON]) -> Answer:
    """Say of each file whether it can be published; here all can that have a name."""
    files = data.get("files")
    if not isinstance(files, list):
        msg = "files: a list is wanted"
        raise invalid(msg)
    found: JSON = {
        "guidelines": "",
        "comment": True,
        "time_report": False,
        "statuses": _STATUSES,
        "files": [_file(context, file, 0) for file in files],
    }
    return Answer(found)


def _file(context: Context, file: JSON, depth: int) -> JSON:
    name = file.get("filename") if isinstance(file, dict) else None
    if not isinstance(file, dict) or not isinstance(name, str) or not name.strip():
        msg = "files: each is an object with a filename"
        raise invalid(msg)
    if depth > _DEEPEST:
        msg = f"files: they nest more than {_DEEPEST} deep"
        raise invalid(msg)
    below = file.get("files")
    inside = below if isinstance(below, list) else []
    shown: dict[str, JSON] = {
        **file,
        "id": file.get("id") or str(uuid4()),
        "ident": name,
        "can_publish": True,
        "can_upload": True,
        "rejected": False,
        "warning": "",
        "info": "",
        "path": name,
        "comment_label": "",
    }
    if inside:
        shown["files"] = [_file(context, one, depth + 1) for one in inside]
    return shown


def integrate(context: Context, name: str, data: Mapping[str, JSON]) -> Answer:
    """Call an operation of an integration that the server was given."""
    if context.caller.is_standard:
        what = "integration"
        raise denied(what)
    operation = data.get("operation")
    if not isinstance(operation, str) or not operation:
        msg = "operation: a name is wanted"
        raise invalid(msg)
    called = context.settings.integrations.get(name)
    if called is None:
        msg = f"integration {name:.80}"
        raise unknown(msg)
    return Answer(called(operation, data.get("data")))
