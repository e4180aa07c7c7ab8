"""One folder a service: its language, both ways."""
