"""Options: what scripts pass beside a statement, checked before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from skysyn.dialects.accsyn import values
from skysyn.errors import QueryError

if TYPE_CHECKING:
    from .plain import Given


def fields(given: object, where: str = "data") -> Given:
    """Return the attributes that are given.

    Raises:
        QueryError: they are no dict, or an empty one.
    """
    if isinstance(given, Mapping) and given:
        return cast("Given", given)
    msg = f"{where}: a dict is wanted that is not empty, not {given!r:.80}"
    raise QueryError(msg)


def parent(entityid: object) -> dict[str, object]:
    """Return the parent job or collection."""
    if entityid is None:
        return {}
    return {"parent": values.check_id(entityid, "entityid")}


def flags(given: Given) -> dict[str, object]:
    """Return the flags that are given.

    Raises:
        QueryError: one is neither true nor false.
    """
    for name, value in given.items():
        if value is not None and not isinstance(value, bool):
            msg = f"{name}: it is True or False, not {value!r}"
            raise QueryError(msg)
    return {name: value for name, value in given.items() if value is not None}


def counts(given: Given) -> dict[str, object]:
    """Return the numbers that are given.

    Raises:
        QueryError: one is no whole number from 0 up.
    """
    for name, value in given.items():
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if value is not None and not is_count:
            msg = f"{name}: it is a whole number from 0 up, not {value!r}"
            raise QueryError(msg)
    return {name: value for name, value in given.items() if value is not None}


def not_zero(numbers: Given) -> dict[str, object]:
    """Return the *numbers* but zeros: a limit of 0 has always meant none."""
    return {name: value for name, value in numbers.items() if value}


def attributes(given: object) -> dict[str, object]:
    """Return the attributes to answer with.

    Raises:
        QueryError: they are no list of names.
    """
    if given is None:
        return {}
    names = cast("list[object]", given) if isinstance(given, list) else [None]
    stripped = [name.strip() for name in names if isinstance(name, str)]
    if len(stripped) != len(names):
        msg = f"attributes: they are a list of names, not {given!r:.80}"
        raise QueryError(msg)
    return {"attributes": stripped} if stripped else {}


def check_paths(path: object) -> None:
    """Raise QueryError unless *path* is a path, or a list of them."""
    paths = cast("list[object]", path) if isinstance(path, list) else [path]
    if not paths or not all(isinstance(p, str) and p.strip() for p in paths):
        msg = f"path: it is a text or a list of texts, not {path!r:.80}"
        raise QueryError(msg)


def rows(given: object, wanted: str) -> list[Given]:
    """Return the list of dicts that is given.

    Raises:
        QueryError: it is something else.
    """
    found = (
        list(cast("list[object]", given))
        if isinstance(given, (list, tuple))
        else [None]
    )
    if not all(isinstance(row, Mapping) for row in found):
        msg = f"data: a list of {wanted} is wanted, not {given!r:.80}"
        raise QueryError(msg)
    return cast("list[Given]", found)


def with_sizes(files: object) -> list[dict[str, object]]:
    """Return copies of *files* to publish that have every size.

    Raises:
        QueryError: they are no list of files.
    """
    return [_with_size(file) for file in rows(files, "files")]


def _with_size(file: Given) -> dict[str, object]:
    below = file.get("files")
    found = dict(file)
    if isinstance(below, list):
        found["files"] = with_sizes(cast("object", below))
    return {**found, "size": size_of(found)}


def size_of(file: Given) -> int:
    """Return the size of a file, or of all files in a folder."""
    size, below = file.get("size"), file.get("files")
    if isinstance(size, int):
        return size
    if isinstance(below, list):
        return sum(size_of(one) for one in cast("list[Given]", below))
    return 0
