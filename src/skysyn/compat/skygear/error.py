"""Errors that cloud code raises, by the codes of Skygear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from skysyn.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Mapping

NotAuthenticated = 101
PermissionDenied = 102
AccessKeyNotAccepted = 103
AccessTokenNotAccepted = 104
InvalidCredentials = 105
InvalidSignature = 106
BadRequest = 107
InvalidArgument = 108
Duplicated = 109
ResourceNotFound = 110
NotSupported = 111
NotImplemented = 112  # noqa: A001  # the original's name for it
ConstraintViolated = 113
IncompatibleSchema = 114
AtomicOperationFailure = 115
PartialOperationFailure = 116
UndefinedOperation = 117
PluginUnavailable = 118
PluginTimeout = 119
RecordQueryInvalid = 120
PluginInitializing = 121
UnexpectedError = 10000

_NOT_ALLOWED = "You are not allowed to perform this operation."
_PROBLEM = "A problem occurred while processing this request."
_UNABLE = "The server is unable to process the request."
_NOT_READY = "The server is not ready yet."
_READABLE = {
    NotAuthenticated: "You have to be authenticated to perform this operation.",
    PermissionDenied: _NOT_ALLOWED,
    AccessKeyNotAccepted: _NOT_ALLOWED,
    AccessTokenNotAccepted: _NOT_ALLOWED,
    InvalidCredentials: "You are not allowed to log in because the credentials you "
    "provided are not valid.",
    InvalidSignature: _UNABLE,
    BadRequest: _UNABLE,
    InvalidArgument: "The server is unable to process the data.",
    Duplicated: "This request contains duplicate of an existing resource on the "
    "server.",
    ResourceNotFound: "The requested resource is not found.",
    NotSupported: "This operation is not supported.",
    NotImplemented: "This operation is not implemented.",
    ConstraintViolated: _PROBLEM,
    IncompatibleSchema: _PROBLEM,
    AtomicOperationFailure: _PROBLEM,
    PartialOperationFailure: _PROBLEM,
    UndefinedOperation: "The requested operation is not available.",
    PluginInitializing: _NOT_READY,
    PluginUnavailable: _NOT_READY,
    PluginTimeout: "The server took too long to process.",
    RecordQueryInvalid: _PROBLEM,
}


class SkygearException(RemoteError):
    """Says that an operation failed or is refused; the server passes it on."""

    def __init__(
        self,
        message: str,
        code: int = UnexpectedError,
        info: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, info=dict(info or {}))

    def __str__(self) -> str:
        return self.message

    def as_dict(self) -> dict[str, Any]:
        """Return message, code and info."""
        return {"message": self.message, "code": self.code, "info": self.info}

    def readable_message(self) -> str:
        """Return what a user can be told."""
        unexpected = "An unexpected error has occurred."
        return _READABLE.get(self.code or 0, unexpected)

    @classmethod
    def from_dict(cls, error_dict: Mapping[str, Any]) -> Self:
        """Return the error that an answer of the server holds."""
        message = error_dict.get("message", "An error has occurred.")
        code = error_dict.get("code", UnexpectedError)
        return cls(message, code, error_dict.get("info"))
