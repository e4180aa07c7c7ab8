"""Where Skygear's messages hold secrets."""

from __future__ import annotations

from skysyn.dialects.secrets import SecretPlaces

PLACES = SecretPlaces(
    headers=frozenset({"x-skygear-api-key", "x-skygear-access-token"}),
    # the policy of an upload is signed, and so is good for one
    members=frozenset({"policy"}),
)
