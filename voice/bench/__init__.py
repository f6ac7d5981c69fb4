"""Measurements that a practice can repeat on its own recordings: one module a bench (`ruggespraak bench answers`)."""
