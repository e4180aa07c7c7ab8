"""What connect() does not take is refused, with what it takes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from skysyn import Skygear, connect
from skysyn.errors import DeclarationError

SKYGEAR = Skygear("http://127.0.0.1", api_key="k")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"timeout": 5},
            r"timeout= takes a Timeout: write timeout=Timeout\(…\), not 5",
        ),
        ({"retry": True}, r"write retry=Retry\(…\), not True"),
        ({"rate": 5}, r"write rate=Rate\(…\)"),
        ({"limits": "x"}, r"write limits=Limits\(…\)"),
        ({"proxy": {"http": "x"}}, "proxy= takes a URL"),
        ({"verify": None}, "the path of a PEM file"),
        ({"verify": 5}, "the path of a PEM file"),
        ({"dns": "x"}, 'dns= takes "proxy" or "local", not \'x\''),
        ({"dns": 5}, "not 5"),
        ({"allow_plaintext": True}, "the name of a host, or a list of names, not True"),
        ({"verbose": "x"}, "True or False, not 'x'"),
        ({"path_logfile": 5}, "the path of a file, not 5"),
        ({"foo": 1}, r"connect\(\) has no option foo=; there are timeout, "),
        ({"transport": requests.Session()}, "takes a Transport of skysyn.transport"),
    ],
)
def test_an_option_of_the_wrong_type_is_refused(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(DeclarationError, match=words):
        connect(SKYGEAR, **options)
