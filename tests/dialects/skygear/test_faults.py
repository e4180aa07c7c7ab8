"""Walks the table of error codes (protocol section 3)."""

from __future__ import annotations

import json

import pytest

from skysyn import JSON, RecordID, Response
from skysyn.dialects.skygear import answers, faults
from skysyn.errors import (
    AuthenticationError,
    Conflict,
    InvalidRequest,
    NotFound,
    PartialFailure,
    PermissionDenied,
    RemoteError,
    SessionExpired,
    Unavailable,
)
from skysyn.models import Call, Entries, Fetch

TABLE: list[tuple[int, str, int, type[RemoteError]]] = [
    (101, "NotAuthenticated", 401, AuthenticationError),
    (102, "PermissionDenied", 403, PermissionDenied),
    (103, "AccessKeyNotAccepted", 401, AuthenticationError),
    (104, "AccessTokenNotAccepted", 401, SessionExpired),
    (105, "InvalidCredentials", 401, AuthenticationError),
    (106, "InvalidSignature", 401, AuthenticationError),
    (107, "BadRequest", 400, InvalidRequest),
    (108, "InvalidArgument", 400, InvalidRequest),
    (109, "Duplicated", 409, Conflict),
    (110, "ResourceNotFound", 404, NotFound),
    (111, "NotSupported", 501, InvalidRequest),
    (112, "NotImplemented", 501, InvalidRequest),
    (113, "ConstraintViolated", 409, Conflict),
    (114, "IncompatibleSchema", 409, Conflict),
    (115, "AtomicOperationFailure", 409, PartialFailure),
    (116, "PartialOperationFailure", 200, PartialFailure),
    (117, "UndefinedOperation", 404, NotFound),
    (118, "PluginUnavailable", 503, Unavailable),
    (119, "PluginTimeout", 504, Unavailable),
    (120, "RecordQueryInvalid", 400, InvalidRequest),
    (121, "PluginInitializing", 503, Unavailable),
    (122, "ResponseTimeout", 503, Unavailable),
    (123, "DeniedArgument", 403, PermissionDenied),
    (124, "RecordQueryDenied", 403, PermissionDenied),
    (125, "NotConfigured", 503, Unavailable),
    (126, "PasswordPolicyViolated", 500, InvalidRequest),
    (127, "UserDisabled", 403, PermissionDenied),
    (128, "VerificationRequired", 403, PermissionDenied),
    (129, "AssetSizeTooLarge", 500, InvalidRequest),
    (10000, "UnexpectedError", 500, Unavailable),
    (10001, "UnexpectedAuthInfoNotFound", 500, Unavailable),
    (10002, "UnexpectedUnableToOpenDatabase", 503, Unavailable),
    (10003, "UnexpectedPushNotificationNotConfigured", 500, Unavailable),
    (10004, "InternalQueryInvalid", 500, Unavailable),
    (10005, "UnexpectedUserNotFound", 500, Unavailable),
    # what cloud code makes up
    (20001, "ErrorCode(20001)", 500, Unavailable),
]


@pytest.mark.parametrize(("code", "name", "status", "family"), TABLE)
def test_each_code_is_an_error_of_its_family(
    code: int, name: str, status: int, family: type[RemoteError]
) -> None:
    info: dict[str, JSON] = {"arguments": ["x"]}
    said: JSON = {"name": name, "code": code, "message": "no", "info": info}

    with pytest.raises(RemoteError) as caught:
        answers.decode(Call("x"), _response(status, {"error": said}))

    assert caught.value == family(
        "no", code=code, name=name, info=info, status=status, request_id="r-1"
    )


@pytest.mark.parametrize(("code", "name", "status", "family"), TABLE)
def test_each_code_is_an_error_of_its_family_in_an_entry(
    code: int, name: str, status: int, family: type[RemoteError]
) -> None:
    entry: JSON = {
        "_id": "a/1",
        "_type": "error",
        "name": name,
        "code": code,
        "message": "no",
    }
    asked = Fetch((RecordID("a", "1"),))

    found = answers.decode(asked, _response(200, {"result": [entry]}))

    error = family("no", code=code, name=name, status=200, request_id="r-1")
    assert found == Entries((error,))


def test_an_error_without_name_and_message_has_both() -> None:
    with pytest.raises(NotFound, match=r"^110 ResourceNotFound: \(no message\)"):
        answers.decode(Call("x"), _response(404, {"error": {"code": 110}}))


def test_an_error_without_request_id_has_none() -> None:
    body = json.dumps({"error": {"code": 101, "name": "NotAuthenticated"}}).encode()

    with pytest.raises(AuthenticationError) as caught:
        answers.decode(Call("x"), Response(401, {}, body))

    assert (caught.value.request_id, caught.value.info) == (None, {})


def test_an_atomic_failure_has_a_typed_error_for_each_record() -> None:
    own = {"name": "DeniedArgument", "code": 123, "message": "no"}
    inner = {"Err": "deadlock"}
    failure = PartialFailure(
        "rolled back",
        code=115,
        name="AtomicOperationFailure",
        info={"note/9": own, "innerError": inner, "hint": "x"},
        status=409,
        request_id="r-1",
    )

    unfolded = faults.unfold(failure)

    denied = PermissionDenied(
        "no", code=123, name="DeniedArgument", status=409, request_id="r-1"
    )
    assert unfolded.info == {"note/9": denied, "innerError": inner, "hint": "x"}
    assert (type(unfolded), unfolded.code) == (PartialFailure, 115)


def _response(status: int, answer: JSON) -> Response:
    headers = {"x-skygear-request-id": "r-1"}
    return Response(status, headers, json.dumps(answer).encode())
