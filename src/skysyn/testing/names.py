"""Names: where the cassette of a test is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

_SAFE = re.compile(r"[a-z0-9_.=,+-]*")
_REPLACED = re.compile(r"[^a-z0-9_.=,+-]+")
_LONGEST = 80


def place_of(node: str, service: str) -> Path:
    """Return the place of the cassette of the test *node*, below the folder of all.

    `tests/test_a.py::TestB::test_c[d]` is `<service>/tests/test_a/TestB.test_c-d.yaml`.
    No two tests share one, on any file system.
    """
    file, _, name = node.partition("::")
    # a test outside of the project has a path that leads up, and its cassette stays in
    parts = ["~" if part == ".." else part for part in Path(_module(file)).parts]
    folder = Path(service, *(part for part in parts if part != Path(file).anchor))
    return folder / f"{_file(name)}.yaml"


def twin_of(folder: Path, place: Path) -> Path | None:
    """Return what some file systems take for *place* below *folder*, and is another.

    They know no case, or no two forms of one letter.
    """
    for part in place.parts:
        try:
            others = sorted(one for one in folder.iterdir() if one.name != part)
        except OSError:
            return None
        for one in others:
            if _folded(one.name) == _folded(part):
                return one
        folder /= part
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _module(file: str) -> str:
    # another plugin's file may have the name of a module
    return file.removesuffix(".py")


def _file(name: str) -> str:
    function, bracket, values = name.partition("[")
    shown = function.replace("::", ".")
    parameters = values.removesuffix("]")
    if bracket:
        shown += f"-{_REPLACED.sub('_', parameters.lower())}"
    # "-" ends the name of the function, so what is safe is also one of a kind
    is_safe = _SAFE.fullmatch(parameters) and bool(parameters) == bool(bracket)
    is_plain = all(part.isidentifier() for part in function.split("::"))
    if is_safe and is_plain and len(shown) <= _LONGEST:
        return shown
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    kept = re.sub(r"[^A-Za-z0-9_.=,+-]+", "_", shown)[:_LONGEST].rstrip("._ ")
    return f"{kept}~{digest}"
