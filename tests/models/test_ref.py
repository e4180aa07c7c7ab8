"""Ids and references are what they are shown as."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from skysyn import Field, Record, RecordID
from skysyn.errors import ConversionError

KINDS = st.text(min_size=1).filter(lambda text: "/" not in text)


class Note(Record):
    title: Field[str]


@given(KINDS, st.text(min_size=1))
def test_an_id_is_parsed_as_it_is_shown(kind: str, key: str) -> None:
    found = RecordID(kind, key)

    assert RecordID.parse(str(found)) == found


@given(st.text())
def test_any_text_is_an_id_or_refused(text: str) -> None:
    try:
        found = RecordID.parse(text)
    except ConversionError:
        assert not (text.partition("/")[0] and text.partition("/")[2])
    else:
        assert str(found) == text


@given(st.text(min_size=1).filter(lambda key: not key.startswith("note/")))
def test_a_reference_survives_pickling(key: str) -> None:
    ref = Note.ref(key)

    assert pickle.loads(pickle.dumps(ref)) == ref
