"""References: the id of another record, which knows its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

import msgspec

from skysyn.arguments import check_argument
from skysyn.errors import ConversionError, NoSessionError

from .binding import Backend

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from .model import Model

R_co = TypeVar("R_co", covariant=True)
M = TypeVar("M", bound="Model")


class RecordID(msgspec.Struct, frozen=True, order=True, gc=False):
    """Who a record is: its record *type* and its *key*; `str()` is `type/key`."""

    type: str
    key: str

    @classmethod
    def parse(cls, text: str) -> RecordID:
        """Split `type/key` at the first slash; keys may hold more of them.

        Raises:
            ConversionError: there is no slash, or nothing on one side of it.
        """
        check_argument(text, str, "RecordID.parse() takes 'type/key'", ConversionError)
        kind, slash, key = text.partition("/")
        if not (kind and slash and key):
            msg = f"{text!r} is not a record id: write 'type/key'"
            raise ConversionError(msg, value=text)
        return cls(kind, key)

    def __str__(self) -> str:
        return f"{self.type}/{self.key}"


@runtime_checkable
class Ref(Protocol[R_co]):
    """A reference to a record of one model: what `Field[Ref[User]]` holds.

    A record is a reference to itself, so a `User` fits wherever a `Ref[User]` does.
    """

    @property
    def ref_id(self) -> str:
        """The key of the record referred to."""
        ...

    @property
    def is_loaded(self) -> bool:
        """Whether `load()` needs no request."""
        ...

    def load(self) -> R_co:
        """Return the record, fetching it unless it came along with the query.

        Raises:
            NotFound: it does not exist, or this user may not read it.
            NoSessionError: nothing says where to fetch it.
        """
        ...


class Reference(msgspec.Struct, Generic[M], eq=False):
    """A reference by key, with the model and where to fetch the record from."""

    model: type[M]
    key: str
    backend: Backend | None = None
    target: M | None = None

    @property
    def ref_id(self) -> str:
        """The key of the record referred to."""
        return self.key

    @property
    def is_loaded(self) -> bool:
        """Whether the record came along with the query."""
        return self.target is not None

    def load(self) -> M:
        """Return the record, fetching it unless it came along with the query."""
        if self.target is None:
            self.target = self._backend().get(self.model, self.key)
        return self.target

    def _backend(self) -> Backend:
        found = self.backend or self.model.__backend__()
        if found is None:
            msg = (
                f"no session to load {self} from: use "
                f"session.get({self.model.__name__}, {self.key!r})"
            )
            raise NoSessionError(msg)
        return found

    if not TYPE_CHECKING:
        # checkers must not take every name for an attribute

        def __getattr__(self, name: str) -> object:
            model = self.model.__name__
            msg = f"{self!r} has no attribute {name!r}"
            if name in self.model.__sky_fields__:
                msg += (
                    f": it is the field of a {model}, which is not fetched by itself; "
                    f"write .load().{name}"
                )
            raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        model: type = getattr(other, "model", type(other))
        if not hasattr(model, "__collection__"):
            return NotImplemented
        who = getattr(model, "__collection__", None), getattr(other, "ref_id", None)
        return who == (self.model.__collection__, self.key)

    def __ne__(self, other: object) -> bool:
        return not self == other  # a struct's own `!=` would compare every field

    def __hash__(self) -> int:
        return hash((self.model.__collection__, self.key))

    def __str__(self) -> str:
        return f"{self.model.__collection__}/{self.key}"

    def __repr__(self) -> str:
        return f"Ref({self.model.__name__}, {self.key!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Reference, (self.model, self.key, None, self.target)


def is_reference(value: object) -> TypeIs[Reference[Model]]:
    """Whether *value* is a reference by key, not a record."""
    return isinstance(value, Reference)


def is_ref(value: object) -> TypeIs[Ref[object]]:
    """Whether *value* refers to a record: by key, or by being it."""
    return isinstance(value, Ref)
