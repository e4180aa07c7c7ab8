"""Context: one request on its way: what it asks, and who is found to be asking."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear import questions

from .cloud.cloud import Cloud
from .cloud.hooks import Hooks
from .store.caller import Caller, Scope

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.dialects.skygear.endpoint import Asked, SkygearEndpoint
    from skysyn.models import Select

    from .assets import Assets
    from .hubs import Hubs
    from .notices import Notices
    from .push.pushing import Pushing
    from .settings import Settings
    from .signing import Signer
    from .store import Store, Work
    from .store.store import Plan
    from .store.users import User
    from .tokens import Held, Tokens
    from .trail import Trail


@attrs.frozen
class Services:
    """What actions work with: what the settings ask for, opened."""

    settings: Settings
    store: Store
    endpoint: SkygearEndpoint
    assets: Assets
    signer: Signer
    hubs: Hubs
    notices: Notices
    pushing: Pushing
    trail: Trail
    tokens: Tokens

    cloud: Cloud = attrs.field(factory=Cloud)

    def sign(self, name: str) -> str:
        """Return the URL of the file *name*."""
        return self.signer.sign(name)


@attrs.define
class Context:
    """One request; the blocks of its chain fill in who asks."""

    services: Services
    asked: Asked
    is_master: bool = False
    user_id: str | None = None
    held: Held | None = None
    user: User | None = None
    scope: Scope = attrs.field(factory=Scope)
    may_write: bool = False
    _started: float = attrs.field(factory=time.monotonic, init=False)
    hooks: Hooks = attrs.field(
        default=attrs.Factory(Hooks, takes_self=True), init=False
    )
    _reading: Work | None = None

    @cached_property
    def question(self) -> Select:
        """What a query asks.

        Raises:
            RemoteError: the service would refuse to answer.
        """
        return questions.load(self.asked.payload, self.settings.limits)

    @property
    def settings(self) -> Settings:
        """The server's settings."""
        return self.services.settings

    @property
    def store(self) -> Store:
        """The server's store."""
        return self.services.store

    def foresee(self, plan: Plan) -> None:
        """Look up at once all that *plan* says this request will read.

        Raises:
            Unforeseen: there may be more, or a transaction would be as fast.
        """
        self._reading = self.store.foresee(plan)

    @contextmanager
    def read(self) -> Generator[Work]:
        """Give the transaction that this request reads in; it is opened if need be."""
        if self._reading is not None:
            yield self._reading
            return
        with self.store.read() as work:
            self._reading = work
            try:
                yield work
            finally:
                self._reading = None

    @property
    def cloud(self) -> Cloud:
        """The server's cloud code."""
        return self.services.cloud

    @contextmanager
    def batch(self) -> Generator[Work]:
        """Open a transaction in which records are saved; `hooks.after()` waits."""
        with self.store.write() as work:
            if not self.cloud.offers.hook:
                yield work
                return
            yield attrs.evolve(work, reviser=self.hooks)
            noted = self.hooks.note(work)
        self.hooks.waiting += noted

    @contextmanager
    def write(self) -> Generator[Work]:
        """Open a transaction; hooks run in it, and when it is committed.

        Raises:
            RemoteError: one that runs after it fails; all is stored by then.
        """
        with self.batch() as work:
            yield work
        for error in self.hooks.after().values():
            raise error

    def seconds_left(self) -> float | None:
        """Return how long cloud code may take for this request, None for ever."""
        limit = self.settings.response_seconds
        if not limit:
            return None
        return max(0.0, self._started + limit - time.monotonic())

    @property
    def caller(self) -> Caller:
        """Who asks, as far as the chain has found out."""
        if self.user is None:
            return Caller(None, frozenset(), self.is_master)
        return Caller(self.user.id, self.user.roles, self.is_master)

    @property
    def may_migrate(self) -> bool:
        """Whether this request may change the schema."""
        return self.is_master or self.settings.dev_mode
