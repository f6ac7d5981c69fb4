"""Benches and rigs that need the checkout: simulated kiosks, faults, a virtual sound card. They are not in the wheel."""
