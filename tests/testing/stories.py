"""Modules of tests that users of the plugin might write."""

from __future__ import annotations

HEAD = """
import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
import pytest
from skysyn import Field, Record, Skygear, connect, field
from skysyn.errors import *
from skysyn.testing.faults import refuse, time_out_after_commit

class Note(Record):
    title: Field[str]
    at: Field[datetime | None] = field(default=None)

def titles():
    return sorted(note.title for note in Note.query().all())

recorded = pytest.mark.skysyn_cassette(models=[Note])
"""
GUARD = """
import pytest
from skysyn.transport import MockTransport

def refuse(request):
    raise AssertionError("the service was asked")

@pytest.fixture
def sky_upstream():
    return MockTransport(refuse)
"""
PLAYED = {
    "a save and a query": """
        @recorded
        def test_it(sky_server, sky_user):
            Note(title="a").save()
            assert titles() == ["a"]
    """,
    "a session of nobody": """
        @recorded
        def test_it(sky_server, sky_session):
            with pytest.raises(AuthenticationError):
                Note(title="a").save()
    """,
    "a method of a class": """
        @recorded
        class TestIt:
            def test_it(self, sky_server, sky_user):
                assert titles() == []
    """,
    "methods with one name": """
        @recorded
        class TestA:
            def test_it(self, sky_server, sky_user):
                Note(title="a").save()

        @recorded
        class TestB:
            def test_it(self, sky_server, sky_user):
                assert titles() == []
    """,
    "a module with a mark": """
        pytestmark = recorded

        def test_it(sky_server, sky_user):
            assert titles() == []
    """,
    "a user who is logged in": """
        @recorded
        def test_it(sky_server, sky_session, sky_user):
            assert sky_session.me().user_id == sky_user.id
    """,
    "a login with a password": """
        @recorded
        def test_it(sky_server, sky_session, sky_user):
            sky_session.logout()
            sky_session.login(username=sky_user.username, password=sky_user.password)
            with pytest.raises(AuthenticationError):
                sky_session.login(username=sky_user.username, password="wrong-one")
    """,
    "a time of now": """
        @recorded
        def test_it(sky_server, sky_user):
            note = Note(title="a", at=datetime.now(UTC)).save()
            found = Note.query().one()
            assert found.at == note.at
            assert abs((found.created_at - datetime.now(UTC)).total_seconds()) < 3600
    """,
    "a time that is set": """
        @recorded
        def test_it(sky_server, sky_user, sky_clock):
            Note(title="a", at=sky_clock.now).save()
            sky_clock.advance(3600)
            assert Note.query().filter(Note.at < sky_clock.now).one().title == "a"
    """,
    "a time that is set, and others": """
        @recorded
        def test_it(sky_clock, sky_server, sky_user):
            later = datetime(2023, 5, 5, tzinfo=UTC)
            Note(title="a", at=later).save()
            for day in range(3):
                Note(title="b", at=sky_clock.now).save()
                sky_clock.advance(86400)
            found = Note.query().order_by(Note.at.asc()).all()
            days = [datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
            assert [note.at for note in found] == [*days, later]
            assert [note.created_at for note in found] == [*days, days[0]]
    """,
    "a time of now in two forms": """
        @recorded
        def test_it(sky_server, sky_user):
            now = datetime.now(UTC)
            note = Note(title=now.isoformat(), at=now).save()
            assert datetime.fromisoformat(note.title) == note.at == now
    """,
    "what only looks like a stand-in": """
        born = datetime(2000, 1, 1, tzinfo=UTC)
        texts = [
            "2000-01-02T03:04:05Z", "00000000-0000-4000-8000-000000000001",
            "skysyn.api-key.1", "0" * 23 + "7",
        ]

        @recorded
        @pytest.mark.parametrize("text", texts, ids=range(4))
        def test_it(sky_server, sky_user, text):
            Note(title=text, at=born).save()
            note = Note.query().filter(Note.at == born, Note.title == text).one()
            assert (note.title, note.at) == (text, born)
            assert note.created_at.year > 2020
    """,
    "an update of what was made": """
        @recorded
        def test_it(sky_server, sky_user):
            note = Note(title="a").save()
            note.title = "b"
            note.save()
            assert Note.query().filter(Note.title == "b").one().id == note.id
            note.delete()
    """,
    "two sessions": """
        @recorded
        def test_it(sky_server, sky_session, sky_user, sky_transport):
            other = connect(sky_session.dialect, transport=sky_transport)
            Note(title="a").save()
            assert [note.title for note in other.query(Note).all()] == ["a"]
    """,
    "a fixture that cleans up": """
        @pytest.fixture
        def note(sky_user):
            note = Note(title="a").save()
            yield note
            note.delete()

        @recorded
        def test_it(sky_server, note):
            assert titles() == ["a"]
    """,
    "threads": """
        @recorded
        def test_it(sky_server, sky_session, sky_user):
            def save(n):
                Note(title=f"{n:02}").save()
                return n
            def run(n):
                with sky_session:
                    return save(n)
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(run, range(12)))
            assert titles() == [f"{n:02}" for n in range(12)]
    """,
    "a coroutine and its threads": """
        @recorded
        def test_it(sky_server, sky_user):
            async def run():
                save = lambda n: Note(title=str(n)).save()
                await asyncio.gather(*(asyncio.to_thread(save, n) for n in range(5)))
                return await asyncio.to_thread(titles)
            assert asyncio.run(run()) == list("01234")
    """,
    "faults": """
        @recorded
        def test_it(sky_server, sky_user, sky_faults):
            sky_faults.add(refuse)
            with pytest.raises(ConnectError):
                titles()
            sky_faults.add(time_out_after_commit)
            note = Note(title="a")
            with pytest.raises(TimedOut):
                note.save()
            assert titles() == ["a"]
    """,
    "a budget that is kept": """
        @recorded
        def test_it(sky_server, sky_user, sky_budget):
            sky_budget(2)
            Note(title="a").save()
            assert titles() == ["a"]
            assert sky_budget.spent == 2
    """,
    "a cassette with a name": """
        @pytest.mark.skysyn_cassette(models=[Note], name="notes/one")
        def test_it(sky_server, sky_user):
            assert titles() == []
    """,
    "the cassette itself": """
        def test_it(sky_server, sky_cassette, sky_user):
            assert titles() == []
            assert sky_cassette.path.name == "test_it.yaml"
    """,
    "a reason to fail that is expected": """
        @recorded
        @pytest.mark.xfail(reason="as it is", strict=True)
        def test_it(sky_server, sky_user):
            assert False
    """,
    "ids of any characters": """
        @recorded
        @pytest.mark.parametrize("title", [
            "a/b", "../../up", "a\\\\b", "ü", "A", "a", "", " ", ":", "*?", "nul",
            "x" * 300, "a_b", "a-b", "[a]", "a]", "\\n", "con.", "☃", "a::b",
        ])
        def test_it(sky_server, sky_user, title):
            Note(title=title).save()
            assert titles() == [title]
    """,
}

SAVED = """
    @recorded
    def test_it(sky_server, sky_user):
        Note(title="a").save()
        Note(title="b").save()
"""

WRONG = {
    "another value": (
        SAVED.replace('"b"', '"c"'),
        ["*record 0: title*", "*recorded  'b'*", "*sent      'c'*"],
    ),
    "one more": (SAVED + "        titles()\n", ["*nothing like this is recorded*"]),
    "the same again": (
        SAVED.replace('Note(title="b").save()', 'note = Note(title="b").save()')
        + "        note.delete()\n",
        ["*nothing like this is recorded*", "*operation: delete*"],
    ),
    "one less": (
        SAVED.replace('        Note(title="b").save()\n', ""),
        ["*1 of 3 interactions were not used*"],
    ),
    "another order": (
        SAVED.replace('"a"', '"x"').replace('"b"', '"a"').replace('"x"', '"b"'),
        ["*interaction 3 is asked for too early*"],
    ),
    "a mismatch that is caught": (
        SAVED.replace(
            '        Note(title="b").save()\n',
            "        try:\n            titles()\n        except Exception:\n"
            '            pass\n        Note(title="b").save()\n',
        ),
        ["*nothing like this is recorded*"],
    ),
}
