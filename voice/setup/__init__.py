"""Settings in, parts out: the only room that knows every engine and voice by name."""
