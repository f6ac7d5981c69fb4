"""Hold the consultation as data and as a protocol: script, visit, dialogue, triage. Pure, except for the loader."""
