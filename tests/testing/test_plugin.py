"""How the plugin behaves in the tests of its users."""

from __future__ import annotations

import shlex

import pytest

from .scenarios import QUIET, outcomes
from .stories import GUARD, HEAD, PLAYED, SAVED, WRONG
from .writing import write

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("body", PLAYED.values(), ids=PLAYED)
def test_what_is_recorded_once_is_played_without_the_service(
    pytester: pytest.Pytester, body: str
) -> None:
    write(pytester, body)

    recorded = outcomes(pytester, "--sky-record=once")
    pytester.makeconftest(GUARD)
    played = outcomes(pytester)

    assert played == recorded
    assert played.keys() <= {"passed", "xfailed"}
    files = list((pytester.path / "cassettes").rglob("*.yaml"))
    assert len(files) == sum(played.values())


@pytest.mark.parametrize(("body", "lines"), WRONG.values(), ids=WRONG)
def test_what_differs_from_the_recording_fails_and_tells_how_to_record(
    pytester: pytest.Pytester, body: str, lines: list[str]
) -> None:
    write(pytester, SAVED.replace("\n    ", "\n        "))
    outcomes(pytester, "--sky-record=once")
    write(pytester, body.replace("\n    ", "\n        "))

    result = pytester.runpytest_inprocess(*QUIET)

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [*lines, "*pytest test_notes.py::test_it --sky-record=rewrite"]
    )


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("@recorded\ndef test_it(sky_server, sky_user): pass", None),
        (
            "@recorded\ndef test_it(sky_server, sky_session):\n    titles()",
            "> * return sorted(note.title for note in Note.query().all())",
        ),
        (
            "def test_it(sky_user, sky_budget):\n    sky_budget(0), titles()",
            "> * return sorted(note.title for note in Note.query().all())",
        ),
        (
            """def test_it(sky_user, sky_budget):
    sky_budget(0), pytest.raises(BudgetExceeded, titles)
""",
            None,
        ),
    ],
    ids=["setup", "mismatch", "budget", "teardown"],
)
def test_what_fails_is_shown_at_the_line_of_the_test(
    pytester: pytest.Pytester, body: str, line: str | None
) -> None:
    pytester.makepyfile(test_notes=HEAD + body)

    result = pytester.runpytest_inprocess(*QUIET)

    assert "skysyn/" not in result.stdout.str()
    result.stdout.fnmatch_lines([line or "E  *"])


def test_all_is_shown_if_it_is_wanted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_notes=HEAD + "@recorded\ndef test_it(sky_session):\n    titles()"
    )

    result = pytester.runpytest_inprocess(*QUIET, "--full-trace")

    result.stdout.fnmatch_lines(["*skysyn/testing/cassette.py:*: CassetteMismatch"])


def test_what_is_not_used_is_told_without_the_plugins_own_lines(
    pytester: pytest.Pytester,
) -> None:
    write(pytester, PLAYED["a save and a query"])
    outcomes(pytester, "--sky-record=once")
    write(
        pytester,
        """
        @recorded
        def test_it(sky_server, sky_user):
            pass
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET)

    assert "skysyn/" not in result.stdout.str()
    result.stdout.fnmatch_lines(["E  *2 of 3 interactions were not used:"])


def test_without_a_cassette_nothing_is_asked(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    pytester.makeconftest(GUARD)

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(["*there is no such file*", "*--sky-record=rewrite"])
    assert not (pytester.path / "cassettes").exists()


def test_the_command_can_be_pasted_into_a_shell(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        @recorded
        @pytest.mark.parametrize("title", ["it's $HOME"])
        def test_it(sky_server, sky_user, title):
            pass
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET)

    line = next(x for x in result.outlines if x.endswith("--sky-record=rewrite"))
    assert shlex.split(line.removeprefix("E ")) == [
        "pytest",
        "test_notes.py::test_it[it's $HOME]",
        "--sky-record=rewrite",
    ]


def test_without_the_mark_the_local_server_answers(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        @pytest.mark.parametrize("n", range(3))
        def test_each_has_a_server_of_its_own(sky_user, n):
            Note(title="a").save()
            assert titles() == ["a"]
        """,
    )

    assert outcomes(pytester) == {"passed": 3}


@pytest.mark.parametrize(
    "options",
    [
        ("-n", "2"),
        ("-p", "randomly", "-p", "no:asyncio"),
        ("-p", "asyncio", "-o", "asyncio_default_fixture_loop_scope=function"),
        ("-p", "recording", "--record-mode=none"),
        ("-p", "no:xdist", "-p", "no:cacheprovider"),
    ],
    ids=" ".join,
)
def test_other_plugins_are_no_hindrance(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    body = PLAYED["methods with one name"]
    if "asyncio" in options and options[1] == "asyncio":
        body = """
        @recorded
        @pytest.mark.asyncio
        async def test_it(sky_server, sky_user):
            await asyncio.to_thread(Note(title="a").save)
            assert titles() == ["a"]
        """
    if "recording" in options:
        body = body.replace("@recorded", "@pytest.mark.vcr\n        @recorded")
    write(pytester, body)

    recorded = pytester.runpytest_subprocess("--sky-record=once", *options)
    pytester.makeconftest(GUARD)
    played = pytester.runpytest_subprocess(*options)

    assert played.parseoutcomes()["passed"] == recorded.parseoutcomes()["passed"]
    assert (recorded.ret, played.ret) == (0, 0)


def test_a_server_that_is_not_installed_is_told(pytester: pytest.Pytester) -> None:
    # a module that cannot be found stands for one that is not installed
    pytester.makeconftest("import sys\nsys.modules['sqlalchemy.exc'] = None")
    pytester.makepyfile("def test_it(sky_server): pass")

    result = pytester.runpytest_subprocess()

    result.stdout.fnmatch_lines(
        ["*the local server needs sqlalchemy*: * install 'skysyn?testing,server?'"]
    )


def test_the_plugin_loads_little(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            heavy = {"vcr", "sqlalchemy", "werkzeug", "filelock", "yaml"}
            assert heavy & sys.modules.keys() == set()
        """
    )

    assert pytester.runpytest_subprocess("-p", "no:recording").ret == 0
