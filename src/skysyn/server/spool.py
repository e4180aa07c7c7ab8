"""Spool: a long body waits in a file, so that it takes neither memory nor locks."""

from __future__ import annotations

import tempfile
from itertools import chain
from typing import TYPE_CHECKING, Self

import attrs

from skysyn.transport import Response

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

_LONG = 1024 * 1024
_CHUNK = 256 * 1024


class Spool:
    """A body in a file without a name, which is gone when it is closed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        # closed by close(), when the client has it all or has gone
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="skysyn-")  # noqa: SIM115  # close() closes it
        try:
            self._file.writelines(pieces)
            self.size = self._file.tell()
            self._file.seek(0)
        except BaseException:
            self.close()
            raise

    def read(self) -> Self:
        """Return the pieces of the body, for once."""
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = b"" if self._file.closed else self._file.read(_CHUNK)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Delete the body."""
        self._file.close()


@attrs.frozen
class Spooled(Response):
    """A response that waits in *content*; its own body is empty."""

    content: Spool = attrs.field(kw_only=True)


def respond(response: Response, pieces: Iterable[bytes]) -> Response:
    """Return *response* with *pieces* as its body, which is spooled if it is long.

    Whoever reads from a database is done with it then, however slowly the client is.
    """
    pieces = iter(pieces)
    start: list[bytes] = []
    size = 0
    for piece in pieces:
        start.append(piece)
        size += len(piece)
        if size > _LONG:
            content = Spool(chain(start, pieces))
            headers = {**response.headers, "Content-Length": str(content.size)}
            return Spooled(response.status, headers, content=content)
    return attrs.evolve(response, body=b"".join(start))


def whole(response: Response) -> Response:
    """Return *response* with all of its body in memory."""
    if not isinstance(response, Spooled):
        return response
    body = b"".join(response.content)
    return Response(response.status, response.headers, body)
