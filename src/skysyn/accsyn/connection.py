"""Connection: how a script's session logs in, sends events and tells of errors."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from skysyn.closing import Closing
from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.catalog import check_known
from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.settings import named_file, proxy_named
from skysyn.errors import DeclarationError, QueryError, RemoteError, SkysynError
from skysyn.session.accsyn import AccsynSession
from skysyn.session.accsyn_opening import ACCSYN_RATE
from skysyn.transport import Timeout, open_transport

from . import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from skysyn.models import Answer
    from skysyn.transport import Transport

    from .plain import Given, Plain


class Connection(Closing):
    """A workspace that a script is logged in to, and the last error's message."""

    def __init__(  # noqa: PLR0913, PLR0917  # the official client's arguments
        self,
        workspace: str | None = None,
        username: str | None = None,
        api_key: str | None = None,
        hostname: str | None = None,
        port: int | None = None,
        proxy: str | None = None,
        verbose: bool = False,
        pretty_json: bool = False,
        path_logfile: str | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        domain: str | None = None,
        path_envfile: str | None = None,
        *,
        pwd: str | None = None,
        session_key: str | None = None,
        allow_plaintext: str | Collection[str] = (),
        transport: Transport | None = None,
    ) -> None:
        self._last_message: str | None = None
        if pretty_json:
            deprecated("pretty_json= does nothing")
        options = {
            "proxy": proxy,
            "verbose": verbose,
            "path_logfile": path_logfile,
            "timeout": timeout,
            "connect_timeout": connect_timeout,
            "allow_plaintext": allow_plaintext,
        }
        _check(transport, options)
        limits = Timeout(
            connect=_seconds("connect_timeout", connect_timeout, 10.0),
            read=_seconds("timeout", timeout, 120.0),
        )
        given = {
            "workspace": workspace or domain,
            "username": username,
            "api_key": api_key,
            "password": pwd,
            "session_key": session_key,
            "hostname": hostname,
        }
        dialect = _settings(given, port, path_envfile)
        carrier = transport or open_transport(
            proxy or proxy_named(dialect.env_file),
            timeout=limits,
            rate=ACCSYN_RATE,
            verbose=verbose,
            path_logfile=path_logfile,
            allow_plaintext=allow_plaintext,
        )
        self._timeout = limits if transport is None else Timeout(None, None)
        self._session = AccsynSession(dialect, carrier)
        try:
            self._session.log_in()
        except SkysynError:
            # nobody has the session that could close it
            carrier.close()
            raise

    @property
    def username(self) -> str:
        """Who is logged in."""
        return self._session.dialect.username

    @property
    def timeout(self) -> float | None:
        """How long to wait for bytes, in seconds; a *transport* has its own limits."""
        return self._timeout.read

    @property
    def connect_timeout(self) -> float | None:
        """How long to wait for a connection, in seconds."""
        return self._timeout.connect

    @property
    def typed(self) -> AccsynSession:
        """The same session for typed entities, to move a script step by step."""
        return self._session

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def get_last_message(self) -> str | None:
        """Return the message of the last error, None if there was none yet."""
        return self._last_message

    def get_session_key(self) -> str | None:
        """Return the session key (version 1)."""
        return self._session.session_key

    def generate_session_key(self, lifetime: int) -> str:
        """Return a new session key that lives *lifetime* seconds (version 1)."""
        with self._remembering():
            return self._session.generate_session_key(lifetime)

    def get_api_key(self) -> str:
        """Return the user's API key, if the workspace allows it."""
        with self._remembering():
            return self._session.workspace.api_key()

    def _event(
        self,
        method: str,
        uri: str,
        data: object = None,
        *,
        id: str | None = None,  # noqa: A002  # the envelope's word
        query: str | None = None,
    ) -> Answer:
        """Send an event, and keep the message of the error if there is one."""
        with self._remembering():
            dumped = plain.dump(data)
            return self._session.event(method, uri, dumped, id=id, query=query)

    def _result(
        self,
        method: str,
        uri: str,
        data: object = None,
        *,
        id: str | None = None,  # noqa: A002  # the envelope's word
        query: str | None = None,
    ) -> Plain:
        return plain.load(self._event(method, uri, data, id=id, query=query).result)

    def _on(
        self, entitytype: str, method: str, verb: str, data: object, entityid: str
    ) -> Plain:
        """Send an event about one entity."""
        with self._remembering():
            uri = f"{check_known(entitytype)}/{verb}"
            key = values.check_id(entityid, "entityid")
        return self._result(method, uri, data, id=key)

    def _type(self, entitytype: str) -> str:
        """Return an entity type as uris spell it."""
        with self._remembering():
            return check_known(entitytype)

    @contextmanager
    def _remembering(self) -> Generator[None]:
        """Keep the message of an error for `get_last_message()`."""
        try:
            yield
        except SkysynError as error:
            said = error.message if isinstance(error, RemoteError) else str(error)
            self._last_message = said
            raise

    def _refuse(self, message: str) -> NoReturn:
        """Raise QueryError, and keep its message."""
        with self._remembering():
            raise QueryError(message)


def _settings(
    given: dict[str, str | None], port: int | None, path_envfile: str | None
) -> Accsyn:
    file = named_file() if path_envfile is None else Path(path_envfile)
    texts = {name: text for name, text in given.items() if text is not None}
    settings: dict[str, Any] = {**texts, "port": port, "env_file": file}
    return Accsyn(**settings)


def _check(transport: Transport | None, options: Given) -> None:
    """Raise DeclarationError if *options* come with a transport."""
    given = ", ".join(f"{name}=" for name, value in options.items() if value)
    if transport is not None and given:
        msg = (
            f"a transport travels as it is, so {given} would do nothing: pass "
            "transport=open_transport(…) with them, or leave them out"
        )
        raise DeclarationError(msg)


def _seconds(name: str, value: float | None, usual: float) -> float:
    """Return a time limit.

    Raises:
        DeclarationError: it is not positive.
    """
    if value is None:
        return usual
    if value <= 0:
        msg = f"{name}={value} leaves no time; leave it out for {usual} seconds"
        raise DeclarationError(msg)
    return value


def deprecated(message: str) -> None:
    """Warn the script that calls a method of ours."""
    warnings.warn(message, DeprecationWarning, stacklevel=3)
