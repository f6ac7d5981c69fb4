"""The phrases of prompts/ as an automaton: reading, checking, compiling."""
