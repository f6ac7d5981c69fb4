"""Hold sound as a value and connect the devices that carry it: sound cards, vad, segments, levels, tones (Hz, seconds, dBFS)."""
