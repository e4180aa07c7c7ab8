"""Reading cassettes: YAML of bounded size and no code, with the line of each value."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias

import attrs
import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.resolver import Resolver

from skysyn.errors import CassetteError

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = (
    "dict[str, Value] | list[Value] | str | bytes | int | float | bool | None"
)
Place: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 100
MAX_VALUES = 200_000
MAX_PARTS = 20
_MAX_DIGITS = 1000

_YAML = "tag:yaml.org,2002:"
_TEXTS = {f"{_YAML}str", f"{_YAML}python/str", f"{_YAML}python/unicode"}
_PLAIN = {f"{_YAML}{name}" for name in ("null", "bool", "int", "float", "binary")}
_SCALARS = _TEXTS | _PLAIN
_COLLECTIONS = {f"{_YAML}map", f"{_YAML}seq"}
_TRUE = {"yes", "true", "on"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Mark(Protocol):
    """Where something stands, as both of PyYAML's readers say it."""

    @property
    def line(self) -> int:
        """The line, from 0."""
        ...


class _Tagged(Protocol):
    """The event of a value."""

    @property
    def tag(self) -> str | None:
        """What kind of value it claims to be."""
        ...

    @property
    def start_mark(self) -> _Mark | None:
        """Where it begins."""
        ...


class _Resolving(Protocol):
    """What says which kind of value a plain text is."""

    def resolve(
        self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]
    ) -> str:
        """Return the tag of *value*."""
        ...


@attrs.define
class _Open:
    """A collection whose end is not read yet; *key* is the last key read."""

    value: dict[str, Value] | list[Value]
    anchor: str | None
    before: int
    key: str | None = None


@attrs.define
class Reader:
    """Reads one YAML document from *data*; *path* is for errors.

    *lines*, if it is given, is told where each scalar stands.
    """

    data: bytes
    path: str
    lines: dict[Place, int] | None = None
    _stack: list[_Open] = attrs.field(factory=list[_Open])
    _anchors: dict[str, tuple[Value, int]] = attrs.field(
        factory=dict[str, tuple[Value, int]]
    )
    _count: int = 0
    _found: list[Value] = attrs.field(factory=list[Value])

    def read(self) -> Value:
        """Return the document.

        Raises:
            CassetteError: it is no YAML, too large, or asks for more than data.
        """
        if len(self.data) > MAX_BYTES:
            msg = f"it is larger than {MAX_BYTES >> 20} MiB: make several tests of it"
            raise CassetteError(msg, path=self.path, line=1)
        try:
            for event in self._events():
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._refuse(f"this is no YAML: {error.problem or error.context}", mark)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self._refuse(f"this is no YAML: {str(error).splitlines()[0]:.200}", None)
        return self._found[0] if self._found else None

    def _events(self) -> Iterator[yaml.Event]:
        yield from yaml.parse(self.data, Loader=_LOADER)

    def _take(self, event: yaml.Event) -> None:
        # the commonest first: a large file has a quarter of a million of them
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, AliasEvent):
            self._alias(event)

    def _open(
        self,
        value: dict[str, Value] | list[Value],
        event: MappingStartEvent | SequenceStartEvent,
    ) -> None:
        self._check_tag(event, _COLLECTIONS)
        if not self._stack and isinstance(value, list):
            self._refuse("a cassette is a mapping", event.start_mark)
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(f"it nests deeper than {MAX_DEPTH}", event.start_mark)
        self._add_to_count(1, event)
        self._stack.append(_Open(value, event.anchor, self._count))

    def _close(self, event: yaml.Event) -> None:
        done = self._stack.pop()
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.value, self._count - done.before + 1)
        self._put(done.value, event)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self._anchors:
            self._refuse(f"nothing is called &{event.anchor}", event.start_mark)
        value, size = self._anchors[event.anchor]
        # what is repeated counts as often as it stands there
        self._add_to_count(size, event)
        self._put(value, event)

    def _scalar(self, event: ScalarEvent) -> None:
        self._check_tag(event, _SCALARS)
        self._add_to_count(1, event)
        value = self._structured(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, event)

    def _structured(self, event: ScalarEvent) -> Value:
        tag, text = event.tag, event.value
        is_plain = event.implicit[0] and len(text) <= _MAX_DIGITS
        if (tag is None or tag == "!") and not is_plain:
            return text
        try:
            if tag is None or tag == "!":
                return _plain(text)
            return _scalar(tag.removeprefix(_YAML), text)
        except (ValueError, binascii.Error) as error:
            self._refuse(f"{text!r:.80}: {error}", event.start_mark)

    def _check_tag(self, event: _Tagged, allowed: set[str]) -> None:
        tag = event.tag
        if tag is not None and tag != "!" and tag not in allowed:
            msg = f"the tag {tag!r:.80} is refused: a cassette holds data only"
            self._refuse(msg, event.start_mark)

    def _put(self, value: Value, event: yaml.Event) -> None:
        if not self._stack:
            if not isinstance(value, dict):
                self._refuse("a cassette is a mapping", event.start_mark)
            if self._found:
                self._refuse("a cassette is one document", event.start_mark)
            self._found.append(value)
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            self._note(len(top.value), value, event)
            top.value.append(value)
        elif top.key is None:
            top.key = self._key(value, top.value, event)
        else:
            self._note(top.key, value, event)
            top.value[top.key] = value
            top.key = None

    def _key(self, value: Value, into: dict[str, Value], event: yaml.Event) -> str:
        if isinstance(value, (dict, list, bytes)):
            self._refuse("a key is text", event.start_mark)
        key = value if isinstance(value, str) else str(value)
        if len(self._stack) == 1 and len(into) >= MAX_PARTS:
            msg = f"it has more than {MAX_PARTS} parts besides its interactions"
            self._refuse(msg, event.start_mark)
        if key in into:
            self._refuse(f"the key {key!r:.80} stands twice", event.start_mark)
        return key

    def _note(self, last: str | int, value: Value, event: yaml.Event) -> None:
        if self.lines is None or isinstance(value, (dict, list)):
            return
        above = [
            len(level.value) if isinstance(level.value, list) else level.key or ""
            for level in self._stack[:-1]
        ]
        self.lines[(*above, last)] = _line(event.start_mark)

    def _add_to_count(self, more: int, event: yaml.Event) -> None:
        self._count += more
        if self._count > MAX_VALUES:
            msg = f"it has more than {MAX_VALUES:,} values: make several tests of it"
            self._refuse(msg, event.start_mark)

    def _refuse(self, msg: str, mark: _Mark | None) -> NoReturn:
        raise CassetteError(msg, path=self.path, line=_line(mark)) from None


def _line(mark: _Mark | None) -> int:
    return 1 if mark is None else mark.line + 1


_resolver: _Resolving = Resolver()


@lru_cache(4096)
def _plain(text: str) -> Value:
    """Return the value that *text* without quotes is."""
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False))
    return _scalar(tag.removeprefix(_YAML), text)


def _scalar(kind: str, text: str) -> Value:
    """Return the value that *text* of this *kind* is; times stay text."""
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() in _TRUE
        case "int" if ":" not in text:
            return _integer(text.replace("_", ""))
        case "float" if ":" not in text:
            return _number(text.replace("_", "").lower())
        case "binary":
            return base64.b64decode("".join(text.split()), validate=True)
        case _:
            return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    if digits[:2] in {"0x", "0b"}:
        return int(text, 0)
    # YAML 1.1, which is what PyYAML writes, counts by eight after a zero
    return int(text, 8 if digits.startswith("0") else 10)


def _number(text: str) -> float:
    is_special = text.lstrip("+-") in {".inf", ".nan"}
    return float(text.replace(".", "") if is_special else text)
