"""A practice measures its own kiosk: what volunteers say and hear, what that shows, and what to change."""
