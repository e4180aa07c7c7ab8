"""Events travel as JSON, in a query string and compressed, and come back the same."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Accsyn
from skysyn.dialects.accsyn import credentials, events, faults, refusals, words
from skysyn.dialects.accsyn.credentials import Credentials
from skysyn.dialects.accsyn.parties import Party
from skysyn.errors import ConversionError
from skysyn.models import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.errors import RemoteError
    from skysyn.models import JSON

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMED = TEXT.filter(lambda text: bool(text.strip()))
SCALARS: st.SearchStrategy[JSON] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
DATA: st.SearchStrategy[JSON] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=10,
)


@given(DATA)
def test_what_is_compressed_is_decompressed(data: JSON) -> None:
    assert events.decompress(events.compress(data)) == data


@given(st.dictionaries(TEXT, DATA, max_size=4))
def test_what_is_written_is_ascii_and_reads_back(document: dict[str, JSON]) -> None:
    text = events.write(document)

    assert text.isascii()
    assert json.loads(unquote(events.write_query(text))) == document


@given(NAMED, st.text(min_size=1).filter(str.isprintable))
def test_what_a_key_logs_in_with_is_understood(username: str, key: str) -> None:
    accsyn = Accsyn("acmefilm", username=username, api_key=key)
    request = accsyn.encode(Call("GET user/find"))

    said = credentials.load(request.headers["Authorization"], "acmefilm")

    assert said == Credentials(username, "api_key", key, "acmefilm")


@given(NAMED, NAMED, st.sampled_from(["password", "session_key"]))
def test_what_older_logins_say_is_understood(
    username: str, secret: str, means: str
) -> None:
    known = {means: secret}
    accsyn = Accsyn(
        "acmefilm",
        username=username,
        api_key=None,
        password=known.get("password"),
        session_key=known.get("session_key"),
    )
    request = accsyn.encode(Call("GET user/find"))

    said = credentials.load(request.headers["Authorization"], "")

    assert said is not None
    assert (said.username, said.means, said.secret, said.workspace) == (
        username,
        means,
        secret,
        "acmefilm",
    )


REFUSALS: list[Callable[[str], RemoteError]] = [
    refusals.denied,
    refusals.unknown,
    refusals.taken,
    refusals.invalid,
    refusals.unauthorized,
    refusals.failed,
    lambda _: refusals.busy(),
    lambda _: refusals.expired(),
]


@pytest.mark.parametrize("refuse", REFUSALS)
@given(st.text(string.digits, min_size=1))
def test_a_refusal_is_lifted_as_what_it_is(
    refuse: Callable[[str], RemoteError], what: str
) -> None:
    error = refuse(what)

    lifted = faults.lift(refusals.dump(error), refusals.status_of(error))

    assert type(lifted) is type(error)
    assert lifted is not None
    assert lifted.status == error.status


@given(st.dictionaries(TEXT, SCALARS), st.integers(100, 599))
def test_any_body_is_an_error_or_none(body: dict[str, JSON], status: int) -> None:
    lifted = faults.lift(body, status)

    assert (lifted is None) == (status < 400 and not {"exception", "message"} & {*body})


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9_]*", fullmatch=True), TEXT.filter(bool))
def test_a_party_is_parsed_as_it_is_shown(kind: str, key: str) -> None:
    party = Party(kind.lower(), key)

    assert Party.parse(str(party)) == Party.parse(f"{kind}:{key}") == party


@given(TEXT)
def test_any_text_is_a_party_or_refused(text: str) -> None:
    try:
        party = Party.parse(text)
    except ConversionError:
        assert not (text.partition(":")[0].isidentifier() and ":" in text[:-1])
    else:
        assert str(party).lower() == text.lower()


@given(TEXT)
def test_a_bare_word_is_read_as_itself(word: str) -> None:
    assert not words.is_bare(word) or words.read(word) == word


@given(st.integers(-(10**17), 10**17) | st.booleans())
def test_a_number_is_read_as_a_number(value: int) -> None:
    assert words.read(str(value)) == value
