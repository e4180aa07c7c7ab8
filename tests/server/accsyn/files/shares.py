"""Shares: a real folder with secrets beside it, and who may do what there."""

from __future__ import annotations

import stat
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.server.accsyn import copying
from skysyn.server.accsyn.contracts import Grant, Listed, Spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from skysyn.server.accsyn.storage import Storage
SECRET = "the secret of somebody else"
SINGLE = ["ls", "getsize", "exists", "mkdir", "delete"]


@attrs.frozen
class Shares:
    """The shares of one caller, as tests want them."""

    spots: Mapping[str, Spot]
    lists: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Any])

    def spot(self, kind: str, name: str) -> Spot | None:
        return self.spots.get("proj" if name == "(default)" else name)

    def contents(self, kind: str, name: str) -> Sequence[Listed] | None:
        paths = self.lists.get(name)
        return None if paths is None else [Listed(path, self) for path in paths]

    def home(self) -> Spot | None:
        return self.spots.get("home")


PROJ = Spot("5a1", "volume", "proj", "")
ALL = Shares(
    {
        "proj": PROJ,
        "scd": Spot("5a2", "folder", "proj", "/in/"),
        "home": Spot("5a3", "home", "proj", "homes/kim"),
        "bare": Spot("5a4", "volume", "bare", ""),
    },
    {"refs": ["share=proj/a.mov", "share=proj/in"]},
)


def granted(path: str, *, read: bool = False, write: bool = False) -> Shares:
    return Shares({"proj": attrs.evolve(PROJ, grants=[Grant(path, read, write)])})


class Unhurried:
    """Somebody who wants everything that is copied."""

    def check(self) -> None:
        return

    def keep(self) -> AbstractContextManager[None]:
        return nullcontext()


@attrs.frozen
class World:
    """A share over a real folder, with secrets beside it."""

    root: Path
    storage: Storage

    def run(self, op: str, path: Any, who: Shares = ALL, **more: Any) -> Any:
        return self.storage.run({"op": op, "path": path, **more}, who)

    def copy(self, source: str, destination: str) -> bool:
        """Copy what a transfer moves; whether both ends are here."""
        ways = self.storage.ways(source, ALL, Listed(destination, ALL))
        return ways is not None and copying.copy(ways, "0" * 32, Unhurried())

    def ls(self, path: object = "share=proj", **more: Any) -> list[str]:
        return [entry["filename"] for entry in self.run("ls", path, **more)]

    def tree(self) -> dict[str, str]:
        """Return every file beside the share and in it, with what it holds."""
        return {
            str(path): path.read_text() if path.is_file() else ""
            for path in sorted(self.root.parent.rglob("*"))
            if not stat.S_ISFIFO(path.lstat().st_mode)
        }
