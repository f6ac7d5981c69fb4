"""Turn text into sound: pronunciation, voices, the phrasebook of rendered lines, recordings."""
