"""The synthesizers, each in a process of its own."""
