"""What every room may use and nothing of the domain: errors, journal, paths, YAML reading."""
