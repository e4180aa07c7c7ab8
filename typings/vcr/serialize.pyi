from collections.abc import Mapping

from .request import Request

Read = (
    tuple[list[Request], list[dict[str, object]]]
    | tuple[list[Request], list[dict[str, object]], dict[str, object]]
)

def deserialize(cassette_string: str, serializer: object) -> Read: ...
def serialize(cassette_dict: Mapping[str, object], serializer: object) -> str: ...
