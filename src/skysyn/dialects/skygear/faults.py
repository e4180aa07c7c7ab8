"""Skygear's error codes as typed errors."""

from __future__ import annotations

from typing import Any

import msgspec

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

NAMES: dict[int, tuple[str, type[RemoteError]]] = {
    101: ("NotAuthenticated", AuthenticationError),
    102: ("PermissionDenied", PermissionDenied),
    103: ("AccessKeyNotAccepted", AuthenticationError),
    104: ("AccessTokenNotAccepted", SessionExpired),
    105: ("InvalidCredentials", AuthenticationError),
    106: ("InvalidSignature", AuthenticationError),
    107: ("BadRequest", InvalidRequest),
    108: ("InvalidArgument", InvalidRequest),
    109: ("Duplicated", Conflict),
    110: ("ResourceNotFound", NotFound),
    111: ("NotSupported", InvalidRequest),
    112: ("NotImplemented", InvalidRequest),
    113: ("ConstraintViolated", Conflict),
    114: ("IncompatibleSchema", Conflict),
    115: ("AtomicOperationFailure", PartialFailure),
    116: ("PartialOperationFailure", PartialFailure),
    117: ("UndefinedOperation", NotFound),
    118: ("PluginUnavailable", Unavailable),
    119: ("PluginTimeout", Unavailable),
    120: ("RecordQueryInvalid", InvalidRequest),
    121: ("PluginInitializing", Unavailable),
    122: ("ResponseTimeout", Unavailable),
    123: ("DeniedArgument", PermissionDenied),
    124: ("RecordQueryDenied", PermissionDenied),
    125: ("NotConfigured", Unavailable),
    126: ("PasswordPolicyViolated", InvalidRequest),
    127: ("UserDisabled", PermissionDenied),
    128: ("VerificationRequired", PermissionDenied),
    129: ("AssetSizeTooLarge", InvalidRequest),
    10000: ("UnexpectedError", Unavailable),
    10001: ("UnexpectedAuthInfoNotFound", Unavailable),
    10002: ("UnexpectedUnableToOpenDatabase", Unavailable),
    10003: ("UnexpectedPushNotificationNotConfigured", Unavailable),
    10004: ("InternalQueryInvalid", Unavailable),
    10005: ("UnexpectedUserNotFound", Unavailable),
}
"""Each code with its name and the error it becomes (protocol section 3)."""


class Fault(msgspec.Struct, gc=False):
    """An error object, or an error entry of a batch."""

    code: int = 0
    name: str = ""
    message: str = ""
    info: dict[str, Any] | None = None
    id: str | None = msgspec.field(name="_id", default=None)


def lift(
    fault: Fault, *, status: int | None = None, request_id: str | None = None
) -> RemoteError:
    """Return the typed error that *fault* says; unknown codes are Unavailable.

    Cloud code may use any code; what it raises is an error of the service's all the
    same, with the code and name it came with.
    """
    name, kind = NAMES.get(fault.code, (fault.name, Unavailable))
    return kind(
        fault.message or "(no message)",
        code=fault.code,
        name=fault.name or name,
        info=fault.info,
        status=status,
        request_id=request_id,
    )


def unfold(error: RemoteError) -> RemoteError:
    """Return an atomic failure whose `info` has a typed error for each record id."""
    info: dict[str, object] = {}
    for record, said in error.info.items():
        try:
            fault = msgspec.convert(said, Fault)
        except msgspec.ValidationError:
            fault = Fault()
        # a transaction that fails has an `innerError` of no certain shape
        info[record] = (
            lift(fault, status=error.status, request_id=error.request_id)
            if fault.code
            else said
        )
    return PartialFailure(
        error.message,
        code=error.code,
        name=error.name,
        info=info,
        status=error.status,
        request_id=error.request_id,
    )
