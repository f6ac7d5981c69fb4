"""Numbers on a scale as people say them."""
