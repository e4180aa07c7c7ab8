"""Sequences: frames of a path such as `img.%04d.exr[1001-1100]`."""

from __future__ import annotations

import re

from skysyn.dialects.accsyn.refusals import invalid

_RANGE = re.compile(r"(.*)\[(\d{1,9})-(\d{1,9})\]", re.DOTALL)
_NUMBER = re.compile(r"%0?(\d?)d|#+")
_MOST = 20_000


def frames(path: str) -> list[str]:
    """Return the paths of a sequence's frames; of any other path, the path.

    Raises:
        InvalidRequest: there are too many, or none.
    """
    found = _RANGE.fullmatch(path)
    if found is None:
        return [path]
    template, first, last = found[1], int(found[2]), int(found[3])
    folder, slash, name = template.rpartition("/")
    number = _NUMBER.search(name)
    if number is None:
        return [path]
    if not first <= last < first + _MOST:
        msg = f"path: [{first}-{last}] is no range of at most {_MOST} frames"
        raise invalid(msg)
    width = len(number[0]) if number[0].startswith("#") else int(number[1] or 1)
    before, after = name[: number.start()], name[number.end() :]
    return [
        f"{folder}{slash}{before}{frame:0{width}}{after}"
        for frame in range(first, last + 1)
    ]
