"""Bodies: no thread waits for what clients send, or for their reading an answer."""

from __future__ import annotations

import asyncio
import io
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import attrs

from .pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import IO
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from .sockets import Receive, Send

_LONG = 256 * 1024
_BODY, _PIECES = "skysyn.body", "skysyn.pieces"


class Body:
    """The body of one request, in a file without a name when it is long."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting = io.BytesIO()
        self._file: IO[bytes] | None = None

    @property
    def input(self) -> IO[bytes]:
        """Where it can be read."""
        return self._file or self._waiting

    async def add(self, piece: bytes) -> None:
        """Put *piece* at the end."""
        self.size += self._waiting.write(piece)
        if self._waiting.tell() > _LONG:
            # in a thread, as the disk may keep one waiting
            await asyncio.to_thread(self._store)

    async def end(self) -> None:
        """Go back to the start."""
        if self._file is not None:
            await asyncio.to_thread(self._store)
        self.input.seek(0)

    def close(self) -> None:
        """Delete it."""
        self.input.close()

    def _store(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="skysyn-")  # noqa: SIM115  # close() closes it
        self._file.write(self._waiting.getbuffer())
        self._waiting = io.BytesIO()


@attrs.frozen
class Pace:
    """How slowly a body may come: *seconds* may pass before each part of it.

    So they may after the time that all there is had taken at *rate* bytes a second:
    long bodies have long, and still nobody sends for ever.
    """

    seconds: float = 60.0
    rate: int = 500

    def end(self, began: float, now: float, size: int) -> float:
        """Return by when there must be more than *size* bytes."""
        return min(now, began + size / self.rate) + self.seconds


class _Refused(Exception):
    """A body is not read to its end; *status* says why, None that its client left."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Bodies:
    """An ASGI application that reads what *app* answers, no slower than by *pace*.

    *limit* says how many bytes a request may have. What says itself that it has more,
    or none, is passed on as it is, and so is what *limit* has no number for.
    """

    def __init__(
        self, app: Any, limit: Callable[[Any], int | None], pace: Pace | None = None
    ) -> None:
        self._app = app
        self._limit = limit
        self._pace = pace or Pace()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        size = _said_size(scope)
        limit = self._limit(scope) if size != 0 else None
        if limit is None or (size or 0) > limit:
            await self._pass(scope, receive, send)
            return
        with closing(Body()) as body:
            try:
                await self._read(body, receive, limit)
            except _Refused as refused:
                await _refuse(send, refused.status)
                return
            await self._pass({**scope, _BODY: body}, receive, send)

    async def _pass(self, scope: Any, receive: Receive, send: Send) -> None:
        with closing(Pieces(send)) as pieces:
            await self._app({**scope, _PIECES: pieces}, receive, pieces.send)

    async def _read(self, body: Body, receive: Receive, limit: int) -> None:
        clock, more = asyncio.get_running_loop(), True
        began = clock.time()
        try:
            async with asyncio.timeout_at(began + self._pace.seconds) as patience:
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Refused(None)
                    await body.add(message.get("body", b""))
                    if body.size > limit:
                        raise _Refused(413)
                    end = self._pace.end(began, clock.time(), body.size)
                    patience.reschedule(end)
                    more = message.get("more_body", False)
        except TimeoutError:
            raise _Refused(408) from None
        await body.end()


@attrs.frozen
class Bodied:
    """A WSGI application that is given the bodies that were read already.

    Its long answers are sent when it is done with them.
    """

    app: WSGIApplication

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        scope = environ["asgi.scope"]
        body: Body | None = scope.get(_BODY)
        if body is not None:
            environ["wsgi.input"] = body.input
            environ["wsgi.input_terminated"] = True  # also where no length is said
        answer = self.app(environ, start_response)
        pieces: Pieces = scope[_PIECES]
        return answer if isinstance(answer, list) else pieces.keep(answer)


def _said_size(scope: Any) -> int | None:
    """Return how many bytes the client says it sends; None if it does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            return None
    # later versions frame bodies without headers
    return 0 if scope["http_version"].startswith("1") else None


async def _refuse(send: Send, status: int | None) -> None:
    if status is None:
        return
    headers = [(b"connection", b"close"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body"})
