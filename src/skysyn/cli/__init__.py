"""The `skysyn` command."""
