"""List what the program is made of (work, licence, version, hash), and try its wheel."""
