"""Tools for tests: faults, recordings and a pytest plugin."""
