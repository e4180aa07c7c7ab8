"""Files: listing and changing what is in the workspace's storage."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs
import msgspec

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.places import Place
from skysyn.errors import ConversionError, QueryError

from .accsyn_shapes import convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from skysyn.models import JSON, Answer

URI = "workspace/file"

Where: TypeAlias = Place | str


class Events(Protocol):
    """What sends events; an `AccsynSession`."""

    def event(
        self,
        method: str,
        uri: str,
        data: JSON = None,
        *,
        id: str | None = None,  # noqa: A002  # the envelope's word
        query: str | None = None,
    ) -> Answer:
        """Send an event and return its answer."""
        ...


class _EntryWire(msgspec.Struct):
    filename: str
    type: int = 1
    size: int | None = None
    modified: str | None = None
    files: list[Any] | None = None


class _Several(msgspec.Struct):
    path: str
    result: list[Any]


@attrs.frozen
class FileEntry:
    """A file or folder in a listing; *files* are those of a folder listed with it."""

    filename: str
    is_dir: bool
    size: int | None
    modified: datetime | None
    files: tuple[FileEntry, ...] = ()


@attrs.frozen(kw_only=True)
class Listing:
    """What a listing shows.

    *include* and *exclude* are filters such as `*.mov`, `word*` or `re('…')`, in any
    case; what is included is not excluded. *maxdepth* limits recursion.
    """

    recursive: bool = False
    getsize: bool = False
    maxdepth: int | None = None
    files_only: bool = False
    directories_only: bool = False
    include: str | Sequence[str] | None = None
    exclude: str | Sequence[str] | None = None

    def dump(self) -> dict[str, JSON]:
        """Return the options in their wire form; those not set are left out."""
        dumped: dict[str, JSON] = {
            "download": True,
            "recursive": self.recursive,
            "getsize": self.getsize,
        }
        more = {
            "maxdepth": self.maxdepth,
            "directories_only": self.directories_only,
            "files_only": self.files_only,
            "include": self.include,
            "exclude": self.exclude,
        }
        return dumped | {k: values.dump(v) for k, v in more.items() if v}


EVERYTHING = Listing()


@attrs.frozen
class Files:
    """The files of the workspace's storage; made by `session.files`."""

    _events: Events

    def ls(self, place: Where, listing: Listing = EVERYTHING) -> list[FileEntry]:
        """Return what is in a folder.

        Raises:
            ConversionError: *place* is no path; nothing was sent.
        """
        data = {"op": "ls", "path": path_of(place), **listing.dump()}
        return _entries(self._events.event("GET", URI, data).result)

    def ls_each(
        self, *places: Where, listing: Listing = EVERYTHING
    ) -> dict[str, list[FileEntry]]:
        """Return what is in several folders, by their paths, in one request."""
        if not places:
            msg = "no folders are named"
            raise QueryError(msg)
        paths: JSON = [path_of(place) for place in places]
        data = {"op": "ls", "path": paths, **listing.dump()}
        result = self._events.event("GET", URI, data).result
        rows = convert(result, list[_Several], URI)
        return {row.path: _entries(row.result) for row in rows}

    def walk(
        self, place: Where, *, maxdepth: int | None = None
    ) -> Iterator[tuple[Place, list[FileEntry]]]:
        """Yield each folder below *place* with what is in it, as it is read.

        A folder is a request, so progress shows, however large the tree is; the tree
        is never held. Folders at *maxdepth* are not entered.
        """
        start = place if isinstance(place, Place) else Place.parse(place)
        waiting = deque([(start, 1)])
        while waiting:
            folder, depth = waiting.popleft()
            entries = self.ls(folder)
            yield folder, entries
            if maxdepth is None or depth < maxdepth:
                below = [entry.filename for entry in entries if entry.is_dir]
                waiting.extend((folder / name, depth + 1) for name in below)

    def getsize(
        self,
        place: Where,
        *,
        include: str | Sequence[str] | None = None,
        exclude: str | Sequence[str] | None = None,
    ) -> int:
        """Return the bytes of a file, or of all files in a folder."""
        filters = {"include": include, "exclude": exclude}
        given = {name: values.dump(value) for name, value in filters.items() if value}
        data = {"op": "getsize", "path": path_of(place), **given}
        return convert(self._events.event("GET", URI, data).result, int, URI)

    def exists(self, place: Where) -> bool:
        """Whether there is a file or folder at *place*."""
        return self._done("GET", {"op": "exists", "path": path_of(place)})

    def mkdir(self, place: Where) -> bool:
        """Make a folder; the one it is in is there already."""
        return self._done("POST", {"op": "mkdir", "path": path_of(place)})

    def rename(self, place: Where, to: Where) -> bool:
        """Give a file or folder another name in the same folder."""
        return self._done(
            "PUT", {"op": "rename", "path": path_of(place), "path_to": path_of(to)}
        )

    def mv(self, place: Where, to: Where) -> bool:
        """Move a file or folder."""
        return self._done(
            "PUT", {"op": "move", "path": path_of(place), "path_to": path_of(to)}
        )

    def delete(self, place: Where, *, force: bool = False) -> bool:
        """Delete a file or an empty folder; *force* deletes folders that hold files."""
        return self._done(
            "POST", {"op": "delete", "path": path_of(place), "force": force}
        )

    def _done(self, method: str, data: JSON) -> bool:
        return convert(self._events.event(method, URI, data).result, bool, URI)


def path_of(place: object) -> str:
    """Return *place* as it is sent.

    Raises:
        ConversionError: it is no path.
    """
    text = str(place) if isinstance(place, (Place, str)) else ""
    if not text.strip() or "\0" in text:
        msg = f"path: {place!r} is no path"
        raise ConversionError(msg, field="path", value=place)
    return text


def _entries(result: object) -> list[FileEntry]:
    return [_entry(row) for row in convert(result, list[_EntryWire], URI)]


def _entry(row: _EntryWire) -> FileEntry:
    modified = values.load_date(row.modified) if row.modified else None
    below = tuple(_entries(row.files or []))
    return FileEntry(row.filename, row.type == 0, row.size, modified, below)
