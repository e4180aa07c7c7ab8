"""Responses to HTTP requests."""

from skysyn.cloud import Response

__all__ = ["Response"]
