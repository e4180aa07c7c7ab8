from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.accsyn import Host, Party, Place, Root
from skysyn.errors import ConversionError

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._@-]{1,10}", fullmatch=True)
PATHS = st.from_regex(r"[A-Za-z0-9_.%#\[\] -]+(/[A-Za-z0-9_. -]+)*/?", fullmatch=True)
ROOTS = st.builds(
    Root,
    st.sampled_from(["share", "volume", "folder", "home", "collection", "delivery"]),
    st.one_of(NAMES, st.just("(default)")),
)
HOSTS = st.builds(Host, st.sampled_from(["site", "client", "user", "code"]), NAMES)
PLACES = st.one_of(
    st.builds(Place, PATHS, ROOTS),
    st.builds(Place, PATHS, ROOTS, HOSTS),
    st.builds(Place, PATHS, st.none(), HOSTS),
    st.builds(Place, PATHS),
    st.builds(Place, PATHS.map("/{}".format)),
)


@given(PLACES)
def test_places_are_read_as_they_are_written(place: Place) -> None:
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("share=proj/a.exr", Place.on("share", "proj", "a.exr")),
        ("share=(default)/in", Place.on("share", "(default)", "in")),
        ("volume=proj", Place.on("volume", "proj")),
        ("site=berlin", Place.at("site", "berlin")),
        ("site=cloud:null", Place.at("site", "cloud", "null")),
        ("client=66aa:/tmp/x", Place.at("client", "66aa", "/tmp/x")),
        ("hq:share=a/b", Place("b", Root("share", "a"), Host("code", "hq"))),
        ("kim@acme.example:~/a", Place.at("code", "kim@acme.example", "~/a")),
        ("kim@acme.example@WRK07:", Place.at("code", "kim@acme.example@WRK07")),
        ("P:\\x", Place("P:\\x")),
        ("/mnt/proj/x", Place("/mnt/proj/x")),
        ("dir/img.%04d.exr[1001-1100]", Place("dir/img.%04d.exr[1001-1100]")),
    ],
)
def test_the_notation_is_read(text: str, place: Place) -> None:
    assert Place.parse(text) == place
    assert str(place) == text


def test_places_are_built_name_by_name() -> None:
    place = Place.on("share", "proj") / "scd" / "in/" / "a.mov"

    assert str(place) == "share=proj/scd/in/a.mov"


@pytest.mark.parametrize("name", ["", "/etc", "a\0b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ConversionError):
        str(Place.on("share", "proj") / name)


@pytest.mark.parametrize(
    ("kind", "name"), [("share", ""), ("share", "a/b"), ("volume", " a")]
)
def test_storage_has_a_plain_name(kind: str, name: str) -> None:
    with pytest.raises(ConversionError):
        Root(kind, name)  # type: ignore[arg-type]  # from a table


@pytest.mark.parametrize(
    ("kind", "name"),
    [("site", ""), ("site", "a:b"), ("code", "P"), ("code", "a=b"), ("user", "a/b")],
)
def test_hosts_have_a_plain_name(kind: str, name: str) -> None:
    with pytest.raises(ConversionError):
        Host(kind, name)  # type: ignore[arg-type]  # from a table


@pytest.mark.parametrize("text", ["", "  ", "share=/x", "a\0"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ConversionError):
        Place.parse(text)


def test_parties_are_a_type_and_an_id() -> None:
    assert Party.parse("user:66aa") == Party("user", "66aa")
    assert str(Party("share", "66aa")) == "share:66aa"


@pytest.mark.parametrize("text", ["", "user", "user:", ":x", "a b:x"])
def test_what_is_no_party_is_refused(text: str) -> None:
    with pytest.raises(ConversionError):
        Party.parse(text)


@pytest.mark.parametrize(
    ("kind", "args"), [(Root, ("volume",)), (Host, ("site",)), (Place, ())]
)
def test_what_is_no_text_is_refused(kind: Any, args: tuple[str, ...]) -> None:
    with pytest.raises(ConversionError, match="it is a text"):
        kind(*args, 5)
