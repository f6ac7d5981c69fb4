"""Several engines and hearings, one Answer."""
