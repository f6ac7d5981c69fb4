"""What a clinician and the tests ask of a script: lint, walk over every path, signature, document."""
