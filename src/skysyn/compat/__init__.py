"""Compat: the names of the two official packages, for programs written for them."""
