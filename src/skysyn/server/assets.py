"""Assets: the bytes of an app's files, wherever they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from skysyn.errors import StateError

from .folder_assets import FolderAssets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO


class Replaced(StateError):
    """A file was replaced while it was read, so that its end belongs to another."""


class Content(Protocol):
    """What is in a file, the same to its end though the file may be replaced."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes *start* to *stop*, in pieces.

        Raises:
            Replaced: they cannot be had any more, at once or after some pieces.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""


class Assets(Protocol):
    """The files of one app, by their names."""

    def open(self, name: str) -> Content | None:
        """Return what is in the file *name* now; None if there is none."""

    def store(self, name: str, content: BinaryIO) -> int:
        """Store a file, whole or not at all; return its size in bytes.

        A file without any bytes is not stored.
        """
        ...


def open_assets(place: Path | str, options: Mapping[str, object]) -> Assets:
    """Return the files in *place*: a folder, or a URL that fsspec opens with *options*.

    Raises:
        DeclarationError: nothing is known that opens such a URL.
    """
    if isinstance(place, str) and place.startswith("file://"):
        place = place.removeprefix("file://")
    if isinstance(place, Path) or "://" not in place:
        return FolderAssets(Path(place))
    # not at the top: a server with a folder should not need fsspec
    from .remote_assets import RemoteAssets  # noqa: PLC0415  # only when it is wanted

    return RemoteAssets(place, options)
