"""Text in, sound out: utterances, pronunciation, the phrasebook of rendered lines, recordings."""
