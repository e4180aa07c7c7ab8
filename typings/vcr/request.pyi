class Request:
    method: str
    uri: str
    body: object
    headers: dict[str, str]
    def __init__(
        self, method: str, uri: str, body: object, headers: dict[str, str]
    ) -> None: ...
