"""Assets: the bytes of an app's files, wherever they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .folder_assets import FolderAssets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO


class Assets(Protocol):
    """The files of one app, by their names."""

    def size(self, name: str) -> int | None:
        """Return how many bytes the file *name* has; None if there is none."""

    def read(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes *start* to *stop* of a file, in pieces."""
        ...

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
