"""How the plugin behaves in the tests of its users."""

from __future__ import annotations

import shlex

import pytest

from .scenarios import QUIET, outcomes
from .stories import GUARD, HEAD, PLAYED, SAVED, WRONG

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


def write(pytester: pytest.Pytester, body: str) -> None:
    """Write a module of tests."""
    lines = body.splitlines()
    pytester.makepyfile(
        test_notes=HEAD + "\n".join(line.removeprefix("        ") for line in lines)
    )


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


def test_a_budget_that_is_broken_names_the_lines(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        def test_it(sky_user, sky_budget):
            sky_budget(3)
            for n in range(5):
                Note(title=str(n)).save()
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(
        [
            "*4 requests are made, and 3 allowed:*",
            "*4 from test_notes.py:* Note(title=str(n)).save()*(POST /record/save)*",
        ]
    )


def test_a_broken_budget_fails_even_if_it_is_caught(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        def test_it(sky_user, sky_budget):
            sky_budget(0)
            with pytest.raises(BudgetExceeded):
                titles()
        """,
    )

    assert outcomes(pytester) == {"passed": 1, "errors": 1}


def test_a_failing_test_is_not_recorded(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        @recorded
        def test_it(sky_server, sky_user):
            assert False
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=all")

    result.stdout.fnmatch_lines(["*the recording of a failed test is not kept*"])
    assert not (pytester.path / "cassettes").exists()


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("(strict=True)", "*skysyn_cassette takes no strict*"),
        ("(service='elsewhere')", "*'elsewhere' is no service*"),
        ("(name='../../up')", "*leads out of the folder of cassettes*"),
        ("(name='/tmp/up')", "*leads out of the folder of cassettes*"),
    ],
)
def test_a_wrong_mark_is_refused(
    pytester: pytest.Pytester, mark: str, said: str
) -> None:
    write(
        pytester,
        f"""
        @pytest.mark.skysyn_cassette{mark}
        def test_it(sky_session):
            pass
        """,
    )

    pytester.runpytest_inprocess(*QUIET).stdout.fnmatch_lines([said])


def test_a_mode_that_is_none_is_refused(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=sometimes")

    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_damaged_cassette_names_file_and_line(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    outcomes(pytester, "--sky-record=once")
    path = pytester.path / "cassettes/skygear/test_notes/test_it.yaml"
    path.write_text(path.read_text().replace("interactions:", "interactions: [", 1))

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(["*test_it.yaml:*this is no YAML*"])


def test_cassettes_may_be_elsewhere(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    pytester.makeini("[pytest]\nsky_cassettes = tapes")

    outcomes(pytester, "--sky-record=once")

    assert (pytester.path / "tapes/skygear/test_notes/test_it.yaml").exists()


def test_folders_keep_files_of_one_name_apart(pytester: pytest.Pytester) -> None:
    for folder in ("a", "b"):
        write(pytester, PLAYED["a save and a query"])
        (pytester.path / folder).mkdir()
        (pytester.path / "test_notes.py").rename(
            pytester.path / folder / "test_notes.py"
        )

    outcomes(pytester, "--sky-record=once", "--import-mode=importlib")

    found = (pytester.path / "cassettes").rglob("*.yaml")
    assert [str(path.relative_to(pytester.path)) for path in sorted(found)] == [
        f"cassettes/skygear/{folder}/test_notes/test_it.yaml" for folder in "ab"
    ]


CASED = """
@recorded
def test_it(sky_server, sky_user):
    pass

@recorded
def test_IT(sky_server, sky_user):
    assert titles() == []
"""


def test_names_that_are_the_same_on_other_systems_are_refused(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_notes=HEAD + CASED)

    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=once")

    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(
        ["*test_IT.yaml: it is the same file as *test_it.yaml on some systems: *"]
    )


def test_the_cassette_of_a_test_with_another_name_is_not_played(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_notes=HEAD + CASED.replace("test_it", "test_b"))
    outcomes(pytester, "--sky-record=once")
    folder = pytester.path / "cassettes/skygear/test_notes"
    # what a file system makes of it that knows no case
    (folder / "test_IT.yaml").rename(folder / "test_it.yaml")

    result = pytester.runpytest_inprocess(*QUIET)

    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(
        ["*test_IT.yaml: it is the same file as *test_it.yaml*"]
    )


def test_keys_come_from_the_environment_only_while_recording(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        pytester,
        """
        import os

        @recorded
        def test_it(sky_server, sky_session, sky_cassette):
            if not sky_cassette.is_recording:
                assert os.environ["SKYGEAR_API_KEY"] == "replayed-api-key"
                assert sky_session.dialect.endpoint == "http://localhost"
            assert sky_session.call("_status:healthz")
        """,
    )
    monkeypatch.setenv("SKYGEAR_API_KEY", "a-real-key-of-somebody")

    recorded = outcomes(pytester, "--sky-record=once")

    assert (recorded, outcomes(pytester)) == ({"passed": 1}, {"passed": 1})


def test_nothing_of_the_environment_reaches_the_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        pytester,
        """
        from skysyn.transport import MockTransport, Response

        @pytest.fixture
        def sky_upstream():
            return MockTransport(lambda asked: Response(200, {}, asked.body))

        @recorded
        def test_it(sky_session):
            sky_session.call("lambda", {"mine": "a-real-key-of-somebody"})
        """,
    )
    monkeypatch.setenv("SKYGEAR_API_KEY", "a-real-key-of-somebody")
    monkeypatch.setenv("SKYGEAR_ENDPOINT", "http://127.0.0.1:9")

    outcomes(pytester, "--sky-record=once")

    text = (pytester.path / "cassettes/skygear/test_notes/test_it.yaml").read_text()
    assert "a-real-key" not in text
    assert "mine: skysyn.api-key.1" in text


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
