"""Right lines pass both type checkers, and each marked line is an error for both.

A line that only one of them reports is marked with its name, `# error: pyright`; what
neither sees is marked `# missed`, and fails when it runs.
"""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING

import pytest

from skysyn import MockTransport, Response, Skygear, connect

from . import accepted_queries, accepted_values
from .checkers import (
    HERE,
    PROJECT,
    ROOT,
    Found,
    Line,
    copied,
    environment,
    install,
    mypy,
    pyright,
)
from .people import User
from .tasks import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CHECKERS = {"mypy": mypy, "pyright": pyright}
MARK = re.compile(r"# error(?:: (?P<only>\w+))?$")


def marked(checker: str) -> Iterator[Line]:
    """Yield the lines that *checker* is to report."""
    for file in sorted((HERE / "rejected").glob("*.py")):
        for number, text in enumerate(file.read_text().splitlines(), 1):
            mark = MARK.search(text)
            if mark is not None and mark["only"] in {None, checker}:
                yield f"{PROJECT}/rejected/{file.name}", number


def statements(file: Path) -> int:
    """Return how many statements the functions of *file* have."""
    functions = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    return sum(
        isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign))
        for function in functions
        for node in ast.walk(function)
    )


@pytest.fixture(scope="module")
def as_installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What each checker reports to a user who installed the package."""
    project = copied(tmp_path_factory.mktemp("user"))
    folder = tmp_path_factory.mktemp("environment")
    python = environment(folder)
    install(folder)
    return {name: check(project, python, []) for name, check in CHECKERS.items()}


@pytest.fixture(scope="module")
def in_checkout(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What each checker reports when it reads the checkout through the shims."""
    project = copied(tmp_path_factory.mktemp("user"))
    python = environment(tmp_path_factory.mktemp("environment"))
    paths = [ROOT / "src", ROOT]
    return {name: check(project, python, paths) for name, check in CHECKERS.items()}


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("view", ["as_installed", "in_checkout"])
def test_exactly_the_marked_lines_are_errors(
    request: pytest.FixtureRequest, view: str, checker: str
) -> None:
    reports: dict[str, Found] = request.getfixturevalue(view)
    found, wanted = reports[checker], set(marked(checker))

    extra = {line: text for line, text in found.items() if line not in wanted}
    missed = wanted - set(found)

    assert (extra, missed) == ({}, set())


def test_enough_lines_are_right_and_enough_are_wrong() -> None:
    accepted = sum(statements(file) for file in HERE.glob("accepted_*.py"))
    rejected = {checker: len(list(marked(checker))) for checker in CHECKERS}

    assert (accepted >= 150, min(rejected.values()) >= 60) == (True, True)


@pytest.mark.parametrize(
    "function",
    [
        accepted_queries.kinds,
        accepted_queries.through,
        accepted_queries.compare_texts,
        accepted_queries.compare_numbers_and_dates,
        accepted_queries.compare_others,
        accepted_queries.refer,
        accepted_queries.places,
        accepted_queries.combine,
        accepted_queries.ask,
        accepted_values.make,
        accepted_values.read,
        accepted_values.read_inherited,
        accepted_values.narrow,
        accepted_values.write,
    ],
    ids=lambda function: function.__name__,
)
def test_right_lines_run(function: Callable[..., object]) -> None:
    user = User(name="Ann")
    given = {"user": user, "task": Task(title="paint", owner=user)}
    wanted = inspect.signature(function).parameters

    transport = MockTransport(lambda _: Response(200))
    with connect(Skygear("http://localhost"), transport=transport):
        function(**{name: given[name] for name in wanted})
