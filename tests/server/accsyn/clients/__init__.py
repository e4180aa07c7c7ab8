"""Stories that clients of accsyn tell, each in the environment of its client."""
