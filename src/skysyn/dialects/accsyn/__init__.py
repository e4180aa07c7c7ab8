"""accsyn: entities, query text and events as JSON over HTTP."""
