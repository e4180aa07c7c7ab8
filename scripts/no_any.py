# ruff: noqa: INP001  # a script, not a module of a package
"""Prove that no public name of skysyn has `Any` in its type.

Both type checkers are asked, with `reveal_type`, for the type of every name in the
public modules and of every public attribute of the classes among them. What has an
`Any` must be in `ALLOWED`, with a reason.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import tempfile
import textwrap
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FACES = (
    "skysyn",
    "skysyn.models",
    "skysyn.session",
    "skysyn.transport",
    "skysyn.errors",
    "skysyn.accsyn",
    "skysyn.pubsub",
    "skysyn.push",
)
ALLOWED = {
    "AnyExpr.__invert__": "raises with what to write instead; checkers do not know of "
    "it, so that they refuse `~Task.done` themselves",
    "AnyExpr.__and__": "as `__invert__`: checkers refuse `Task.a & Task.b` themselves",
    "AnyExpr.__or__": "as `__and__`",
    "field": "a specifier of dataclass fields: what it is assigned to has the type, "
    "and a validator takes its own model and any attrs.Attribute",
    "readonly": "a specifier of dataclass fields: what it is assigned to has the type",
    "FieldInfo": "keeps the validator that field() was given",
    "FieldInfo.validator": "takes its own model and any attrs.Attribute",
}
"""What may have an `Any`, by its name without the module, and why."""

# what Python calls when a user writes an operator or a statement
SPOKEN = frozenset(
    f"__{name}__"
    for name in (
        *("bool", "call", "contains", "enter", "exit", "get", "getitem", "hash"),
        *("iter", "len", "repr", "set", "str", "and", "or", "invert"),
        *("eq", "ne", "lt", "le", "gt", "ge"),
    )
)


class Probe(NamedTuple):
    """One type to ask for: *shown* to the reader, *asked* of the checkers.

    `self` in *asked* is something of the type *owner*.
    """

    shown: str
    asked: str
    owner: str | None = None


def main() -> int:
    """Print every `Any` that is not allowed, and every allowance without one."""
    probes = list(collect())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe.py"
        file.write_text(source(probes))
        reports = [*ask_mypy(file), *ask_pyright(file.parent)]
    found = [(probes[number].shown, text) for number, text in reports]
    names = {name for name, _ in found}
    unused = set(ALLOWED) - names
    lines = [f"{name}: {text}" for name, text in found if name not in ALLOWED]
    lines += [f"{name}: allowed, but has no Any" for name in sorted(unused)]
    lines.append(f"{len(probes)} public types; with Any: {len(names)}, all allowed")
    if lines[1:]:
        lines[-1] = f"{len(lines) - 1} of {len(probes)} public types are not right"
    print("\n".join(lines))  # noqa: T201  # a script prints
    return 1 if lines[1:] else 0


def collect() -> Iterator[Probe]:
    """Yield a probe for each public name and each attribute, once each."""
    public: dict[int, str] = {}
    values: dict[str, object] = {}
    for face in FACES:
        module = import_module(face)
        for name in module.__all__:
            value = getattr(module, name)
            if public.setdefault(id(value), f"{face}.{name}") == f"{face}.{name}":
                values[f"{face}.{name}"] = value
    for path, value in values.items():
        shown = path.rpartition(".")[2]
        if isinstance(value, type) and not hasattr(value, "__supertype__"):
            yield Probe(shown, path)
            yield from attributes(value, path, shown, public)
        elif type(value).__module__ in {"typing", "types"}:
            yield Probe(shown, "self", path)  # an alias: what is of this type
        else:
            yield Probe(shown, path)


def attributes(
    cls: type, path: str, shown: str, public: dict[int, str]
) -> Iterator[Probe]:
    """Yield a probe for each public attribute that *cls* adds to its public bases."""
    parameters = getattr(cls, "__parameters__", ())
    arguments = ", ".join(bound(parameter, public) for parameter in parameters)
    owner = f"{path}[{arguments}]" if arguments else path
    for name in sorted({*dir(cls), *declared(cls)}):
        base = next((base for base in cls.__mro__ if name in declared(base)), object)
        ours = base.__module__.startswith("skysyn")
        if not ours or (base is not cls and id(base) in public):
            continue
        if not name.startswith("_") or name in SPOKEN:
            yield Probe(f"{shown}.{name}", f"self.{name}", owner)
            if name in getattr(cls, "__sky_fields__", {}):
                yield Probe(f"{shown}.{name}", f"{path}.{name}")


def declared(cls: type) -> set[str]:
    """Return what the body of *cls* defines, and what its `__init__` assigns."""
    names = {*vars(cls), *vars(cls).get("__annotations__", {})}
    if "__init__" in vars(cls) and inspect.isfunction(cls.__init__):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(cls.__init__)))
        except OSError:  # attrs wrote it; the annotations say the same
            return names
        names |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
        }
    return names


def bound(parameter: object, public: dict[int, str]) -> str:
    """Return what a type parameter can be replaced with."""
    limit = getattr(parameter, "__bound__", None)
    name = getattr(limit, "__forward_arg__", getattr(limit, "__name__", "object"))
    known = {path.rpartition(".")[2]: path for path in public.values()}
    if name == "Dialect":
        return "skysyn.Skygear"
    return known.get(name, "object")


def source(probes: list[Probe]) -> str:
    """Return a module that asks for the type of probe 0 in line 2, and so on."""
    functions = [
        f"def ask_{number}(self: {probe.owner or 'object'}) -> None: "
        f"reveal_type({probe.asked})"
        for number, probe in enumerate(probes)
    ]
    imports = [f"import {face}" for face in FACES]
    imports.append("from typing_extensions import reveal_type")
    return "\n".join(["; ".join(imports), *functions])


def ask_mypy(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the type of each probe that mypy sees an Any in."""
    options = ["--no-error-summary", "--no-warn-unreachable", str(file)]
    for text in run("mypy", *options).splitlines():
        said = re.match(r".*probe\.py:(\d+): (note|error): (.*)", text)
        if said is not None and (said[2] == "error" or re.search(r"\bAny\b", said[3])):
            yield int(said[1]) - 2, f"mypy: {said[3]}"


def ask_pyright(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the type of each probe that pyright sees an Any in."""
    settings = {
        "typeCheckingMode": "strict",
        "extraPaths": [str(ROOT / "src"), str(ROOT)],
        "reportMissingModuleSource": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    python = f"--pythonpath={sys.executable}"
    reports = json.loads(run("pyright", "--outputjson", python, "-p", str(folder)))
    for report in reports["generalDiagnostics"]:
        text = report["message"]
        if report["severity"] == "error" or re.search(r"\bAny\b", text):
            yield report["range"]["start"]["line"] - 1, f"pyright: {text}"


def run(checker: str, *options: str) -> str:
    """Return what *checker* prints, whatever its verdict."""
    command = [sys.executable, "-m", checker, *options]
    done = subprocess.run(  # noqa: S603  # the checkers of this environment
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 1}:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
