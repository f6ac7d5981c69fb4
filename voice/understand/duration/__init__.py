"""Lengths of time and dates as people say them."""
