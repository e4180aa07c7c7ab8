"""The action that announces a file; it is then sent to the file gateway."""

from __future__ import annotations

import posixpath
import uuid
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains
from skysyn.server.store import files

from .action import Action

if TYPE_CHECKING:
    from skysyn.errors import RemoteError
    from skysyn.models import JSON
    from skysyn.server.context import Context


def put(context: Context) -> JSON:
    """Say where a file is to be sent, and under which name it is known then."""
    payload = context.asked.payload
    filename, kind = payload.get("filename"), payload.get("content-type")
    if not isinstance(filename, str) or not filename:
        msg = "Missing filename or filename is invalid"
        raise _invalid(msg, "filename")
    if not isinstance(kind, str) or not files.is_content_type(kind):
        msg = "Missing content type or content type is invalid"
        raise _invalid(msg, "content-type")
    size = payload.get("content-size")
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        msg = "Missing content size or content size is invalid"
        raise _invalid(msg, "content-size")
    name = fresh_name(filename)
    with context.store.write() as work:
        files.announce(work, name, kind, int(size))
    return {
        "post-request": {"action": f"/files/{name}"},
        "asset": files.dump(name, kind, context.services.sign(name)),
    }


def fresh_name(filename: str) -> str:
    """Return a name that no file has yet, in the folder and with the end of another."""
    folder, base = posixpath.split(filename)
    return posixpath.join(folder, f"{uuid.uuid4()}-{base}")


def _invalid(message: str, argument: str) -> RemoteError:
    return refuse(108, message, arguments=[argument])


ACTIONS = {"asset:put": Action((chains.key,), put)}
