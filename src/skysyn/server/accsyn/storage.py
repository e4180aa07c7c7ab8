"""Storage: the operations of `workspace/file`, on real folders."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.places import Place
from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.errors import ConversionError, NotFound

from . import folders
from .copying import Way
from .listing import Options
from .paths import join, split
from .remembering import Remembering
from .sequences import frames
from .standing import Standing
from .walking import Ground

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.models import JSON

    from .contracts import Listed, Places, Spot
    from .paths import Names

UNMEASURED = 10_000_000
"""The size of files on machines that the server cannot look at."""

_MOST_PATHS = 10_000
_DEEPEST = 4
_SINGLE = frozenset({"ls", "getsize", "exists", "mkdir", "delete"})
_DOUBLE = frozenset({"rename", "move"})
_LISTED = ("collection", "delivery")


def _resolved(roots: Mapping[str, Path]) -> dict[str, Path]:
    return {code.lower(): root.resolve(strict=True) for code, root in roots.items()}


@attrs.frozen
class Storage:
    """Real folders as volumes, by the volumes' codes."""

    roots: Mapping[str, Path] = attrs.field(converter=_resolved)

    def run(self, data: Mapping[str, JSON], places: Places) -> JSON:
        """Do `data["op"]` and return the result.

        Raises:
            RemoteError: it cannot be done, or is not allowed.
        """
        op, path = data.get("op"), data.get("path")
        if op in _DOUBLE:
            return self._move(data, places, keeps_folder=op == "rename")
        if op not in _SINGLE:
            msg = f"op: {op!r:.40} is no operation on files"
            raise invalid(msg)
        if isinstance(path, list):
            return self._each(str(op), path, data, places)
        return self._one(str(op), _text(path, "path"), data, places)

    def _each(
        self, op: str, paths: list[JSON], data: Mapping[str, JSON], places: Places
    ) -> JSON:
        if len(paths) > _MOST_PATHS:
            msg = f"path: more than {_MOST_PATHS} of them"
            raise invalid(msg)
        texts = [_text(path, "path") for path in paths]
        known = Remembering(places)
        return [
            {"path": text, "result": self._one(op, text, data, known)} for text in texts
        ]

    def _one(
        self, op: str, text: str, data: Mapping[str, JSON], places: Places
    ) -> JSON:
        match op:
            case "ls":
                return self._ls(text, Options.load(data), places, 0)
            case "getsize":
                return self._getsize(text, Options.load(data), places, 0)
            case "exists":
                return self._exists(text, places)
            case "mkdir":
                folders.mkdir(*self._stand(text, places).writing())
            case _:
                force = data.get("force") is True
                folders.delete(*self._stand(text, places).writing(), force=force)
        return True

    def _ls(self, text: str, options: Options, places: Places, depth: int) -> JSON:
        contents = self._contents(text, places, depth)
        if contents is None:
            ground, names, sees = self._stand(text, places).reading()
            return folders.ls(ground, names, options, sees)
        found: list[JSON] = []
        is_inside = bool(split(_parse(text).path))
        for one in contents:
            found += self._shown(one, options, is_inside=is_inside)
        return found

    def _shown(self, one: Listed, options: Options, *, is_inside: bool) -> list[JSON]:
        """Return the entry of a file or folder that is listed, or what is inside."""
        ground, names, sees = self._stand(one.path, one.places).reading()
        if not names or (is_inside and folders.is_folder(ground, names)):
            return folders.ls(ground, names, options, sees)
        return folders.entry(ground, names, options, sees)

    def _getsize(self, text: str, options: Options, places: Places, depth: int) -> int:
        contents = self._contents(text, places, depth)
        if contents is None:
            ground, names, sees = self._stand(text, places).reading()
            return folders.getsize(ground, names, options, sees)
        return sum(
            self._getsize(one.path, options, one.places, depth + 1) for one in contents
        )

    def _exists(self, text: str, places: Places) -> bool:
        try:
            if self._contents(text, places, 0) is not None:
                return True
            ground, names, sees = self._stand(text, places).reading()
        except NotFound:
            return False
        is_seen = all(sees(names[:depth]) for depth in range(1, len(names) + 1))
        return is_seen and folders.exists(ground, names)

    def _move(
        self, data: Mapping[str, JSON], places: Places, *, keeps_folder: bool
    ) -> JSON:
        source = self._stand(_text(data.get("path"), "path"), places)
        start = source.writing()  # a share's own folder has no name to move
        text = _text(data.get("path_to"), "path_to")
        target = self._stand(text, places)
        if keeps_folder and _folder(source) != _folder(target):
            msg = "path_to: it names another folder: move the file instead"
            raise invalid(msg)
        is_into = text.endswith(("/", "\\")) or not target.names
        if not keeps_folder and (is_into or self._is_folder(target)):
            target = attrs.evolve(target, names=(*target.names, source.names[-1]))
        folders.move(*start, *target.writing())
        return True

    def _is_folder(self, standing: Standing) -> bool:
        ground, names = standing.writing()
        return folders.is_folder(ground, names)

    def size(self, path: str, places: Places) -> int | None:
        """Return the bytes at *path*; None if nothing is there (a missing source).

        What is on a user's machine cannot be measured: it is taken for 10 MB.

        Raises:
            RemoteError: it may not be read.
        """
        if self._is_elsewhere(path, places):
            return UNMEASURED
        try:
            known = Remembering(places)
            sizes = [self._getsize(one, Options(), known, 0) for one in frames(path)]
        except NotFound:
            return None
        return sum(sizes)

    def ways(self, source: str, places: Places, end: Listed) -> list[Way] | None:
        """Return what to copy between two shares; None unless both are here.

        Raises:
            RemoteError: it is not there, or is not allowed.
        """
        if self._is_elsewhere(source, places):
            return None
        if self._is_elsewhere(end.path, end.places):
            return None
        target = self._stand(end.path, end.places)
        is_folder = end.path.endswith(("/", "\\")) or not target.names
        known, found = Remembering(places), list[Way]()
        for one in frames(source):
            start, place = self._start(one, known, 0), target
            if is_folder or one != source:
                place = attrs.evolve(target, names=(*target.names, *start.names[-1:]))
            ground, names, _ = start.reading()
            found.append(_outside(Way(ground, names, *place.writing())))
        return found

    def _start(self, text: str, places: Places, depth: int) -> Standing:
        """Return where *text* is, or what a collection or delivery lists by it."""
        contents = self._contents(text, places, depth)
        if contents is None:
            return self._stand(text, places)
        if len(contents) != 1:
            msg = f"{text:.80} is not one file or folder"
            raise invalid(msg)
        return self._start(contents[0].path, contents[0].places, depth + 1)

    def _here(self, found: Sequence[Listed]) -> list[Listed]:
        """Return what is here of *found*, each frame of a sequence by itself."""
        return [
            attrs.evolve(one, path=path)
            for one in found
            if self._is_seen(one)
            for path in frames(one.path)
        ]

    def _is_seen(self, one: Listed) -> bool:
        """Whether a path is here, in a share that may be seen."""
        try:
            return not self._is_elsewhere(one.path, one.places)
        except NotFound:
            return False

    def _is_elsewhere(self, path: str, places: Places) -> bool:
        """Whether a path is on a machine, or a volume, without a folder here."""
        place = _parse(path)
        if place.host is not None and not _is_here(place):
            return True
        if place.root is not None and place.root.kind in _LISTED:
            return False
        if place.root is None and _is_absolute(place.path):
            return self._below(place.path) is None
        spot = self._spot(place, places)
        return spot.volume.lower() not in self.roots

    def names(self, text: str, places: Places) -> list[str]:
        """Return what a collection or delivery has, as far as it is here."""
        return [_last(one.path) for one in self._contents(text, places, 0) or ()]

    def found(self, volume: str, path: str) -> None:
        """Make the folder of a new share, if its volume is here."""
        root = self.roots.get(volume.lower())
        if root is not None:
            with folders.told(split(path)):
                folders.make_way(Ground(root), split(path))

    def locate(self, path: str, places: Places) -> tuple[Ground, Names] | None:
        """Return where a path that may be changed is; None if it is not here."""
        if self._is_elsewhere(path, places):
            return None
        return self._stand(path, places).writing()

    def _contents(self, text: str, places: Places, depth: int) -> list[Listed] | None:
        """Return what a collection or delivery lists here; None for others."""
        place = _parse(text)
        if place.root is None or place.root.kind not in _LISTED:
            return None
        found = places.contents(place.root.kind, place.root.name)
        if found is None or depth > _DEEPEST:
            msg = f"{place.root} does not exist"
            raise unknown(msg)
        names = split(place.path)
        here = self._here(found)
        if not names:
            return here
        first, *rest = names
        inside = [one for one in here if _last(one.path) == first]
        if not inside:
            msg = f"{first} is not in {place.root}"
            raise unknown(msg)
        return [
            attrs.evolve(one, path=join((one.path.rstrip("/"), *rest)))
            for one in inside
        ]

    def _stand(self, text: str, places: Places) -> Standing:
        """Return where *text* is, for this caller.

        Raises:
            RemoteError: it is nowhere, or leads out of its share.
        """
        place = _parse(text)
        if place.host is not None and not _is_here(place):
            msg = f"{place.host} is a machine that the server has no files of"
            raise invalid(msg)
        if place.root is not None and place.root.kind in _LISTED:
            msg = f"what {place.root} lists is changed in its own share"
            raise denied(msg)
        path = place.path
        if place.root is None and _is_absolute(path):
            code, path = self._below(path) or (None, path)
            if code is None:
                msg = "an absolute path is one of a user's machine: name a share"
                raise invalid(msg)
            place = Place.on("volume", code, path)
        spot = self._spot(place, places)
        names = split(path.removeprefix("~") if place.root is None else path)
        return Standing(self._root(spot), spot, names)

    def _spot(self, place: Place, places: Places) -> Spot:
        root = place.root
        if root is None and (place.path == "~" or place.path.startswith("~/")):
            found, shown = places.home(), "your home"
        elif root is None:
            found, shown = places.spot("volume", "(default)"), "a default volume"
        else:
            found, shown = places.spot(root.kind, root.name), str(root)
        if found is None:
            msg = f"{shown} does not exist"
            raise unknown(msg)
        return found

    def _root(self, spot: Spot) -> Path:
        root = self.roots.get(spot.volume.lower())
        if root is None:
            msg = f"the volume {spot.volume} has no folder here: start the server with "
            msg += f"--share {spot.volume}=FOLDER"
            raise unknown(msg)
        return root

    def _below(self, path: str) -> tuple[str, str] | None:
        """Return the volume that an absolute path is on, and the path below it."""
        for code, root in self.roots.items():
            if PurePosixPath(path).is_relative_to(root):
                return code, str(PurePosixPath(path).relative_to(root))
        return None


def _outside(way: Way) -> Way:
    """Refuse to copy a folder into itself, which has no end."""
    start = way.ground.root.joinpath(*way.ground.base, *way.names)
    end = way.other.root.joinpath(*way.other.base, *way.others)
    if start in end.parents:
        msg = f"{join(way.others)} is inside of what is copied"
        raise invalid(msg)
    return way


def _text(value: JSON, name: str) -> str:
    if isinstance(value, str) and value.strip():
        return value
    msg = f"{name}: a path is wanted, not {value!r:.60}"
    raise invalid(msg)


def _parse(text: str) -> Place:
    try:
        return Place.parse(text.replace("\\", "/"))
    except ConversionError as error:
        msg = f"path: {error}"
        raise invalid(msg) from None


def _is_here(place: Place) -> bool:
    host = place.host
    return host is not None and host.kind == "code" and "@" not in host.name


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\")) or path[1:3] in {":\\", ":/"}


def _last(path: str) -> str:
    names = split(_parse(path).path)
    return names[-1] if names else ""


def _folder(standing: Standing) -> tuple[Path, Names]:
    names = (*split(standing.spot.folder), *standing.names)
    return standing.root, names[:-1]
