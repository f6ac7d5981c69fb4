"""Tools for every room, without anything of the domain: errors, journal, paths, YAML reading."""
