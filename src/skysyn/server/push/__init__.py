"""Push: notifications on their way to the services that deliver them."""
