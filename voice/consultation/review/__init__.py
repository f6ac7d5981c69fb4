"""Review a script, for a clinician and for the tests: lint, walk over every path, signature, document."""
