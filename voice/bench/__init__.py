"""Benchmarks that anyone can run again: `ruggespraak bench answers`, `bench consult`."""
