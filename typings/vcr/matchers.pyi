from collections.abc import Sequence

from .cassette import Matcher
from .request import Request

def requests_match(r1: Request, r2: Request, matchers: Sequence[Matcher]) -> bool: ...
