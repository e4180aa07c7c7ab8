from collections import Counter
from collections.abc import Callable, Sequence

from .record_mode import RecordMode
from .request import Request

Matcher = Callable[[Request, Request], None]

class Cassette:
    data: list[tuple[Request, dict[str, object]]]
    play_counts: Counter[int]
    rewound: bool
    @classmethod
    def load(
        cls,
        *,
        path: str,
        serializer: object = ...,
        persister: object = ...,
        record_mode: RecordMode = ...,
        match_on: Sequence[Matcher] = ...,
        allow_playback_repeats: bool = ...,
    ) -> Cassette: ...
    def append(self, request: Request, response: dict[str, object]) -> None: ...
    def get_metadata(self, key: str, default: object) -> object: ...
    def play_response(self, request: Request) -> dict[str, object]: ...
    @property
    def play_count(self) -> int: ...
    @property
    def requests(self) -> list[Request]: ...
    def __len__(self) -> int: ...
