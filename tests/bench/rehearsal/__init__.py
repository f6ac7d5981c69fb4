"""The rehearsal of a practice with its own kiosk."""
