"""The commands, one module each: from parsed options to an exit code."""
