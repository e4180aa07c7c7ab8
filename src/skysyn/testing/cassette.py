"""Cassette: what a test says to a service, played from a file or recorded to it."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import attrs

from skysyn.errors import CassetteError, CassetteMismatch

from . import files, mismatch, persisting
from .aliases import PATTERN, Aliases
from .bindings import VARIABLE, Bindings
from .facts import Facts
from .files import Recording
from .instants import real_now, set_now
from .literals import literals
from .modes import Mode
from .player import Player
from .sealing import Seal
from .standins import StandIns, is_id, moment_of, said
from .tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from skysyn.models import Model
    from skysyn.transport import Request, Response

    from .exchanges import Exchange
    from .questions import Language

_SKEW = timedelta(minutes=1)
"""How far the clock of a service may be from this one's."""


@attrs.frozen(kw_only=True)
class Rules:
    """How strict a cassette is, and how a test is recorded again.

    *in_order*: what was sent one after the other must be sent so again. *complete*:
    everything that was recorded must be asked for.
    """

    in_order: bool = True
    complete: bool = True
    command: str = "pytest --sky-record=rewrite"


class Cassette:
    """The exchanges of one test; may be used from several threads.

    with Cassette(path, language, Mode.ONCE) as cassette:
        session = connect(…, transport=CassetteTransport(cassette, open_transport()))
    """

    def __init__(
        self,
        path: Path,
        language: Language,
        mode: Mode = Mode.NONE,
        rules: Rules | None = None,
        models: Sequence[type[Model]] = (),
    ) -> None:
        self.path = path
        self.language = language
        self.mode = mode
        self.rules = rules or Rules()
        self.failure: CassetteError | None = None
        self.settings: dict[str, str] = {}
        self._models = models
        self._lock = threading.RLock()
        self._exit = ExitStack()
        self._tape = Tape()
        self._started = real_now()
        self._instants: set[datetime] = set()
        self._loaded: Recording | None = None
        self._player = self._play([], keeps_order=False)

    def open(self) -> None:
        """Read the file, if it is to be played, and keep others from writing it.

        Raises:
            CassetteError: it cannot be read, or another test is recording it.
        """
        with ExitStack() as held:
            if self.mode in {Mode.NONE, Mode.ONCE}:
                self._load()
            if self.is_recording:
                held.enter_context(persisting.lock(self.path))
                # only now nobody else can change it
                if self.mode is not Mode.REWRITE:
                    self._load()
            if self.is_recording:
                self._exit = held.pop_all()

    def _load(self) -> None:
        self._loaded = files.load(self.path)
        if self._loaded is not None:
            self._check_service(self._loaded)
            self._player = self._play(
                self._loaded.exchanges, keeps_order=self.rules.in_order
            )

    def _check_service(self, recording: Recording) -> None:
        known = recording.facts
        if known is not None and known.service != self.language.family:
            msg = f"it is of {known.service}, and the test asks {self.language.family}"
            raise CassetteError(msg, path=str(self.path))

    def _play(self, exchanges: list[Exchange], *, keeps_order: bool) -> Player:
        return Player.of(
            exchanges,
            self.language,
            Bindings(literal=frozenset(self.facts.literal if self.facts else ())),
            keeps_order=keeps_order,
            may_skip=self.mode is Mode.NEW or not self.rules.complete,
        )

    @property
    def is_recording(self) -> bool:
        """Whether requests may reach the service."""
        match self.mode:
            case Mode.NONE:
                return False
            case Mode.ONCE:
                return self._loaded is None
            case _:
                return True

    @property
    def facts(self) -> Facts | None:
        """What the file says of itself, if there is one."""
        return None if self._loaded is None else self._loaded.facts

    @property
    def play_count(self) -> int:
        """How many answers were played."""
        return sum(part.plays for part in self._player.parts)

    def answer(self, request: Request, send: Callable[[Request], Response]) -> Response:
        """Return the recorded answer to *request*, or record the one that *send* gets.

        Raises:
            CassetteMismatch: the test asks for something else than was recorded.
        """
        question = self.language.ask(request)
        self._note_time()
        with self._lock:
            if self.mode not in {Mode.ALL, Mode.REWRITE}:
                played = self._player.play(question)
                if played is not None:
                    return played
            if not self.is_recording:
                self.failure = self._refusal(mismatch.explain(self._player, question))
                raise self.failure
            slot = self._tape.reserve(request, question, self._player.last)
        response = send(request)
        self._note_time()
        with self._lock:
            slot.response = response
        return response

    def _note_time(self) -> None:
        instant = set_now()
        if instant is not None:
            self._instants.add(instant)

    def check(self) -> None:
        """Raise what was wrong, even if the test has caught it.

        Raises:
            CassetteMismatch: something else was asked for, or not all of it.
        """
        if self.failure is not None:
            raise self.failure
        unused = self._player.unused()
        if self.is_recording or not self.rules.complete or not unused:
            return
        listed = [
            f"    {part.number}: {', '.join(part.question.terms.values())}"[:200]
            for part in unused[:20]
        ]
        msg = f"{len(unused)} of {len(self._player.parts)} interactions were not used:"
        raise self._refusal("\n".join([msg, *listed]))

    def _refusal(self, text: str) -> CassetteMismatch:
        is_there = self._loaded is not None
        verb = "record it again" if is_there else "record it"
        if not is_there:
            text = f"there is no such file.\n{text}"
        msg = f"{text}\nto {verb}:\n    {self.rules.command}"
        return CassetteMismatch(msg, path=str(self.path))

    def save(self) -> None:
        """Write what was recorded, without its secrets; nothing if nothing was.

        Raises:
            CassetteError: it cannot be written; the file is as it was.
        """
        with self._lock:
            if self.is_recording and self._tape.exchanges(None):
                files.save(self.path, self.recording())

    def recording(self) -> Recording:
        """Return what a file of this recording would hold.

        Raises:
            CassetteError: what joins it says what stands for something else in it.
        """
        kept = self._kept()
        begun = Facts.now(self.language.family, real_now(), self._models)
        # what joins older exchanges has a date of its own
        joined_at = begun.recorded_at if kept else None
        seal = self._seal(kept)
        sealed = seal.seal(self._tape.exchanges(joined_at))
        exchanges = self._joined(kept, sealed)
        if kept and self.facts is not None:
            begun = attrs.evolve(begun, recorded_at=self.facts.recorded_at)
        literal = sorted(seal.stand_ins.literal)
        found = attrs.evolve(begun, settings=self.settings, literal=literal)
        return Recording(exchanges, _described(found, exchanges))

    def _joined(self, kept: list[Exchange], sealed: list[Exchange]) -> list[Exchange]:
        """Return both, what is new where the test asked for it."""
        places = self._tape.places()
        new: dict[int, list[Exchange]] = {}
        for place, exchange in zip(places, sealed, strict=True):
            after = place if self.mode is Mode.NEW else len(kept)
            new.setdefault(after, []).append(exchange)
        found = list(new.get(0, []))
        for number, exchange in enumerate(kept, 1):
            found += [exchange, *new.get(number, [])]
        return found

    def _kept(self) -> list[Exchange]:
        """Return what stays of the file: what was played, or not recorded anew."""
        if self._loaded is None:
            return []
        if self.mode is not Mode.ALL:
            return self._loaded.exchanges
        # what was recorded anew takes the place of what means the same, in any order
        self._player = self._play(self._loaded.exchanges, keeps_order=False)
        answered = [slot for slot in self._tape.slots if slot.response is not None]
        anew = [self._player.find(slot.question) for slot in answered]
        return [part.exchange for part in self._player.parts if part not in anew]

    def _seal(self, kept: list[Exchange]) -> Seal:
        """Return what takes secrets out, and knows the names that are taken."""
        bindings = self._player.bindings
        texts = [text for exchange in kept for text in _texts(exchange)]
        taken = {found for text in texts for found in VARIABLE.findall(text)}
        taken |= bindings.live.keys()
        literal = self._literal(taken)
        stand_ins = self._stand_ins(taken - literal)
        stand_ins.keep_literal(literal)
        aliases = Aliases(taken={name for name in taken if PATTERN.fullmatch(name)})
        aliases.taken |= literal
        for stand_in, live in bindings.live.items():
            if PATTERN.fullmatch(stand_in):
                aliases.names[live] = stand_in
        return Seal(self.language, aliases, stand_ins)

    def _literal(self, taken: set[str]) -> set[str]:
        """Return what is no stand-in though it looks like one.

        Raises:
            CassetteError: it is one in what was recorded before.
        """
        before = self._player.bindings.literal
        found = literals(self._tape.exchanges(None), taken)
        both = {text for text in map(said, taken) if text in found} - before
        times = sorted(text for text in both if moment_of(text))
        if times:
            msg = (
                f"{times[0]} stands for the time of recording in it, and the test "
                f"says it as well; record it from nothing:\n    {self.rules.command}"
            )
            raise CassetteError(msg, path=str(self.path))
        return found | before

    def _stand_ins(self, taken: set[str]) -> StandIns:
        bindings = self._player.bindings
        found = StandIns(
            self._started - _SKEW,
            real_now() + _SKEW,
            self._tape.made(),
            instants=sorted(self._instants),
        )
        found.keep_from(taken)
        for stand_in, live in bindings.live.items():
            if is_id(stand_in.lower()):
                found.known[live.lower()] = stand_in
        for moment, live_moment in bindings.moments.items():
            found.moments[live_moment] = moment.replace(microsecond=0)
        return found

    def close(self) -> None:
        """Let others record the file."""
        self._exit.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # what a failing test recorded would be played as if it were right
        try:
            if kind is None:
                self.check()
                self.save()
        finally:
            self.close()


def _described(facts: Facts, exchanges: Sequence[Exchange]) -> Facts:
    first = exchanges[0]
    servers = (exchange.response.header("server") for exchange in exchanges)
    return attrs.evolve(
        facts,
        endpoint=first.request.safe_url.removesuffix(_path(first.request.safe_url)),
        server=next((server for server in servers if server), ""),
    )


def _path(url: str) -> str:
    _, _, rest = url.partition("://")
    return rest[len(rest.partition("/")[0]) :]


def _texts(exchange: Exchange) -> list[str]:
    request, response = exchange.request, exchange.response
    bodies = [request.body, response.body]
    return [request.url, *request.headers.values()] + [
        body.decode("utf-8", "replace") for body in bodies
    ]
