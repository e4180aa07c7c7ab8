"""Places: where files are, as accsyn writes it: `[party:]path`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, get_args

import attrs

from skysyn.errors import ConversionError

if TYPE_CHECKING:
    from attrs import Attribute

RootKind: TypeAlias = Literal[
    "share", "volume", "folder", "home", "collection", "delivery"
]
HostKind: TypeAlias = Literal["site", "client", "user", "code"]

ROOTS: tuple[RootKind, ...] = get_args(RootKind)
HOSTS: tuple[HostKind, ...] = get_args(HostKind)
DEFAULT = "(default)"
"""The name of the default volume, as in `share=(default)/in`."""

_ROOT = re.compile(rf"({'|'.join(ROOTS)})=([^/]*)(?:/(.*))?", re.DOTALL)
_HOST = re.compile(r"(site|client|user)=([^:/]+)(?::(.*))?", re.DOTALL)
# an email, perhaps with `@host`, or a workspace code such as `hq`; one letter is a
# Windows drive
_CODE = re.compile(r"([^\s:/\\=]{2,}):(.*)", re.DOTALL)


def _check_text(value: object, field: str) -> None:
    if not isinstance(value, str):
        msg = f"{value!r:.80} is no {field}: it is a text, as in str(…)"
        raise ConversionError(msg, field=field, value=value)


def _check_kind(one: Host | Root, _: object, value: object) -> None:
    kinds = ROOTS if isinstance(one, Root) else HOSTS
    if value not in kinds:
        msg = f"{value!r:.80} is no kind of place: there are {', '.join(kinds)}"
        raise ConversionError(msg, field="kind", value=value)


def _check_part(_: Place, attribute: Attribute[Any], value: object) -> None:
    kind = Root if attribute.name == "root" else Host
    if value is not None and not isinstance(value, kind):
        how = "on('share', 'proj')" if kind is Root else "at('site', 'berlin')"
        msg = f"{value!r:.80} is no {kind.__name__}: write Place.{how}"
        raise ConversionError(msg, field=attribute.name, value=value)


def _check_host(host: Host, _: object, value: str) -> None:
    _check_text(value, "name")
    shortest = 2 if host.kind == "code" else 1
    bad = ":/=\\ " if host.kind == "code" else ":/"
    if len(value) < shortest or set(bad) & set(value) or value != value.strip():
        msg = f"{value!r} is no name of a {host.kind}"
        raise ConversionError(msg, field="name", value=value)


def _check_root(root: Root, _: object, value: str) -> None:
    _check_text(value, "name")
    if not value or "/" in value or value != value.strip():
        msg = f"{value!r} is no code or id of a {root.kind}"
        raise ConversionError(msg, field="name", value=value)


def _check_path(_: Place, __: object, value: str) -> None:
    _check_text(value, "path")
    if "\0" in value:
        msg = f"{value!r} is no path: it holds a NUL"
        raise ConversionError(msg, field="path", value=value)


@attrs.frozen
class Host:
    """Whose machine files are on.

    *kind* "site", "client" and "user" are written out, as in `site=berlin`; "code" is
    an email, `email@host`, a workspace's code, or `hq`, the main site.
    """

    kind: HostKind = attrs.field(validator=_check_kind)
    name: str = attrs.field(validator=_check_host)

    def __str__(self) -> str:
        return self.name if self.kind == "code" else f"{self.kind}={self.name}"


@attrs.frozen
class Root:
    """Storage that a path starts at: `share=proj`; "share" is storage of any kind."""

    kind: RootKind = attrs.field(validator=_check_kind)
    name: str = attrs.field(validator=_check_root)

    def __str__(self) -> str:
        return f"{self.kind}={self.name}"


@attrs.frozen
class Place:
    """A file or folder: a *path*, perhaps below a *root*, perhaps on a *host*.

    Without a root the path is absolute, below the user's home (`~/…`) or below the
    default volume. A path that ends in `/` is a folder to put things into. Build one
    with `Place.on("share", "proj") / "scd" / "a.mov"`; `str()` is what is sent.
    """

    path: str = attrs.field(default="", validator=_check_path)
    root: Root | None = attrs.field(default=None, validator=_check_part)
    host: Host | None = attrs.field(default=None, validator=_check_part)

    @classmethod
    def on(cls, kind: RootKind, name: str, path: str = "") -> Self:
        """Return the place at *path* of the storage *name*, a code or an id."""
        return cls(path, Root(kind, name))

    @classmethod
    def at(cls, kind: HostKind, name: str, path: str = "") -> Self:
        """Return the place at *path* of a machine; no path mirrors the source's."""
        return cls(path, host=Host(kind, name))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the place that *text* names.

        Raises:
            ConversionError: it names none.
        """
        if not isinstance(text, str) or not text.strip():  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
            msg = f"{text!r:.80} names no place"
            raise ConversionError(msg, value=text)
        if found := _HOST.fullmatch(text):
            kind, name, rest = found.groups()
            return cls._parse_path(rest or "", Host(_host_kind(kind), name))
        if found := _CODE.fullmatch(text):
            return cls._parse_path(found[2], Host("code", found[1]))
        return cls._parse_path(text, None)

    @classmethod
    def _parse_path(cls, text: str, host: Host | None) -> Self:
        if found := _ROOT.fullmatch(text):
            root = Root(_root_kind(found[1]), found[2])
            return cls(found[3] or "", root, host)
        return cls(text, None, host)

    def __truediv__(self, name: str) -> Self:
        """Return the place called *name* below this one."""
        is_text = isinstance(name, str)  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        if not is_text or not name or name.startswith("/") or "\0" in name:
            msg = f"{name!r:.80} is no name below {self}"
            raise ConversionError(msg, value=name)
        below = (
            self.path if not self.path or self.path.endswith("/") else f"{self.path}/"
        )
        return attrs.evolve(self, path=f"{below}{name}")

    def __str__(self) -> str:
        path = self.path
        if self.root is not None:
            path = f"{self.root}/{path}" if path else str(self.root)
        if self.host is None:
            return path
        is_bare = not path and self.host.kind != "code"
        return str(self.host) if is_bare else f"{self.host}:{path}"


def _host_kind(text: str) -> HostKind:
    return {"site": "site", "client": "client", "user": "user"}[text]  # type: ignore[return-value]  # one of them


def _root_kind(text: str) -> RootKind:
    return next(kind for kind in ROOTS if kind == text)
