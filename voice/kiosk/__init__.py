"""A kiosk that nobody attends: one visit (session), visits for ever, devices, calls for the staff."""
