"""What is said when a test asks for something else than was recorded."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from .standins import TIMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .bindings import Bindings
    from .player import Part, Player
    from .questions import Question

_SHOWN = 20
_WIDEST = 300


def explain(player: Player, asked: Question) -> str:
    """Return why no recorded answer is played to what is *asked*."""
    wrong = player.out_of_order(asked)
    if wrong is not None:
        return "\n".join(_out_of_order(player, wrong))
    spent = player.spent(asked)
    if spent:
        numbers = ", ".join(str(part.number) for part in spent[:_SHOWN])
        return (
            f"the test asks for this once more than was recorded ({len(spent)} times, "
            f"interaction {numbers}):\n{_listed(asked.terms)}"
        )
    found = nearest(player.parts, asked)
    if found is None:
        return f"nothing is recorded, but the test asks for:\n{_listed(asked.terms)}"
    lines = difference(found.question.terms, asked.terms, player.bindings)
    used = ", which was played already" if found.is_spent else ""
    return "\n".join(
        [
            f"nothing like this is recorded:\n{_listed(asked.terms)}",
            f"the nearest is interaction {found.number}{used}; they differ in",
            *(lines or ["    who asks: other keys or another user than then"]),
        ]
    )


def _out_of_order(player: Player, wrong: Part) -> Iterator[str]:
    verdict = "late" if player.may_skip else "early"
    yield (
        f"interaction {wrong.number} is asked for too {verdict}:\n"
        f"{_listed(wrong.question.terms)}"
    )
    other = player.overtook() if player.may_skip else player.next_due()
    if other is not None:
        when = "after it came" if player.may_skip else "before it comes"
        yield f"{when} interaction {other.number}:"
        yield _listed(other.question.terms)


def nearest(parts: Sequence[Part], asked: Question) -> Part | None:
    """Return the part whose question is most like what is *asked*."""

    def likeness(part: Part) -> tuple[bool, float, bool, int]:
        mine, other = set(part.question.terms.items()), set(asked.terms.items())
        return (
            part.question.action == asked.action,
            len(mine & other) / max(1, len(mine | other)),
            not part.is_spent,
            -part.number,
        )

    return max(parts, key=likeness, default=None)


def difference(
    recorded: Mapping[str, str], sent: Mapping[str, str], bindings: Bindings
) -> list[str]:
    """Return each term that differs, as it was recorded and as it is sent."""
    lines: list[str] = []
    for name in [*recorded, *(name for name in sent if name not in recorded)]:
        was, now = recorded.get(name), sent.get(name)
        if not bindings.could_match(was, now):
            lines += [f"    {name}", f"        recorded  {_cut(was)}"]
            lines.append(f"        sent      {_cut(now)}")
            lines += _hint(was, now)
    return lines


def _hint(was: str | None, now: str | None) -> list[str]:
    """Return a line that points at the characters that differ, in longer texts."""
    if was is None or now is None:
        return []
    if _is_same_but_for_times(was, now):
        return ["        a time of another day in each run? `sky_clock` stops the time"]
    if max(len(was), len(now)) > _WIDEST:
        return []
    if difflib.SequenceMatcher(None, was, now).ratio() < 0.6:
        return []
    end = 0
    while end < min(len(was), len(now)) and was[end] == now[end]:
        end += 1
    return ["        " + " " * (10 + end) + "^"]


def _is_same_but_for_times(was: str, now: str) -> bool:
    return was != now and TIMES.sub("", was) == TIMES.sub("", now)


def _cut(text: str | None) -> str:
    if text is None:
        return "(nothing)"
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"


def _listed(terms: Mapping[str, str]) -> str:
    lines = [f"    {name}: {_cut(value)}" for name, value in terms.items()]
    more = [f"    and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
