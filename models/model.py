"""Model: what every record and entity is, whatever its service."""

from __future__ import annotations

import copy
from gc import get_referents
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from typing_extensions import dataclass_transform

from skysyn.arguments import check_argument
from skysyn.errors import NotLoaded, NotSaved, QueryError

from . import binding, registry
from .changes import changed_fields
from .declare import declare
from .fields import Field, field, readonly
from .ref import Reference, is_ref
from .repr import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .binding import Backend, Origin
    from .expr import AnyExpr
    from .spec import Spec
    from .values import JSON

_UNTOUCHED = 3
"""What an instance refers to before it is filled: its wire bytes, origin and class."""

_filling = RLock()
"""Held while an instance is filled: two threads may read one record at once."""


class Codec(Protocol):
    """What a dialect gives each model class: how its wire bytes become values."""

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        ...

    def explain(self, instance: Model, wire: bytes, name: str) -> Exception:
        """Return the error that says why field *name* was left out."""
        ...

    def values(self, instance: Model, wire: bytes) -> Mapping[str, object]:
        """Return fresh values of every field that *wire* holds, by name."""
        ...

    def extra(self, wire: bytes) -> Mapping[str, JSON]:
        """Return what *wire* holds beyond the declared fields."""
        ...

    def key(self, wire: bytes) -> str:
        """Return the key of the record in *wire*."""
        ...


@dataclass_transform(
    eq_default=False, kw_only_default=True, field_specifiers=(field, readonly)
)
class Model:
    """The base of `Record` and `Entity`; declare those."""

    __collection__: ClassVar[str] = ""
    __family__: ClassVar[str] = ""
    __key_field__: ClassVar[str] = "id"
    __sky_fields__: ClassVar[dict[str, Field[Any]]] = {}
    __bound__: ClassVar[Backend | None] = None
    __made_codec__: ClassVar[Codec | None] = None
    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[Any]
        __sky_wire__: bytes | None
        __sky_origin__: Origin | None
        __sky_filled__: bool
    else:
        __sky_wire__ = None
        __sky_origin__ = None
        __sky_filled__ = False

    def __init_subclass__(
        cls,
        *,
        type: str | None = None,  # noqa: A002  # `class Task(Record, type="todo")`
        abstract: bool = False,
    ) -> None:
        super().__init_subclass__()
        cls.__made_codec__ = None
        cls.__collection__ = "" if abstract else cls.__collection_name__(type)
        declare(cls, registry.find)
        if not abstract:
            registry.register(cls)
            cls.__prime__()

    @classmethod
    def __collection_name__(cls, given: str | None) -> str:
        """Return the name the service knows this model's collection by."""
        return given if given is not None else cls.__name__

    @classmethod
    def __check_field__(cls, where: str, wire: str, spec: Spec) -> None:
        """Raise DeclarationError if the service cannot store this field."""

    @classmethod
    def __check_value__(cls, value: object) -> None:
        """Raise ConversionError if the service would not keep *value* as it is."""

    @classmethod
    def __codec__(cls) -> Codec:
        """Return how this model's wire bytes become values."""
        raise NotImplementedError  # Record and Entity say how

    @classmethod
    def __expression__(cls, descriptor: Field[Any]) -> AnyExpr:
        """Return what `Model.field` is: the expression to query with."""
        raise NotImplementedError  # Record and Entity say how

    @classmethod
    def __backend__(cls) -> Backend | None:
        """Return the session bound to this class, or the current one, or None."""
        return cls.__bound__ or binding.current(cls.__family__)

    @classmethod
    def __backend_here__(cls, given: Backend | None = None) -> Backend | None:
        """Return what a query built here is asked through, wherever it is run.

        Raises:
            NoSessionError: what is *given* is no session.
        """
        if given is None:
            return cls.__bound__ or binding.bound(cls.__family__)
        binding.check_session(given, f"{cls.__name__}.query()")
        return given

    @classmethod
    def __prime__(cls) -> None:
        """Make one instance with every attribute, so that CPython shares their keys."""
        instance = cls.__new__(cls)
        for name in (
            *cls.__sky_fields__,
            "__sky_wire__",
            "__sky_origin__",
            "__sky_filled__",
        ):
            setattr(instance, name, None)

    @classmethod
    def bind(cls, backend: Backend | None) -> None:
        """Use *backend* for this class unless another session is named; None undoes."""
        if backend is not None:
            binding.check_session(backend, f"{cls.__name__}.bind()")
        cls.__bound__ = backend

    @classmethod
    def ref(cls, key: str) -> Reference[Self]:
        """Return a reference to the record with the bare *key*; nothing is sent.

        Raises:
            QueryError: the key is empty, or an id with the type in front.
        """
        check_argument(key, str, f"{cls.__name__}.ref() takes a bare key")
        if not key:
            msg = f"the key of a {cls.__name__} is not empty"
            raise QueryError(msg)
        bare = key.removeprefix(f"{cls.__collection__}/")
        if bare != key:
            msg = f"{key!r} is `type/key`: write {cls.__name__}.ref({bare!r})"
            raise QueryError(msg)
        return Reference(cls, key)

    @property
    def ref_id(self) -> str:
        """The key of this record; a record is a reference to itself."""
        if self.__sky_wire__ is not None:
            return self.__codec__().key(self.__sky_wire__)
        return self._new_key()

    def _new_key(self) -> str:
        raise NotImplementedError  # Record and Entity say how

    @property
    def is_loaded(self) -> bool:
        """True: a record is a reference that needs no loading."""
        return True

    def load(self) -> Self:
        """Return this record: it is loaded."""
        return self

    @property
    def is_stored(self) -> bool:
        """Whether the service has answered with this record."""
        return self.__sky_wire__ is not None

    @property
    def extra(self) -> Mapping[str, JSON]:
        """What the service sent beyond the declared fields; a save leaves it alone."""
        wire = self.__sky_wire__
        codec = self.__codec__()
        return {} if wire is None else codec.extra(wire)  # noqa: S610  # no Django

    @property
    def changes(self) -> Mapping[str, object]:
        """The fields that a save would send, by name, with their values.

        All of them for a new record; for a stored one those that differ from what the
        service last said, changes inside lists and dicts included.
        """
        return changed_fields(self)

    def copy(self) -> Self:
        """Return a separate copy with the same id, values and unsaved changes."""
        return copy.deepcopy(self)

    def save(self) -> Self:
        """Store this record: whole if it is new, else only what changed.

        Raises:
            RemoteError: the service refused; this object is as it was.
            TransportError: no answer came; `maybe_sent` says if it may be stored.
        """
        self._backend().save(self).raise_for_failures()
        return self

    def delete(self) -> None:
        """Delete this record from the service.

        Raises:
            NotSaved: it is not stored.
        """
        self._check_stored("delete")
        self._backend().delete(self).raise_for_failures()

    def refresh(self) -> Self:
        """Read this record again; unsaved changes are dropped.

        Raises:
            NotSaved: it is not stored.
        """
        self._check_stored("refresh")
        self._backend().refresh(self)
        return self

    def _check_stored(self, verb: str) -> None:
        if not self.is_stored:
            msg = f"{self!r} is not stored: there is nothing to {verb}; save it first"
            raise NotSaved(msg)

    def _backend(self) -> Backend:
        origin = self.__sky_origin__
        own = origin.backend if origin is not None else None
        return binding.resolve(self.__family__, own, self.__bound__)

    def _sky_missing(self, name: str) -> object:
        """Return the field that loading did not set, or raise why it did not."""
        with _filling:
            # another thread may have set it since it was looked for
            if name in self.__dict__:
                return self.__dict__[name]
        raise self._why_missing(name)

    def __sky_fill__(self, wire: bytes) -> None:
        """Convert every field at once, keeping what was assigned meanwhile."""
        with _filling:
            if self.__sky_filled__:
                return
            codec = self.__made_codec__ or self.__codec__()
            # to ask for its __dict__ would make one, and slow down every later read
            if len(get_referents(self)) == _UNTOUCHED:
                codec.fill(self, wire)
            else:
                self._fill_rest(codec, wire)
            # last, or other threads would take what is not set yet for missing
            self.__sky_filled__ = True

    def _fill_rest(self, codec: Codec, wire: bytes) -> None:
        fields, held = self.__sky_fields__, self.__dict__.copy()
        codec.fill(self, wire)
        for name, value in held.items():
            if name in fields:
                setattr(self, name, value)

    def _why_missing(self, name: str) -> Exception:
        where = f"{type(self).__name__}.{name}"
        descriptor = self.__sky_fields__[name]
        if self.__sky_wire__ is None:
            reason = "is set by the service: save the record first"
            if not descriptor.info.read_only:
                reason = "was not loaded before the record was deleted: assign it"
            msg = f"{where} {reason}"
            return NotLoaded(msg)
        origin = self.__sky_origin__
        if origin and origin.only is not None and descriptor.wire not in origin.only:
            msg = (
                f"{where} was left out by the query: add {where} to its .only(…), "
                "or call refresh()"
            )
            return NotLoaded(msg)
        return self.__codec__().explain(self, self.__sky_wire__, name)

    def __sky_load__(self, wire: bytes, origin: Origin) -> None:
        """Take over what the service says, dropping every local value."""
        for name in [k for k in self.__dict__ if k in self.__sky_fields__]:
            delattr(self, name)
        self.__sky_wire__ = wire
        self.__sky_origin__ = origin
        self.__sky_filled__ = False

    def __sky_forget__(self) -> None:
        """Become a new record with the same key and values: the stored one is gone."""
        key = self.ref_id
        if self.__sky_wire__ is not None and not self.__sky_filled__:
            self.__sky_fill__(self.__sky_wire__)
        for name, descriptor in self.__sky_fields__.items():
            if descriptor.info.read_only and name in self.__dict__:
                delattr(self, name)
        self.__sky_wire__ = self.__sky_origin__ = None
        self._set_key(key)

    def _set_key(self, key: str) -> None:
        raise NotImplementedError  # Record and Entity say how

    @classmethod
    def __sky_make__(cls, wire: bytes, origin: Origin) -> Self:
        """Return an instance over *wire*; its fields convert when one is first read."""
        instance = cls.__new__(cls)
        instance.__sky_wire__ = wire
        instance.__sky_origin__ = origin
        return instance

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Reference):
            return other == self
        if not isinstance(other, Model):
            return NotImplemented
        if other.__collection__ != self.__collection__:
            return False
        if other.__family__ != self.__family__:
            return False
        return other is self or other.ref_id == self.ref_id

    def __hash__(self) -> int:
        return hash((self.__collection__, self.ref_id))

    def __repr__(self) -> str:
        return show(self)

    def __getstate__(self) -> dict[str, object]:
        state = self._state()
        if self.__sky_origin__ is not None:
            state["__sky_origin__"] = self.__sky_origin__.detached()
        return state

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def _state(self) -> dict[str, object]:
        """Return every attribute that a copy needs to be the same record."""
        if self.__sky_wire__ is None:
            self._new_key()
        return dict(self.__dict__)

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        twin.__setstate__(self._state())
        return twin

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = type(self).__new__(type(self))
        for name, value in self._state().items():
            kept = name.startswith("__sky_") or is_ref(value)
            setattr(twin, name, value if kept else copy.deepcopy(value, memo))
        return twin
