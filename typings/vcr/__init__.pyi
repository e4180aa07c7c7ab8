from contextlib import AbstractContextManager

from .cassette import Cassette

class VCR:
    def __init__(
        self, *, record_mode: str = ..., match_on: tuple[str, ...] = ...
    ) -> None: ...
    def use_cassette(
        self, path: str, **options: object
    ) -> AbstractContextManager[Cassette]: ...
