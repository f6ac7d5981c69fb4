"""The consultation as data and as a protocol: script, visit, dialogue, triage. Pure but for the loader."""
