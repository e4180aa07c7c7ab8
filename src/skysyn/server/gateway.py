"""Gateway: files are sent to and fetched from `/files/…` (protocol §16.2)."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Self, cast

import attrs
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_range_header

from skysyn.dialects.skygear.endpoint import Asked
from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.errors import RemoteError
from skysyn.models import Answer, Call
from skysyn.transport import Response

from . import chains
from .actions.asset import fresh_name
from .assets import Replaced
from .context import Context
from .spool import Spool
from .store import files

if TYPE_CHECKING:
    from werkzeug import Request
    from werkzeug.datastructures import Range

    from .assets import Content
    from .context import Services

_ATTEMPTS = 3
_MARKUP = re.compile(r"html|xml|svg|script", re.IGNORECASE)


class Part:
    """What is sent of a file: bytes *start* to *stop* of its content, for once."""

    def __init__(self, content: Content, start: int, stop: int) -> None:
        self._content = content
        self._pieces = content.read(start, stop)

    def read(self) -> Self:
        """Return the bytes in pieces."""
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:  # the end, too
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._content.close()


Sent = tuple[Response, Part | Spool | None]


@attrs.frozen
class FileGateway:
    """Receives and sends the files of an app."""

    services: Services

    def answer(self, request: Request, path: str) -> Sent:
        """Return the response to *request* for *path*, and the file it goes with."""
        try:
            match request.method:
                case "GET":
                    return self._get(request, path)
                case "POST" | "PUT":
                    return self._receive(request, _clean(path)), None
                case _:
                    raise refuse(117, "route unmatched")
        except RemoteError as error:
            return self.services.endpoint.render(Call(""), error), None

    def _get(self, request: Request, path: str) -> Sent:
        name = _clean(path)
        expires = request.args.get("expiredAt", "")
        signature = request.args.get("signature", "")
        self.services.signer.check(name, expires, signature)
        with self.services.store.read() as work:
            kind = files.content_type(work, name)
        for _ in range(_ATTEMPTS):
            content = None if kind is None else self.services.assets.open(name)
            if kind is None or content is None:
                msg = f"failed to fetch asset id = {name}"
                raise unexpected(msg)
            with suppress(Replaced):
                return _sent(request, content, kind)
        msg = f"{name} is replaced all the time"
        raise unexpected(msg)

    def _receive(self, request: Request, path: str) -> Response:
        self._check_key(request)
        content, sent_kind = _content(request)
        if request.method == "PUT" and not sent_kind:
            raise refuse(108, "Content-Type cannot be empty")
        with self.services.store.read() as work:
            known = files.content_type(work, path) if path else None
        name = path if known is not None else fresh_name(path or "file")
        kind = known or sent_kind
        if not files.is_content_type(kind):
            raise refuse(108, "Content-Type cannot be empty")
        self._store(name, kind, content, is_known=known is not None)
        dumped = files.dump(name, kind, self.services.sign(name))
        return self.services.endpoint.render(Call(""), Answer(dumped))

    def _store(
        self, name: str, kind: str, content: BinaryIO, *, is_known: bool
    ) -> None:
        size = self.services.assets.store(name, content)
        if not size:
            raise refuse(108, "Zero-byte content")
        with self.services.store.write() as work:
            if is_known:
                files.note(work, name, kind, size)
            else:
                files.announce(work, name, kind, size)

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("X-Skygear-API-Key") or request.args.get("api_key")
        chains.need_key(Context(self.services, Asked("", {}, given or "")))


def _clean(path: str) -> str:
    """Return the name that *path* means: without dots in front, `..` and `+`."""
    return path.lstrip("/.").replace("..", "").replace("+", "")


def _content(request: Request) -> tuple[BinaryIO, str]:
    if request.method == "PUT":
        return cast("BinaryIO", request.stream), request.headers.get("Content-Type", "")
    if request.mimetype != "multipart/form-data":
        raise refuse(107, "request Content-Type isn't multipart/form-data")
    try:
        part = request.files.get("file")
    except HTTPException:
        part = None
    if part is None:
        raise refuse(107, "Missing file in multiparts form")
    return cast("BinaryIO", part.stream), part.content_type or ""


def _sent(request: Request, content: Content, kind: str) -> Sent:
    size = content.size
    # a file is never a page of this server's, whatever it is said to be
    headers = {
        "Content-Type": kind,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    if _MARKUP.search(kind):
        headers["Content-Disposition"] = "attachment"
    asked = _range(request)
    if asked is None:
        headers["Content-Length"] = str(size)
        return Response(200, headers), Part(content, 0, size)
    start, stop = asked
    if start >= size:
        content.close()
        headers["Content-Range"] = f"bytes */{size}"
        return Response(416, headers), None
    stop = min(stop, size)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    return Response(206, headers), Part(content, start, stop)


def _range(request: Request) -> tuple[int, int] | None:
    """Return the one range that is asked for with both ends; others are ignored."""
    found: Range | None = parse_range_header(request.headers.get("Range"))
    if found is None or found.units != "bytes" or len(found.ranges) != 1:
        return None
    start, stop = found.ranges[0]
    return None if stop is None or start < 0 else (start, stop)
