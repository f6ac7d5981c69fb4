"""Ages as people say them."""
