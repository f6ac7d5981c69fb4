"""Synthesize speech: one engine a file, each in a process of its own."""
