"""Left, right, both: where something is, as people say it."""
