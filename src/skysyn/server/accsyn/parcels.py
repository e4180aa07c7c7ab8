"""Parcels: the lives of deliveries, requests and streams, which have recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.errors import InvalidRequest

from .lives import FINISHED

if TYPE_CHECKING:
    from .clock import Instant
    from .lives import Rules


@attrs.frozen
class Recipient:
    """Who takes part: a user's id or email, and when they did what was asked."""

    user: str
    acted: Instant | None = None


@attrs.frozen(kw_only=True)
class ParcelLife:
    """A delivery, request or stream.

    It is filled in `init`, sent as `pending`, and is `waiting` for its recipients
    until all have acted, or until it *expires*. *needs_files* says that it is not sent
    empty; a request is.
    """

    created: Instant
    since: Instant
    status: str = "init"
    needs_files: bool = True
    files: int = 0
    recipients: tuple[Recipient, ...] = ()
    expires: Instant | None = None
    finished: Instant | None = None


def advance_parcel(parcel: ParcelLife, until: Instant, rules: Rules) -> ParcelLife:
    """Return *parcel* as it is at *until*."""
    while (step := _next(parcel, rules)) is not None and step[0] <= until:
        when, status = step
        parcel = _become(parcel, status, when, rules)
    return parcel


def _next(parcel: ParcelLife, rules: Rules) -> tuple[Instant, str] | None:
    """Return what happens next, and when."""
    match parcel.status:
        case "init":
            return parcel.since + rules.upload, "aborted"
        case "pending":
            return parcel.since + rules.mailing, "waiting"
        case "waiting":
            if (last := _all_acted(parcel)) is not None:
                return max(last, parcel.since), "done"
            end = parcel.expires
            return None if end is None else (max(end, parcel.since), _outcome(parcel))
        case _:
            return None


def _all_acted(parcel: ParcelLife) -> Instant | None:
    acted = [one.acted for one in parcel.recipients if one.acted is not None]
    return max(acted) if acted and len(acted) == len(parcel.recipients) else None


def _outcome(parcel: ParcelLife) -> str:
    """Return what becomes of a parcel whose time is over."""
    return "done" if any(one.acted for one in parcel.recipients) else "aborted"


def _become(parcel: ParcelLife, status: str, now: Instant, rules: Rules) -> ParcelLife:
    finished = now if status in FINISHED else None
    expires = parcel.expires
    if status == "waiting" and expires is None:
        expires = now + rules.expiry
    return attrs.evolve(
        parcel, status=status, since=now, finished=finished, expires=expires
    )


def submit(parcel: ParcelLife, now: Instant, rules: Rules) -> ParcelLife:
    """Send a parcel to its recipients.

    Raises:
        InvalidRequest: it has no recipients, or no files and is no request.
    """
    if parcel.status not in {"init", "paused"}:
        return parcel
    if not parcel.recipients:
        msg = "nothing is sent to nobody: grant a recipient before you submit"
        raise InvalidRequest(msg)
    if parcel.needs_files and not parcel.files:
        msg = "there is nothing to send: upload a file before you submit"
        raise InvalidRequest(msg)
    return _become(parcel, "pending", now, rules)


def command_parcel(
    parcel: ParcelLife, status: str, now: Instant, rules: Rules
) -> ParcelLife:
    """Return *parcel* after somebody wrote its status; it is settled at *now*.

    Raises:
        InvalidRequest: it cannot be set to that.
    """
    match status:
        case "pending":
            return submit(parcel, now, rules)
        case "waiting":
            return _reopen(parcel, now, rules)
        case "paused" if parcel.status not in FINISHED:
            return _become(parcel, "paused", now, rules)
        case "aborted" | "done":
            is_over = parcel.status in FINISHED
            return parcel if is_over else _become(parcel, status, now, rules)
        case _:
            msg = f"a status of {parcel.status} cannot be set to {status!r}"
            raise InvalidRequest(msg)


def _reopen(parcel: ParcelLife, now: Instant, rules: Rules) -> ParcelLife:
    match parcel.status:
        case "init":
            return submit(parcel, now, rules)
        case "waiting" | "pending":
            return parcel
        case _:
            recipients = tuple(
                attrs.evolve(one, acted=None) for one in parcel.recipients
            )
            fresh = attrs.evolve(parcel, recipients=recipients, expires=None)
            kept = parcel if parcel.status == "paused" else fresh
            return _become(kept, "waiting", now, rules)
