"""A local server for accsyn: the service's language listened to."""
