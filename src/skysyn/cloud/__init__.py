"""Cloud code: functions, hooks, timers and endpoints that a server calls."""
