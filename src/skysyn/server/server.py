"""Server: a request in, its response out; sockets are someone else's."""

from __future__ import annotations

import logging
import random
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import attrs
from sqlalchemy.exc import DataError, DBAPIError

from skysyn.closing import Closing
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.dialects.skygear.endpoint import Unreadable
from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.errors import RemoteError
from skysyn.models import Answer, Call
from skysyn.transport import Response

from . import snapshot as snapshots
from .actions import ACTIONS
from .app import HEAD
from .chains import WriteNeeded, need_key
from .cloud import functions
from .cloud.cloud import start
from .cloud.connections import Connections
from .cloud.events import configuration
from .cloud.timers import Timers
from .context import Context
from .foreseeing import lookups
from .framing import frame, request_id
from .gateway import FileGateway
from .services import open_services
from .settings import Settings
from .spool import whole
from .store.database import STALE_PLAN
from .store.foresight import Unforeseen
from .store.time_limit import is_over

if TYPE_CHECKING:
    from skysyn.dialects.skygear.endpoint import Asked
    from skysyn.models import JSON
    from skysyn.transport import Request

    from .actions.action import Action
    from .cloud.cloud import Cloud
    from .cloud.code import CloudCode
    from .hubs import Hubs
    from .push import Recorder
    from .snapshot import Snapshot
    from .store.changes import Observers

_ATTEMPTS = 8
_COLLISIONS = {"40001", "40P01", "23505", "42703", "42P01", STALE_PLAN}
"""What PostgreSQL calls deadlocks, transactions that cannot both be, and old plans.

So does what two requests made at once, such as the user that the master acts as, and
so do columns and tables that are gone since it was looked which there are.
"""
_log = logging.getLogger("skysyn.server")


class Server(Closing):
    """Answers requests by Skygear's protocol; may be used from several threads.

        with Server() as server:
            session = connect(server.client(), transport=WSGITransport(server))

    Without settings it keeps everything in memory and makes up its keys.
    """

    def __init__(
        self, settings: Settings | None = None, code: CloudCode | None = None
    ) -> None:
        self._exit = ExitStack()
        self._timers = Timers((), self._run_timer)
        opened = open_services(settings or Settings())
        self._services = self._exit.enter_context(opened)
        self.files = FileGateway(self._services)
        if code is not None:
            self._start(code)

    def run_code(self, code: CloudCode) -> None:
        """Let *code* be the cloud code from now on; what runs already is finished.

        Raises:
            DeclarationError: it does not say what it offers; it is not run.
            RemoteError: it fails to start; it is not run.
        """
        # cloud code has connections of its own, which need a file to share
        if (file := self._services.store.leave_memory()) is not None:
            moved = attrs.evolve(self.settings, database=file)
            self._services = attrs.evolve(self._services, settings=moved)
        code.use(Connections(self._services.store))
        before, cloud = self._services.cloud, self._begun(code)
        endpoint = attrs.evolve(
            self._services.endpoint, actions=frozenset(ACTIONS) | cloud.ops.keys()
        )
        self._timers.stop()
        self._services = attrs.evolve(self._services, cloud=cloud, endpoint=endpoint)
        timers = () if self.settings.slave else cloud.offers.timer
        self._timers = Timers(timers, self._run_timer)
        self._timers.start()
        if before.code is not code:
            before.close()

    def _begun(self, code: CloudCode) -> Cloud:
        config = configuration(self.settings)
        try:
            return start(code, config, self.settings.response_seconds or None)
        except BaseException:
            if code is not self.code:
                code.close()
            raise

    def _start(self, code: CloudCode) -> None:
        try:
            self.run_code(code)
        except BaseException:
            self.close()
            raise

    def _run_timer(self, name: str) -> None:
        self._services.cloud.tell({"kind": "timer", "name": name})

    @property
    def max_head(self) -> int:
        """How many bytes a request line may have."""
        return HEAD

    @property
    def code(self) -> CloudCode | None:
        """The cloud code that runs, if any."""
        return self._services.cloud.code

    @property
    def settings(self) -> Settings:
        """What the server was started with."""
        return self._services.settings

    @property
    def hubs(self) -> Hubs:
        """Where messages are published, from any thread."""
        return self._services.hubs

    def settle(self, seconds: float | None = None) -> bool:
        """Wait until devices are told what happened so far; return whether they are."""
        told = self._services.notices.settle(seconds)
        return self._services.pushing.settle(seconds) and told

    @property
    def pushes(self) -> Recorder:
        """What was sent to devices, the last thousand notifications."""
        return self._services.pushing.recorder

    @property
    def observers(self) -> Observers:
        """Who is told what happened to records."""
        return self._services.store.observers

    def answer(self, request: Request) -> Response:
        """Return the response to *request*."""
        return whole(self.open(request))

    def open(self, request: Request) -> Response:
        """Return the response to *request*; if it is long it may be `Spooled`."""
        return frame(request, self.settings.cors_host, lambda: self._answer(request))

    def check_key(self, request: Request) -> Response | None:
        """Return the refusal of *request* unless it has a right key in its headers."""
        error = self._key_error(request)
        if error is None:
            return None
        refusal = self._services.endpoint.render(Call(""), error)
        return frame(request, self.settings.cors_host, lambda: refusal)

    def has_key(self, request: Request) -> bool:
        """Return whether *request* has a right key in its headers."""
        return self._key_error(request) is None

    def _key_error(self, request: Request) -> RemoteError | None:
        asked = self._services.endpoint.read(attrs.evolve(request, body=b""))
        try:
            need_key(Context(self._services, asked))
        except RemoteError as error:
            return error
        return None

    def give_up(self, request: Request) -> Response:
        """Return the response to *request* when its action takes too long."""
        refusal = self._services.endpoint.render(Call(""), self._late())
        return frame(request, self.settings.cors_host, lambda: refusal)

    def client(self, endpoint: str = "http://localhost") -> Skygear:
        """Return the settings of a client that nobody is logged in to."""
        return Skygear(endpoint, api_key=self.settings.api_key, access_token=None)

    def master(self, endpoint: str = "http://localhost") -> Skygear:
        """Return the settings of a client with the master key."""
        return Skygear(endpoint, api_key=self.settings.master_key, access_token=None)

    def is_at(self, endpoint: str) -> None:
        """Note where clients reach the server, which is in the URLs of files."""
        if self.settings.asset_url_prefix is None:
            self._services.signer.prefix = f"{endpoint}/files"

    def snapshot(self) -> Snapshot:
        """Return all there is now, for `reset()`: users, records, files, schema."""
        return snapshots.take(self._services, self._exit)

    def reset(self, to: Snapshot | None = None) -> None:
        """Go back to a snapshot, or to how it was when the server started.

        Sessions end, and nobody listens to a channel. It takes milliseconds, so that
        each test can begin with it.

        Raises:
            StateError: there was an app in the database at the start.
        """
        snapshots.put(self._services, to or snapshots.start_of(self._services))

    def close(self) -> None:
        """Close the database, and delete what is temporary."""
        self._timers.stop()
        self._services.cloud.finish()
        self._services.cloud.close()
        self._exit.close()

    def _answer(self, request: Request) -> Response:
        endpoint = self._services.endpoint
        call = Call("")
        try:
            found = functions.route(self._services.cloud, request)
            if isinstance(found, Response):
                return found
            if found is not None:
                return self._insist(*found)
            asked = endpoint.read(request)
            return self._insist(self._action(asked.action), asked)
        except Unreadable:
            return Response(400)
        except RemoteError as error:
            return endpoint.render(call, error)
        except DBAPIError as error:
            return endpoint.render(call, self._failed(error))
        except Exception:
            _log.exception("request %s failed unforeseen", request_id())
            return endpoint.render(call, unexpected("the server failed"))

    def _action(self, name: str) -> Action:
        op = self._services.cloud.ops.get(name)
        action = ACTIONS.get(name) if op is None else functions.action_of(op)
        if action is None:
            raise refuse(117, "route unmatched")
        return action

    def _failed(self, error: DBAPIError) -> RemoteError:
        if is_over(error):
            return self._late()
        if isinstance(error, DataError):
            return refuse(108, "a value cannot be stored")
        # its text is the database's own and may hold data, so it stays here
        msg = "request %s: the database refused a statement"
        _log.exception(msg, request_id(), exc_info=error)
        return unexpected("the database refused to do this")

    def _late(self) -> RemoteError:
        limit = self.settings.response_seconds
        return refuse(122, f"this took longer than {limit:g} seconds")

    def _insist(self, action: Action, asked: Asked) -> Response:
        """Run an action, again if it stood in another's way; nothing was done then."""
        for attempt in range(_ATTEMPTS - 1):
            try:
                return self._run(action, asked)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
                    raise
                time.sleep(0.01 * 2**attempt * random.random())  # noqa: S311  # jitter is no secret
        return self._run(action, asked)

    def _run(self, action: Action, asked: Asked) -> Response:
        found = self._perform(action, asked)
        if isinstance(found, Response):
            return found
        answer = found if isinstance(found, Answer) else Answer(found)
        return self._services.endpoint.render(Call(asked.action), answer)

    def _perform(self, action: Action, asked: Asked) -> JSON | Answer | Response:
        if not action.only_reads:
            return action.run(self._admit(action, asked))
        try:
            return self._read(action, asked)
        except WriteNeeded:
            return action.run(self._admit(action, asked))

    def _read(self, action: Action, asked: Asked) -> JSON | Answer | Response:
        """Run an action that only reads, in one statement if all is foreseen."""
        context = Context(self._services, asked)
        try:
            context.foresee(partial(lookups, action, context))
        except Unforeseen:
            return action.answer(context)
        try:
            return action.answer(context)
        except Unforeseen:
            return action.answer(Context(self._services, asked))

    def _admit(self, action: Action, asked: Asked) -> Context:
        """Return the context that *asked* has when it passed the chain of *action*."""
        context = Context(self._services, asked)
        if not action.chain:
            return context
        try:
            with self._services.store.read() as work:
                for block in action.chain:
                    block(context, work)
        except WriteNeeded:
            context = Context(self._services, asked, may_write=True)
            with context.write() as work:
                for block in action.chain:
                    block(context, work)
        return context
