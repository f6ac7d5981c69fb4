"""Transcript in, Answer out: what Dutch words mean for a question. Pure."""
