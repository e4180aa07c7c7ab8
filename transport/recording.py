"""RecordingTransport: keep what was said, without its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from .redaction import redact_request, redact_response
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from .base import Transport
    from .messages import Request, Response


class RecordingTransport(WrappingTransport):
    """Hand each exchange to *keep*, redacted; a list's `append` may be one.

    *clean_request* and *clean_response* decide what is hidden.
    """

    def __init__(
        self,
        inner: Transport,
        keep: Callable[[tuple[Request, Response]], None],
        *,
        clean_request: Callable[[Request], Request] = redact_request,
        clean_response: Callable[[Response], Response] = redact_response,
    ) -> None:
        super().__init__(inner)
        self._keep = keep
        self._clean_request = clean_request
        self._clean_response = clean_response

    @override
    def send(self, request: Request) -> Response:
        response = self.inner.send(request)
        self._keep((self._clean_request(request), self._clean_response(response)))
        return response
