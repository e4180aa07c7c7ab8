"""AccsynServer: a request to accsyn in, its response out; sockets are others' work."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs
from sqlalchemy.exc import DataError, DBAPIError

from skysyn.closing import Closing
from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.endpoint import AccsynEndpoint
from skysyn.dialects.accsyn.refusals import busy, failed, invalid, unauthorized
from skysyn.errors import RemoteError
from skysyn.models import JSON, Answer, Call

from . import accounts, moving, seeding, tidying
from .arriving import Arriving
from .clock import FastClock, to_datetime
from .context import Context
from .hauling import Hauling
from .limiter import Limiter
from .living import Living
from .neighbours import Neighbours
from .service import answer_event, looks_at_jobs, writes
from .settings import AccsynSettings, new_key
from .storage import Storage
from .timekeeping import keep_time
from .work import Store

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.dialects.accsyn.endpoint import Asked
    from skysyn.transport import Request, Response

    from .tidying import Outlived
    from .work import Work

PREFIX = "/api/"
_log = logging.getLogger("skysyn.server")


class AccsynServer(Closing):
    """Answers requests by accsyn's protocol; may be used from several threads.

        with AccsynServer() as server:
            session = connect(server.client(), transport=WSGITransport(server))

    Without settings it keeps everything in memory, in the workspace `acmefilm`, whose
    administrator has a key that is made up.
    """

    def __init__(
        self,
        settings: AccsynSettings | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self.settings = settings or AccsynSettings()
        self._endpoint = AccsynEndpoint()
        self.limiter = Limiter() if self.settings.rate_limit else None
        self._spaces = {space.code.lower(): space for space in self.settings.spaces}
        self._storages = {c: Storage(s.shares) for c, s in self._spaces.items()}
        self.store = Store(self.settings.database)
        self.neighbours = neighbours or Neighbours(self._clock(), Living())
        self._hauling = Hauling(self.store, self.neighbours)
        for code, space in self._spaces.items():
            with self.store.write(code, self.now()) as work:
                seeding.seed(work, space)

    def _clock(self) -> FastClock:
        with self.store.write("", datetime.now(UTC)) as work:
            return keep_time(work, self.settings.speed)

    @property
    def max_body(self) -> int:
        """How many bytes a body may have."""
        return self.settings.max_body

    @property
    def max_head(self) -> int:
        """How many bytes a request line may have."""
        return self.settings.max_head

    def serves(self, path: str) -> bool:
        """Whether requests for *path* are this server's."""
        return path.startswith(PREFIX)

    def is_at(self, endpoint: str) -> None:
        """Note where clients reach the server; they say it themselves."""

    def now(self) -> datetime:
        """Return the time of the workspaces."""
        return to_datetime(self.neighbours.clock.now())

    def client(
        self, workspace: str | None = None, username: str | None = None
    ) -> Accsyn:
        """Return the settings of a client: an administrator, if nobody is named.

        Raises:
            KeyError: there is no such workspace or account.
        """
        space = self._spaces[(workspace or self.settings.spaces[0].code).lower()]
        known = {account.code: account for account in space.accounts}
        account = known[username.lower()] if username else space.accounts[0]
        return Accsyn(
            space.code,
            username=account.code,
            api_key=account.api_key,
            hostname="localhost",
            scheme="http",
        )

    def answer(self, request: Request, address: str = "") -> Response:
        """Return the response to *request*, which came from *address*."""
        try:
            return self._answer(request, address)
        except RemoteError as error:
            refusal = error
        except DataError:
            refusal = invalid("a value cannot be stored")
        except DBAPIError:
            # its text is the database's own and may hold data, so it stays here
            _log.exception("the database refused a statement")
            refusal = failed("the database refused to do this")
        except Exception:
            _log.exception("a request failed in a way that nobody foresaw")
            refusal = failed("the server failed")
        return self._endpoint.render(Call(""), refusal)

    def _answer(self, request: Request, address: str) -> Response:
        if self.limiter is not None and not self.limiter.takes(address):
            raise busy()
        asked = self._endpoint.read(request)
        match asked.purpose:
            case "registry":
                return self._endpoint.render(Call(""), self._registry(asked))
            case "login":
                return self._endpoint.render(Call(""), self._login(asked))
            case "event":
                return self._event(asked)

    def _space(self, code: str) -> str:
        """Return the key of a workspace that is served.

        Raises:
            AuthenticationError: it is not.
        """
        if code.lower() not in self._spaces:
            msg = f"unknown workspace {code!r:.80}"
            raise unauthorized(msg)
        return code.lower()

    def _registry(self, asked: Asked) -> Answer:
        """Say where the workspace is: here, where the client has come to."""
        named = asked.event.data if isinstance(asked.event.data, dict) else {}
        code = named.get("ident") or named.get("organization") or asked.workspace
        key = self._space(str(code))
        if asked.is_old:
            return Answer(None, {"domain": self._spaces[key].code})
        parts = urlsplit(f"//{asked.host}")
        found: dict[str, JSON] = {
            "hostname": parts.hostname or "localhost",
            "port": parts.port or 80,
        }
        # version 3.0.0 asks by PUT, and reads the answer without its wrapping
        return Answer(None, found) if asked.event.method == "PUT" else Answer(found)

    def _login(self, asked: Asked) -> Answer:
        space = self._space(asked.workspace)
        checked = self._check_password(space, asked)
        with self.store.write(space, self.now()) as work:
            proven = accounts.prove(work, asked.credentials, checked)
            caller = proven.caller
            key = proven.session_key or self._open_session(work, asked, caller.id)
            accounts.note_login(work, caller.id)
        if asked.is_old:
            return Answer(
                None,
                {"session_key": key, "clearance": caller.role, "id": caller.id},
            )
        return Answer({"id": caller.id, "role": caller.role, "session_id": key})

    def _check_password(self, space: str, asked: Asked) -> str | None:
        """Check a password while no transaction is open; return what is stored of it.

        Raises:
            AuthenticationError: it is wrong.
        """
        given = asked.credentials
        if given is None or given.means != "password":
            return None
        with self.store.read(space, self.now()) as work:
            stored = accounts.stored_password(work, given)
        return accounts.check_password(given, stored)

    def _open_session(self, work: Work, asked: Asked, user: str) -> str:
        seconds = self.settings.session_seconds
        if not (seconds or asked.is_old):
            # it is never asked for again: the key comes with each request
            return new_key()
        given = asked.credentials
        is_by_password = given is not None and given.means == "password"
        return accounts.open_session(work, user, seconds, by_password=is_by_password)

    def _event(self, asked: Asked) -> Response:
        space = self._space(asked.workspace)
        operation = self._endpoint.operation(asked)
        self._note_visit(space, asked)
        checked = self._check_password(space, asked)
        if looks_at_jobs(operation):
            self._move(space, asked, checked)
        if writes(operation):
            with self._writing(space) as work:
                context = self._admit(work, asked, checked)
                moving.advance(work, self.neighbours, self._arriving(space))
                outcome = answer_event(context, operation)
            return self._endpoint.render(operation, outcome)
        with self.store.read(space, self.now()) as work:
            outcome = answer_event(self._admit(work, asked, checked), operation)
        return self._endpoint.render(operation, outcome)

    def _note_visit(self, space: str, asked: Asked) -> None:
        """Keep a session that is used; a note a day is enough."""
        given = asked.credentials
        if given is None or given.means != "session_key":
            return
        with self.store.read(space, self.now()) as work:
            is_long_ago = accounts.is_long_ago(work, given.secret)
        if is_long_ago:
            with self._writing(space) as work:
                accounts.note_visit(work, given.secret)

    def _move(self, space: str, asked: Asked, checked: str | None) -> None:
        """Write down what time has done to jobs, and copy what they moved.

        Raises:
            AuthenticationError: nobody asks who may come in.
        """
        with self.store.read(space, self.now()) as work:
            is_moving = moving.is_anything_moving(work)
            if is_moving:
                self._admit(work, asked, checked)
        if is_moving and self._advance(space):
            # what has arrived may be what a delivery waits for
            self._advance(space)

    def _advance(self, space: str) -> bool:
        """Do so once; return whether anything has arrived."""
        arriving = self._arriving(space)
        with self._writing(space) as work:
            landings = moving.advance(work, self.neighbours, arriving)
            cargoes, old = arriving.claim(work, landings), arriving.put_away(work)
        if old:
            self._clear(space, old)
        self._hauling.haul(cargoes, self.settings.copy_seconds)
        return bool(landings)

    def _clear(self, space: str, old: list[Outlived]) -> None:
        gone = [one.parcel for one in old if one.clear()]
        # only then: who is killed before begins anew
        with self._writing(space) as work:
            tidying.forget(work, gone)

    @contextmanager
    def _writing(self, space: str) -> Generator[Work]:
        with self.store.write(space, self.now()) as work:
            # time goes on while one waits for those who write before
            yield attrs.evolve(work, now=self.now())

    def _arriving(self, space: str) -> Arriving:
        return Arriving(self.settings, self.neighbours, self._storages[space])

    def _admit(self, work: Work, asked: Asked, checked: str | None) -> Context:
        """Return the context of an event, whose credentials are checked each time."""
        given = asked.credentials
        proven = accounts.prove(work, given, checked)
        if self.settings.session_seconds and not asked.is_old:
            accounts.check_session(work, proven.caller, asked.session)
        is_key = given is not None and given.means == "api_key"
        return Context(
            work,
            proven.caller,
            self.settings,
            self.neighbours,
            self._storages[work.workspace],
            old_dates=asked.wants_old_dates,
            is_old=asked.is_old,
            api_key=given.secret if given is not None and is_key else None,
        )

    def close(self) -> None:
        """End what is copied, and close the database."""
        self._hauling.close()
        self.store.close()
