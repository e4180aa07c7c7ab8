"""Decorators: how functions and classes are registered with an app."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from skysyn.dialects.skygear.cron import spec_of
from skysyn.errors import DeclarationError

from . import calls, hooks, paths, resources, usage
from .names import free_name, name_of
from .registry import TRIGGERS, Handler, Hook, Op, Provider, Timer
from .triggers import DeleteTrigger, SaveTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import timedelta

    from skysyn.models import JSON

    from .assets import Loader
    from .hooks import SaveHook
    from .messages import Request
    from .providers import AuthProvider
    from .records import PlainRecord
    from .registry import Registry

P = ParamSpec("P")
R = TypeVar("R")
E = TypeVar("E", bound=BaseException)
L = TypeVar("L", bound="Loader | str")
A = TypeVar("A", bound="AuthProvider")
S = TypeVar("S", bound="resources.Resource")
_PROVIDED = frozenset(["auth"])


class Decorators(ABC):
    """What an `App` has as methods, and the app that is loaded as functions."""

    @property
    @abstractmethod
    def registry(self) -> Registry:
        """Where everything is registered."""

    def op(
        self, name: str, *, key_required: bool = False, user_required: bool = False
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Let clients call the function by *name*; arguments are of declared types.

        Raises:
            DeclarationError: it is none, or an argument is of a type nobody can send.
        """
        usage.check_name(name, "op")

        def register(function: Callable[P, R]) -> Callable[P, R]:
            hooks.check_plain(function)
            run = calls.wrap(name, function)
            self.registry.ops[name] = Op(name, run, key_required, user_required)
            return function

        return register

    def handler(
        self,
        name: str,
        *,
        method: str | Iterable[str] = ("GET", "POST", "PUT"),
        key_required: bool = False,
        user_required: bool = False,
    ) -> Callable[[Callable[[Request], R]], Callable[[Request], R]]:
        """Let the function answer HTTP requests to the path *name*.

        Raises:
            DeclarationError: *name* or *method* is none.
        """
        usage.check_name(name, "handler")
        paths.check(name)
        methods = paths.methods(method)

        def register(function: Callable[[Request], R]) -> Callable[[Request], R]:
            hooks.check_plain(function)
            for one in methods:
                self.registry.handlers[name, one] = Handler(
                    name, one, function, key_required, user_required
                )
            return function

        return register

    @property
    def before_save(self) -> SaveTrigger:
        """Let the function change or refuse records before they are saved."""
        return SaveTrigger(self, "beforeSave")

    @property
    def after_save(self) -> SaveTrigger:
        """Let the function know of records when they are saved for good."""
        return SaveTrigger(self, "afterSave")

    @property
    def before_delete(self) -> DeleteTrigger:
        """Let the function refuse that records are deleted."""
        return DeleteTrigger(self, "beforeDelete")

    @property
    def after_delete(self) -> DeleteTrigger:
        """Let the function know of records when they are deleted for good."""
        return DeleteTrigger(self, "afterDelete")

    def hook(
        self,
        trigger: str,
        *,
        type: str,  # noqa: A002  # the name that the protocol has for it
        name: str | None = None,
        async_: bool | None = None,
        **extra: JSON,
    ) -> SaveHook[PlainRecord]:
        """Let the function run at *trigger*; *extra* is told to the server too.

        Raises:
            DeclarationError: no server knows this trigger, or *type* is none.
        """
        if trigger not in TRIGGERS:
            msg = f"{trigger!r} is no trigger: there are {', '.join(TRIGGERS)}"
            raise DeclarationError(msg)
        usage.check_record_type(type, "hook", '"beforeSave", type="note"')

        def register(function: Callable[..., R], /) -> Callable[..., R]:
            run = hooks.wrap(function, None, takes=3)
            known_as = name or free_name(name_of(function), self.registry.hooks)
            made = Hook(known_as, trigger, type, run, async_, extra)
            self.registry.hooks[known_as] = made
            return function

        return register

    def every(
        self, interval: str | float | timedelta, *, name: str | None = None
    ) -> Callable[[Callable[[], R]], Callable[[], R]]:
        """Run the function again and again: *interval* is seconds or a schedule.

        Raises:
            DeclarationError: *interval* is neither.
        """
        usage.check_interval(interval)
        spec = spec_of(interval)

        def register(function: Callable[[], R]) -> Callable[[], R]:
            hooks.check_plain(function)
            known_as = name or free_name(name_of(function), self.registry.timers)
            self.registry.timers[known_as] = Timer(known_as, spec, function)
            return function

        return register

    def event(self, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Call the function with what the event *name* says, by keywords.

        Raises:
            DeclarationError: it is none, or `init`, which the app itself answers.
        """
        usage.check_name(name, "event")
        if name == "init":
            msg = "the app itself answers `init`: use the event `before-plugins-ready`"
            raise DeclarationError(msg)

        def register(function: Callable[P, R]) -> Callable[P, R]:
            hooks.check_plain(function)
            self.registry.events.setdefault(name, []).append(function)
            return function

        return register

    def provides(
        self,
        kind: Literal["auth"],
        id: str,  # noqa: A002  # the name that the protocol has for it
    ) -> Callable[[type[A]], type[A]]:
        """Let the class decide who somebody is that logs in with the provider *id*."""
        if kind not in _PROVIDED:
            msg = f"{kind!r} is nothing to provide: there is `auth`"
            raise DeclarationError(msg)

        def register(provider: type[A]) -> type[A]:
            usage.check_provider(provider)
            made = provider()

            def login(auth_data: Mapping[str, JSON]) -> JSON:
                found = made.login(auth_data)
                kept = dict(found["auth_data"])
                return {"principal_id": found["principal_id"], "auth_data": kept}

            self.registry.providers[id] = Provider(id, login)
            return provider

        return register

    def rest(
        self, name: str, *, key_required: bool = False, user_required: bool = False
    ) -> Callable[[type[S]], type[S]]:
        """Let the class answer requests to *name* and to what is below it."""
        usage.check_name(name, "rest")
        base = name.replace(":", "/").strip("/")

        def register(resource: type[S]) -> type[S]:
            usage.check_resource(resource)
            for path in (base, f"{base}/"):
                self.handler(
                    path,
                    method=resources.methods(resource),
                    key_required=key_required,
                    user_required=user_required,
                )(resources.runner(resource, base))
            return resource

        return register

    def static_assets(
        self, prefix: str = ""
    ) -> Callable[[Callable[[], L]], Callable[[], L]]:
        """Publish the files that the function returns, under `/static/` *prefix*."""
        usage.check_prefix(prefix)

        def register(function: Callable[[], L]) -> Callable[[], L]:
            self.registry.assets[prefix.strip("/")] = function
            return function

        return register

    def exception_handler(
        self, kind: type[E]
    ) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
        """Let the function say what a server is told of an exception of *kind*.

        Raises:
            DeclarationError: *kind* is no class of exceptions.
        """
        usage.check_exception(kind)

        def register(function: Callable[[E], object]) -> Callable[[E], object]:
            def handle(error: BaseException) -> object:
                return function(error) if isinstance(error, kind) else None

            self.registry.exception_handlers[kind] = handle
            return function

        return register
