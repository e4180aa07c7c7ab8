"""Bindings: which live id, time or secret a recorded one is in this run."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from . import standins
from .aliases import ALIAS
from .encodings import rewrite, rewrite_bytes
from .instants import real_now
from .questions import Hidden
from .standins import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .questions import Meaning, Question

VARIABLE = re.compile(f"({ALIAS}|{standins.ID}|{standins.TIME})", re.IGNORECASE)
_AGE = timedelta(minutes=10)
"""How long ago everything that was recorded seems to have begun."""


@attrs.define
class Bindings:
    """Pairs recorded stand-ins with live values, one to one.

    Times are paired by the moment that they say, in whatever form.
    """

    live: dict[str, str] = attrs.field(factory=dict[str, str], repr=False)
    recorded: dict[str, str] = attrs.field(factory=dict[str, str], repr=False)
    moments: dict[datetime, datetime] = attrs.field(factory=dict[datetime, datetime])
    told: set[str] = attrs.field(factory=set[str])
    """The stand-ins that an answer has brought: who sends one sends it as it is."""
    literal: frozenset[str] = frozenset()
    """What only looks like a stand-in: `literals.said()`."""

    def match(self, recorded: Question, sent: Question) -> bool:
        """Return whether both ask the same; remember the pairs if so."""
        trial = _Trial(self)
        fits = len(recorded.caller) == len(sent.caller) and all(
            trial.secret(left, right)
            for left, right in zip(recorded.caller, sent.caller, strict=True)
        )
        if not (fits and trial.same(recorded.meaning, sent.meaning)):
            return False
        self._keep(trial)
        return True

    def could_match(self, recorded: str | None, sent: str | None) -> bool:
        """Return whether two texts are the same but for what varies."""
        if recorded is None or sent is None:
            return recorded == sent
        return _Trial(self).same(recorded, sent)

    def pair(self, recorded: Meaning, live: Meaning) -> bool:
        """Return whether both mean the same; remember the pairs if so."""
        trial = _Trial(self)
        if not trial.same(recorded, live):
            return False
        self._keep(trial)
        return True

    def _keep(self, trial: _Trial) -> None:
        self.moments |= trial.moments
        for stand_in, value in trial.pairs.items():
            self.bind(stand_in, value)

    def bind(self, stand_in: str, value: str) -> None:
        """Remember that *value* is what *stand_in* stands for."""
        self.live[stand_in] = value
        self.recorded[value] = stand_in

    def answer(self, body: bytes) -> bytes:
        """Return a recorded *body* with the values of this run."""
        return rewrite_bytes(body, self.restore)

    def restore(self, text: str) -> str:
        """Return recorded *text* with the values of this run."""
        return VARIABLE.sub(lambda found: self._restored(found[0]), text)

    def _restored(self, text: str) -> str:
        if text in self.live:
            return self.live[text]
        if said(text) in self.literal:
            return text
        moment = standins.moment_of(text)
        if moment is not None:
            return standins.write_like(self._moment(moment), text)
        self.told.add(text)
        return text

    def _moment(self, stand_in: datetime) -> datetime:
        """Return a recorded time in this run: a while ago, in the same order."""
        if stand_in not in self.moments:
            today = real_now().replace(microsecond=0)
            self.moments[stand_in] = today - _AGE + (stand_in - standins.BASE)
        return self.moments[stand_in]


@attrs.define
class _Trial:
    """One attempt to pair a recorded question with one that is sent."""

    bindings: Bindings
    pairs: dict[str, str] = attrs.field(factory=dict[str, str])
    taken: dict[str, str] = attrs.field(factory=dict[str, str])
    moments: dict[datetime, datetime] = attrs.field(factory=dict[datetime, datetime])

    def same(self, recorded: Meaning, sent: Meaning) -> bool:
        """Return whether both mean the same."""
        match recorded, sent:
            case str(), str():
                return self._text(recorded, sent)
            case Hidden(), Hidden():
                return self.secret(recorded.value, sent.value)
            case dict(), dict():
                names = self._names(list(recorded), list(sent))
                return names is not None and all(
                    self.same(recorded[left], sent[right]) for left, right in names
                )
            case list(), list():
                return len(recorded) == len(sent) and all(
                    self.same(*pair) for pair in zip(recorded, sent, strict=True)
                )
            case float(), float() if math.isnan(recorded):
                return math.isnan(sent)
            case _:
                return type(recorded) is type(sent) and recorded == sent

    def _names(
        self, recorded: list[str], sent: list[str]
    ) -> list[tuple[str, str]] | None:
        """Pair the keys of two objects, of which some may be ids; None if they differ.

        Those that are known come first; others are taken in their order.
        """
        known = {left: self.bindings.live.get(left, left) for left in recorded}
        pairs = [(left, right) for left, right in known.items() if right in sent]
        taken = {right for _, right in pairs}
        left_over = [left for left in recorded if known[left] not in taken]
        others = [right for right in sent if right not in taken]
        if len(left_over) != len(others):
            return None
        rest = list(zip(left_over, others, strict=True))
        return [*pairs, *rest] if all(self._text(*pair) for pair in rest) else None

    def secret(self, recorded: str, sent: str) -> bool:
        """Return whether a secret is the one that was recorded."""
        if not recorded or not sent:
            return recorded == sent
        return recorded == sent or self._pair(recorded, sent)

    def _text(self, recorded: str, sent: str) -> bool:
        if recorded == sent:
            return self._may_stay(recorded)
        parts = VARIABLE.split(recorded)
        if len(parts) > 1 and self._parts(parts, sent):
            return True
        # a secret may be within something that is encoded
        known = self.bindings.recorded | self.taken
        times = {m: s for s, m in (self.bindings.moments | self.moments).items()}
        back = rewrite(sent, lambda text: _timed(_replaced(text, known), times))
        return back == recorded

    def _may_stay(self, recorded: str) -> bool:
        """Return whether no stand-in in *recorded* is something else in this run."""
        bindings = self.bindings
        return not any(
            bindings.live.get(found, found) != found
            or standins.moment_of(found) in bindings.moments
            for found in VARIABLE.findall(recorded)
            if said(found) not in bindings.literal
        )

    def _parts(self, parts: list[str], sent: str) -> bool:
        """Pair each variable of a text; *parts* are its fixed texts and those."""
        pattern = "".join(
            _pattern(part) if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, sent, re.IGNORECASE | re.DOTALL)
        if found is None:
            return False
        pairs = zip(parts[1::2], found.groups(), strict=True)
        return all(left == right or self._pair(left, right) for left, right in pairs)

    def _pair(self, recorded: str, sent: str) -> bool:
        if said(recorded) in self.bindings.literal:
            return False
        moment = standins.moment_of(recorded)
        if moment is not None:
            return self._pair_times(moment, sent)
        bound = self.bindings.live.get(recorded, self.pairs.get(recorded))
        if bound is not None:
            return bound == sent
        owner = self.bindings.recorded.get(sent, self.taken.get(sent))
        if owner is not None or recorded in self.bindings.told:
            return False
        if not _could_be(recorded, sent):
            return False
        self.pairs[recorded] = sent
        self.taken[sent] = recorded
        return True

    def _pair_times(self, stand_in: datetime, sent: str) -> bool:
        """Return whether *sent* is the time that *stand_in* stands for."""
        moment = standins.parse(sent)
        known = self.bindings.moments | self.moments
        bound = known.get(stand_in)
        if moment is None:
            return False
        if bound is not None and standins.write_like(bound, sent) == sent:
            return True
        # whole seconds may be the same twice in this run, or no longer
        is_other = bound is not None or moment in known.values()
        if not _is_present(moment) or (is_other and moment.microsecond):
            return False
        self.moments.setdefault(stand_in, bound or moment)
        return True


def _could_be(recorded: str, sent: str) -> bool:
    if re.fullmatch(ALIAS, recorded):
        return True
    return standins.is_id(recorded.lower()) and not standins.is_id(sent.lower())


def _is_present(moment: datetime) -> bool:
    """Return whether *moment* is now, by any clock."""
    clocks = [datetime.now(UTC), real_now()]
    return any(abs(moment - now) < standins.NEAR for now in clocks)


def _pattern(variable: str) -> str:
    """Return what a value in the place of *variable* looks like."""
    if re.fullmatch(ALIAS, variable):
        return "(.+?)"
    if standins.TIMES.fullmatch(variable):
        return f"({standins.TIME})"
    return f"({standins.ID})"


def _replaced(text: str, known: Mapping[str, str]) -> str:
    for value in sorted(known, key=len, reverse=True):
        if len(value) >= 8:
            text = text.replace(value, known[value])
    return text


def _timed(text: str, stand_ins: Mapping[datetime, datetime]) -> str:
    """Return *text* with the stand-ins of its times, by their moments."""

    def change(found: re.Match[str]) -> str:
        moment = standins.parse(found[0])
        stand_in = None if moment is None else stand_ins.get(moment)
        return found[0] if stand_in is None else standins.write_like(stand_in, found[0])

    return standins.TIMES.sub(change, text)


def skeleton(value: Meaning, secrets: tuple[str, ...]) -> str:
    """Return *value* as text in which all that may vary is alike.

    *secrets* are those that this run is known to have.
    """
    match value:
        case str():
            return repr(rewrite(value, lambda text: _blank(text, secrets)))
        case Hidden():
            return "*"
        case dict():
            items = sorted(
                f"{_blank(name, secrets)!r}:{skeleton(item, secrets)}"
                for name, item in value.items()
            )
            return "{" + ",".join(items) + "}"
        case list():
            return "[" + ",".join(skeleton(item, secrets) for item in value) + "]"
        case _:
            return repr(value)


def _blank(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        if len(secret) >= 8:
            text = text.replace(secret, "?")
    return VARIABLE.sub("?", text)
