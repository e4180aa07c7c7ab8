"""Sealing: exchanges without secrets, as they may reach the disk."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

import attrs

from .encodings import inflate, rewrite, rewrite_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn.models import JSON
    from skysyn.transport import Request, Response

    from .aliases import Aliases
    from .exchanges import Exchange
    from .questions import Language
    from .standins import StandIns

KEPT_HEADERS = frozenset(
    {
        "accept",
        "content-disposition",
        "content-range",
        "content-type",
        "etag",
        "location",
        "range",
        "retry-after",
        "server",
        "x-accsyn-workspace",
    }
)
"""The headers that are kept; every other may hold what nobody has thought of."""

_ENDS = {"expiredat", "expires"}
"""Until when the URL of a file is good, in seconds."""
_SPOKEN = re.compile(r'"([^"\\]{1,64})"\s*:\s*"((?:[^"\\]|\\.)*)"')


@attrs.frozen
class Seal:
    """Takes the secrets out of exchanges, and puts stand-ins for ids and times."""

    language: Language
    aliases: Aliases
    stand_ins: StandIns

    def seal(self, exchanges: list[Exchange]) -> list[Exchange]:
        """Return *exchanges* as they may be kept, in the same order.

        All are looked at before any is written: a secret may be told late.
        """
        tidied = [self._tidied(exchange) for exchange in exchanges]
        for exchange in tidied:
            self._learn(exchange)
        self.stand_ins.learn_times(
            text for exchange in tidied for text in _texts(exchange)
        )
        return [self._seal(exchange) for exchange in tidied]

    def _tidied(self, exchange: Exchange) -> Exchange:
        request = self.language.tidy(exchange.request)
        return attrs.evolve(exchange, request=request)

    def _learn(self, exchange: Exchange) -> None:
        request, response = exchange.request, exchange.response
        self._headers(request.headers)
        self._headers(response.headers)
        self._url(request.url)
        self._body(request.body)
        self._body(response.body)

    def _seal(self, exchange: Exchange) -> Exchange:
        request = self._request(exchange.request)
        # what is in a query string is no mapping that people can read
        is_hard = "?%7B" in request.url
        terms = self.language.ask(request).terms if is_hard else _nothing()
        return attrs.evolve(
            exchange,
            request=request,
            response=self._response(exchange.response),
            asks=terms,
        )

    def _request(self, request: Request) -> Request:
        return attrs.evolve(
            request,
            url=self._url(request.url),
            headers=self._headers(request.headers),
            body=self._body(request.body),
        )

    def _response(self, response: Response) -> Response:
        return attrs.evolve(
            response,
            headers={
                name: value
                for name, value in self._headers(response.headers).items()
                if name.lower() in KEPT_HEADERS
            },
            body=self._body(response.body),
        )

    def change(self, text: str) -> str:
        """Return *text* with aliases and stand-ins."""
        return self.stand_ins.change(self.aliases.change(text))

    def _alias(self, place: str) -> Callable[[str], str]:
        def alias(secret: str) -> str:
            self.aliases.learn(place, [secret])
            return self.aliases.of(secret)

        return alias

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        places = self.language.places
        found: dict[str, str] = {}
        for name, value in headers.items():
            if places.is_header(name):
                alias = self._alias(name.lower().removeprefix("x-skygear-"))
                found[name] = places.rewrap(value, alias)
            elif name.lower() in KEPT_HEADERS:
                found[name] = self._text(value)
        return found

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        query = self._query(parts.query)
        path = rewrite(parts.path, self.change)
        return urlunsplit((parts.scheme, host, path, query, ""))

    def _query(self, query: str) -> str:
        if not query:
            return query
        text = unquote(query)
        if text.lstrip().startswith("{"):
            return quote(self._json_or_text(text), safe="/")
        places = self.language.places
        for name, value in parse_qsl(query):
            if places.is_member(name):
                self.aliases.learn(name, [value])
        return re.sub(r"([^&=]+)=([^&]*)", self._parameter, query)

    def _parameter(self, found: re.Match[str]) -> str:
        name, value = unquote(found[1]), unquote(found[2].replace("+", " "))
        if self.language.places.is_member(name):
            return f"{found[1]}={self.aliases.of(value)}"
        if name.lower() in _ENDS:
            return f"{found[1]}={self.stand_ins.expiry(value)}"
        return rewrite(found[0], self.change)

    def _body(self, body: bytes) -> bytes:
        inflated = inflate(body) if body.startswith(b"\x1f\x8b") else None
        if inflated is not None:
            self._body(inflated)
            return rewrite_bytes(body, self.change)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return rewrite_bytes(body, self.change)
        return self._json_or_text(text).encode()

    def _json_or_text(self, text: str) -> str:
        try:
            value: JSON = json.loads(text, parse_constant=_no_number)
            changed = self._value(value)
            if changed == value:
                return text
            return json.dumps(changed, ensure_ascii=False)
        except (ValueError, RecursionError):
            return _SPOKEN.sub(self._spoken, self._text(text))

    def _spoken(self, found: re.Match[str]) -> str:
        """Hide a secret in what looks like JSON but is none."""
        if not self.language.places.is_member(found[1]):
            return found[0]
        self.aliases.learn(found[1], [found[2]])
        return f'"{found[1]}": "{self.aliases.of(found[2])}"'

    def _value(self, value: JSON) -> JSON:
        if isinstance(value, dict):
            return {
                self._text(name): self._member(name, item)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._value(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _member(self, name: str, value: JSON) -> JSON:
        if not self.language.places.is_member(name):
            return self._value(value)
        return self._hidden(name, value)

    def _hidden(self, name: str, value: JSON) -> JSON:
        """Return a secret, or a list of them, as aliases."""
        if isinstance(value, list):
            return [self._hidden(name, item) for item in value]
        if isinstance(value, str):
            return self._alias(name)(value) if value else value
        return self._value(value)

    def _text(self, text: str) -> str:
        """Return *text* changed; one that is a URL or JSON is looked into."""
        if text.startswith(("http://", "https://")) and "?" in text:
            return self._signed(text)
        if text.startswith(("{", "[")):
            try:
                held = cast("JSON", json.loads(text))
            except (ValueError, RecursionError):
                return rewrite(text, self.change)
            changed = self._value(held)
            return text if changed == held else json.dumps(changed)
        return rewrite(text, self.change)

    def _signed(self, url: str) -> str:
        try:
            return self._url(url)
        except ValueError:
            return rewrite(url, self.change)


def _nothing() -> Mapping[str, str]:
    return {}


def _no_number(name: str) -> float:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


def _texts(exchange: Exchange) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    yield unquote(urlsplit(request.url).query)
    yield request.body.decode("utf-8", "replace")
    yield response.body.decode("utf-8", "replace")
