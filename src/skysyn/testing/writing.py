"""Writing cassettes: YAML for people, which vcrpy reads as well."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import yaml

from skysyn.errors import CassetteError

from .narrowing import is_items, is_mapping
from .reading import Place, Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

_Base: TypeAlias = yaml.SafeDumper
_DUMPER: type[_Base] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDE = 1_000_000_000
_HOISTED = ("recorded_at", "order", "repeat", "asks")
"""What vcrpy keeps with a response, and people look for beside it."""


class _Dumper(_DUMPER):  # type: ignore[misc, valid-type]  # whichever is installed
    """Writes each value out where it stands, and texts of several lines as such."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # PyYAML's signature
        """Return True: a cassette has no anchors."""
        return True


class _Scalars(Protocol):
    """What PyYAML's writers have, of which its stubs say less."""

    def represent_scalar(
        self, tag: str, value: str, style: str | None = None
    ) -> yaml.ScalarNode:
        """Return the node that says *value*."""
        ...


def _text(dumper: _Scalars, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


class _Line(list[object]):
    """A list that is written on one line."""


def _line(dumper: yaml.SafeDumper, items: _Line) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Line, _line)


def serialize(cassette: Mapping[str, Any]) -> str:
    """Return the text of *cassette*, as vcrpy hands it over."""
    found: dict[str, object] = {"version": cassette["version"]}
    if cassette.get("metadata"):
        found["metadata"] = cassette["metadata"]
    found["interactions"] = [_shown(one) for one in cassette["interactions"]]
    text: str = yaml.dump(
        found, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE
    )
    return text


def deserialize(data: str | bytes, path: str = "") -> dict[str, object]:
    """Return the cassette that *data* holds, as vcrpy wants it.

    Raises:
        CassetteError: it is no cassette.
    """
    content = data.encode() if isinstance(data, str) else data
    found = Reader(content, path).read()
    if not is_mapping(found) or not is_items(found.get("interactions")):
        msg = "this is no cassette: it has no list of interactions"
        raise CassetteError(msg, path=path, line=1)
    listed = found["interactions"]
    read: list[dict[str, object]] = []
    for index, one in enumerate(listed if is_items(listed) else []):
        try:
            read.append(_read(one, f"interaction {index + 1}"))
        except ValueError as error:
            line = _line_of(content, index)
            raise CassetteError(str(error), path=path, line=line) from None
    return {**found, "interactions": read}


def _line_of(content: bytes, index: int) -> int:
    """Return where the interaction with this *index* begins."""
    lines: dict[Place, int] = {}
    Reader(content, "", lines).read()
    place = ("interactions", index)
    return min((line for at, line in lines.items() if at[:2] == place), default=1)


def _shown(interaction: Mapping[str, Any]) -> dict[str, object]:
    request, response = dict(interaction["request"]), dict(interaction["response"])
    hoisted = {name: response.pop(name) for name in _HOISTED if name in response}
    request["body"] = as_mapping(request["body"])
    for message in (request, response):
        message["headers"] = {k: _Line(v) for k, v in message["headers"].items()}
    string = response["body"]["string"]
    held = as_mapping(string)
    body = {"string": string} if held is string else {"json": held, "string": string}
    return {
        **hoisted,
        "request": {
            name: request[name] for name in ("method", "uri", "headers", "body")
        },
        "response": {**response, "body": body},
    }


def as_mapping(text: object) -> object:
    """Return the JSON in *text*, sorted, or *text* if YAML could not keep it."""
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        found: JSON = json.loads(text, parse_constant=_no_number)
        # what is half a character has no place in a file
        sorted_text = json.dumps(found, sort_keys=True, ensure_ascii=False)
        sorted_text.encode()
    except (ValueError, RecursionError):
        return text
    if not found:
        return text
    ordered: object = json.loads(sorted_text)
    return ordered


def _no_number(name: str) -> float:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


def _read(interaction: object, where: str) -> dict[str, object]:
    """Return *interaction* as vcrpy wants it.

    Raises:
        ValueError: it is none.
    """
    if not is_mapping(interaction):
        msg = f"{where} is no mapping"
        raise ValueError(msg)
    request, response = interaction.get("request"), interaction.get("response")
    if not is_mapping(request) or not is_mapping(response):
        msg = f"{where} has no request and response"
        raise ValueError(msg)
    missing = {"method", "uri"} - request.keys()
    if missing or not is_mapping(request.get("headers", {})):
        msg = f"the request of {where} has no method, uri and headers"
        raise ValueError(msg)
    hoisted = {name: interaction[name] for name in _HOISTED if name in interaction}
    return {
        "request": {
            "method": str(request["method"]),
            "uri": str(request["uri"]),
            "headers": request.get("headers", {}),
            "body": _content(request.get("body")),
        },
        "response": {**response, **hoisted, "body": _body(response, where)},
    }


def _content(body: object) -> object:
    return json.dumps(body) if isinstance(body, (dict, list)) else body


def _body(response: Mapping[str, object], where: str) -> dict[str, object]:
    held = response.get("body")
    if not is_mapping(held):
        return {"string": b""}
    string = held.get("string")
    if "json" not in held:
        return {"string": string if isinstance(string, (str, bytes)) else b""}
    written = json.dumps(held["json"], ensure_ascii=False)
    if string is None:
        return {"string": written}
    if json.loads(_text_of(string)) != held["json"]:
        msg = (
            f"in the response of {where} `json` and `string` say different things: "
            "delete `string` if `json` is right"
        )
        raise ValueError(msg)
    return {"string": string}


def _text_of(string: object) -> str | bytes:
    return string if isinstance(string, (str, bytes)) else "null"
