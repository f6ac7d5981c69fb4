"""Build the parts that the settings ask for; the only room that knows every engine and voice by name."""
