"""Sound as values and the devices that carry it: PCM, sound cards, vad, segments, levels, tones. Units: Hz, seconds, dBFS."""
