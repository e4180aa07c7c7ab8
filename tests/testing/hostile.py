"""Files that somebody wrote to harm whoever reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TAGS = {
    "system": "!!python/object/apply:os.system ['touch owned']",
    "popen": "!!python/object/apply:subprocess.Popen [['touch', 'owned']]",
    "check-output": "!!python/object/apply:subprocess.check_output [[touch, owned]]",
    "eval": '!!python/object/apply:eval [\'open("owned", "w")\']',
    "exec": '!!python/object/apply:exec [\'open("owned", "w")\']',
    "open": "!!python/object/apply:builtins.open ['owned', 'w']",
    "path-touch": "!!python/object/apply:pathlib.Path.touch ['owned']",
    "new": "!!python/object/new:os.system ['touch owned']",
    "new-type": "!!python/object/new:type {args: [x, [], {}]}",
    "object": "!!python/object:os.stat_result {}",
    "module": "!!python/module:antigravity ''",
    "name": "!!python/name:os.system ''",
    "bytes-io": "!!python/object/new:_io.BytesIO {state: [!!binary aGk=]}",
    "iter": "!!python/object/apply:builtins.iter {args: [[1]]}",
    "tuple": "!!python/tuple [1, 2]",
    "complex": "!!python/complex 1+2j",
    "long": "!!python/long '1'",
    "set": "!!set {a, b}",
    "omap": "!!omap [a: 1]",
    "pairs": "!!pairs [a: 1]",
    "timestamp": "!!timestamp 2020-01-01",
    "local": "!run 'touch owned'",
    "verbatim": "!<tag:yaml.org,2002:python/object/apply:os.system> [id]",
    "ruby": "!ruby/object:Gem::Installer {i: x}",
    "java": "!!javax.script.ScriptEngineManager []",
}
_HEAD = b"version: 1\ninteractions:\n"


def _tagged(tag: str) -> Callable[[], bytes]:
    return lambda: _HEAD + f"- request: {tag}\n".encode()


def _in_body(tag: str) -> Callable[[], bytes]:
    text = "- request: {method: GET, uri: x}\n  response: {body: {string: %s}}\n"
    return lambda: _HEAD + (text % tag).encode()


def _bomb(levels: int, width: int) -> bytes:
    lines = ["a0: &a0 [x, x]"]
    for level in range(1, levels):
        names = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"a{level}: &a{level} [{names}]")
    return "\n".join(lines).encode()


ATTACKS: dict[str, Callable[[], bytes]] = {
    **{f"tag {name}": _tagged(tag) for name, tag in _TAGS.items()},
    **{f"tag {n} in a body": _in_body(_TAGS[n]) for n in ("system", "eval", "open")},
    "tag handle": lambda: (
        b"%TAG !e! tag:yaml.org,2002:python/\n---\n!e!name:os.system ''"
    ),
    "ten aliases nine deep": lambda: _bomb(10, 10),
    "two aliases sixty deep": lambda: _bomb(60, 2),
    "many aliases of one list": lambda: (
        b"a: &a [" + b"x," * 10_000 + b"]\nb: [" + b"*a," * 10_000 + b"]"
    ),
    "alias of itself": lambda: b"a: &a [*a]",
    "alias of nothing": lambda: b"a: *b",
    "lists a million deep": lambda: b"[" * 1_000_000,
    "mappings a million deep": lambda: b"{a: " * 1_000_000,
    "blocks ten thousand deep": lambda: b"\n".join(
        b" " * n + b"a:" for n in range(2_000)
    ),
    "sequences in a line": lambda: b"- " * 1_000_000,
    "question marks": lambda: b"? " * 1_000_000,
    "an open quote": lambda: b'a: "' + b"x" * 4_000_000,
    "an open list": lambda: b"a: [" + b"x, " * 1_000_000,
    "an open mapping": lambda: b"{" + b"".join(b"k%d: 1, " % n for n in range(300_000)),
    "many values": lambda: b"- a\n" * 2_000_000,
    "many values inside": lambda: _HEAD + b"- a\n" * 1_500_000,
    "many keys inside": lambda: (
        b"a:\n" + b"".join(b" k%d: 1\n" % n for n in range(500_000))
    ),
    "many keys": lambda: b"".join(b"k%d: 1\n" % n for n in range(500_000)),
    "many documents": lambda: b"--- 1\n" * 1_000_000,
    "one key twice": lambda: b"version: 1\nversion: 2\n",
    "a huge file": lambda: b"#" * 20_000_000,
    "a huge comment": lambda: b"#" * 8_000_000,
    "a huge text": lambda: b"a: " + b"x" * 8_000_000,
    "huge characters": lambda: b"a: '" + "😀".encode() * 1_900_000 + b"'",
    "a huge number": lambda: b"a: " + b"9" * 8_000_000,
    "a long number": lambda: b"interactions: " + b"9" * 900,
    "a number by sixties": lambda: b"a: " + b"1" + b":59" * 2_000_000,
    "a huge exponent": lambda: b"interactions: 1.0e+999999999",
    "wrong base64": lambda: b"a: !!binary '&&&&'",
    "huge base64": lambda: b"a: !!binary " + b"A" * 7_900_001,
    "a merge key": lambda: b"a: &a {x: 1}\nb: {<<: *a}\n<<: *a\n",
    "a key that is a list": lambda: b"[1, 2]: 3",
    "a key that is a mapping": lambda: b"{a: 1}: 3",
    "bytes that are no text": lambda: b"a: \xff\xfe\x00",
    "control characters": lambda: b"a: \x01\x02",
    "zero bytes": lambda: b"\x00" * 1_000_000,
    "half characters": lambda: b"a: \xed\xa0\x80",
    "UTF-16": lambda: "version: 1".encode("utf-16"),
    "UTF-32": lambda: "version: 1".encode("utf-32"),
    "a tab": lambda: b"a:\n\t- b",
    "a number": lambda: b"1",
    "a text": lambda: b"interactions",
    "a list": lambda: b"- request: {}",
    "no interactions": lambda: b"version: 1\n",
    "interactions of numbers": lambda: _HEAD + b"- 1\n- 2\n",
    "interactions of nothing": lambda: _HEAD + b"-\n",
    "a request of text": lambda: _HEAD + b"- {request: a, response: b}\n",
    "no method": lambda: _HEAD + b"- {request: {uri: x}, response: {}}\n",
    "headers of text": lambda: (
        _HEAD + b"- {request: {method: a, uri: b, headers: c}, response: {}}\n"
    ),
}
